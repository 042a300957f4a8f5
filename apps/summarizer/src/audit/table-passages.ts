import {
  type Document,
  type Entity,
  entityOf,
  isUntunedName,
  ownPlace,
  sizedColumns,
  sizedRows,
  type Subject,
} from "@ggufkit/model-facts";

/** A cell or row of a table in words, with whose it is. */
export interface TableText {
  readonly text: string;
  readonly entity: Entity;
  readonly line: number;
  readonly headings: readonly string[];
}

type Table = Document["tables"][number];

/** Tables beyond these are lists of results that no summary has. */
const MAX_TEXTS = 4_000;

/**
 * What the tables of a document say: where rows or columns are models, each model's cell is its own;
 * else a row is what the document speaks of.
 */
export function tableTexts({ tables }: Document, subject: Subject, fallback: Entity): TableText[] {
  const texts: TableText[] = [];
  for (const table of tables) {
    if (texts.length >= MAX_TEXTS) break;
    texts.push(...textsOf(table, subject, fallback));
  }
  return texts.slice(0, MAX_TEXTS);
}

function textsOf(table: Table, subject: Subject, fallback: Entity): TableText[] {
  const owners = ownersOf(table.head, subject);
  return owners.some((owner) => owner !== undefined)
    ? columnTexts(
        table,
        owners.map((owner, at) => owner ?? rivalOf(table, at)),
      )
    : rowTexts(table, subject, fallback);
}

/** The models that the heads of columns name, or tell by their sizes. */
function ownersOf(head: readonly string[], subject: Subject): (Entity | undefined)[] {
  const sizes = sizedColumns(head, subject);
  const named = ownPlace(head, subject);
  return head.map((cell, at) => {
    if (at === named && isUntunedName(subject, cell)) return { kind: "other", name: cell };
    if (at === named || at === sizes?.own) return { kind: "model", name: subject.model };
    const size = sizes?.others.get(at);
    if (size !== undefined) return siblingOf(subject, size);
    return at === 0 ? undefined : modelOf(cell, subject);
  });
}

/** Rows are models, or what the document speaks of. Beside the model's own row the others are others'. */
function rowTexts(table: Table, subject: Subject, fallback: Entity): TableText[] {
  const { head, rows, headings } = table;
  const names = rows.map(({ cells: [name = ""] }) => name.trim());
  const place = ownPlace(names, subject);
  const siblings = new Map(
    sizedRows(table, subject)?.others.map(({ row, size }) => [row, siblingOf(subject, size)]),
  );
  return rows.flatMap((row, index) => {
    const name = names[index] ?? "";
    const isOwn = index === place && !isUntunedName(subject, name);
    const own: Entity | undefined = isOwn ? { kind: "model", name: subject.model } : undefined;
    const isRival = place !== undefined && !isOwn && /\p{L}/u.test(name);
    const rival: Entity | undefined = isRival ? { kind: "other", name } : undefined;
    const entity = own ?? siblings.get(row) ?? modelOf(name, subject) ?? rival ?? fallback;
    const said = row.cells.flatMap((cell, at) => (isOwn && at === 0 ? [] : pair(head[at], cell)));
    return said.length === 0 ? [] : [{ text: said.join("; "), entity, line: row.line, headings }];
  });
}

function siblingOf({ family }: Subject, size: string): Entity {
  return { kind: "other", name: `${family} ${size}` };
}

/** Columns are models: what stands in the other columns says what is told of each. */
function columnTexts(
  { head, rows, headings }: Table,
  owners: readonly (Entity | undefined)[],
): TableText[] {
  return rows.flatMap(({ cells, line }) => {
    const topic = cells.filter((cell, at) => cell !== "" && owners[at] === undefined).join(", ");
    return owners.flatMap((entity, at) => {
      const cell = cells[at] ?? "";
      if (entity === undefined || cell === "") return [];
      // The model's own name, which may have a size in it, is no value.
      const name = entity.kind === "other" ? `${head[at] ?? ""} ` : "";
      return [{ text: `${topic}: ${name}${cell}`, entity, line, headings }];
    });
  });
}

/** What a column beside the models' has numbers of that are no other model's. */
const MEASURE =
  /^(?:metrics?|measures?|settings?|(?:# ?|n-?|few-?)?shots?|[nk#]|samples?|size|split|weight|units?|Δ|delta|diff\w*|gains?|change|improvement)(?!\w)/i;
const SCORE = /^[*_~≈±+-]*\d[\d.,]*\s?%?[*_]*(?:\s?±\s?[\d.]+)?$/;

/** A column of scores beside the models' is another model's, whatever it is called. */
function rivalOf({ head, rows }: Table, at: number): Entity | undefined {
  const name = (head[at] ?? "").trim();
  const cells = rows.map(({ cells: row }) => (row[at] ?? "").trim()).filter((cell) => cell !== "");
  const isRival = at > 0 && /\p{L}/u.test(name) && !MEASURE.test(name);
  return isRival && cells.length > 0 && cells.every((cell) => SCORE.test(cell))
    ? { kind: "other", name }
    : undefined;
}

function pair(name: string | undefined, cell: string): string[] {
  if (cell === "") return [];
  return name === undefined || name === "" ? [cell] : [`${name}: ${cell}`];
}

/** `Granary-32B`, `Gannet Embed 300M`: how a model with a size is called. */
const SIZED = /^[A-Z][\w.]{0,40}(?:[- ][\w.]{1,40}){0,4}[- ]\d{1,4}(?:\.\d{1,3})?[BM](?![A-Za-z])/;

/** The model that a cell names; undefined where it names none. */
function modelOf(cell: string, subject: Subject): Entity | undefined {
  const name = cell.replace(/^[*\s]+|[*\s]+$/g, "").replace(/^[^/\s]{1,60}\//, "");
  const nobody: Entity = { kind: "model", name: "" };
  const entity = entityOf(name, subject, nobody);
  // What the model was before it was tuned has scores of its own.
  const isBase = entity.kind === "family" && entity.name !== subject.family;
  if (entity !== nobody && (isBase || isUntunedName(subject, name))) return { kind: "other", name };
  if (entity !== nobody) return entity;
  return SIZED.test(name) ? { kind: "other", name } : undefined;
}
