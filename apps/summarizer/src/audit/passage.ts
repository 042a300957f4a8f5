import {
  type Document,
  type Entity,
  type Fact,
  type Source,
  type Statement,
  statementsOf,
  type Subject,
} from "@ggufkit/model-facts";
import { MAX_PASSAGE_CHARACTERS } from "./limits.ts";
import { tableTexts } from "./table-passages.ts";
import { termsOf } from "./terms.ts";

/** What a source says in one place: a sentence, a row, a line of code, an entry of the front matter. */
export interface Passage {
  readonly text: string;
  readonly entity: Entity;
  readonly source: Source;
  readonly line: number | undefined;
  readonly kind: Statement["kind"] | "entry";
  readonly headings: readonly string[];
  /** Stems of its own words. */
  readonly terms: ReadonlySet<string>;
  /** Stems of what stands around it: its headings, the sentences of its paragraph. */
  readonly around: ReadonlySet<string>;
}

/**
 * All passages of the sources, in their order; then the facts that stand in none of them, such as a
 * header's.
 */
export function passagesOf(
  documents: readonly Document[],
  subject: Subject,
  facts: readonly Fact[],
): Passage[] {
  const own: Entity = { kind: "model", name: subject.model };
  const passages = documents.flatMap((document) => documentPassages(document, subject));
  const known = new Set(passages.map(({ text, source }) => `${source.url} ${text}`));
  const rest = facts.filter(({ source, where }) => !known.has(`${source.url} ${where.text}`));
  return [...passages, ...rest.map((fact) => factPassage(fact, own))];
}

/** A fact in words: its attribute, and what it was read from. */
function factPassage({ attribute, source, where }: Fact, entity: Entity): Passage {
  const name = attribute.replaceAll(".", " ").replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  const { text, line } = where;
  const around = name;
  return passage({
    text: text.replaceAll(".", (dot, at: number) => dotOr(text, at, dot)),
    entity,
    source,
    kind: "entry",
    around,
    ...(line !== undefined && { line }),
  });
}

/** `heads.query = 64`: a key's dots part its words. */
function dotOr(text: string, at: number, dot: string): string {
  return /[a-z]/i.test(text[at - 1] ?? "") && /[a-z]/i.test(text[at + 1] ?? "") ? " " : dot;
}

function documentPassages(document: Document, subject: Subject): Passage[] {
  const { source } = document;
  const own: Entity = { kind: "model", name: subject.model };
  const statements = statementsOf(document, subject);
  // Sentences of a paragraph on somebody else tell nothing of what stands beside them.
  const texts = new Map<string, string[]>();
  for (const { line, text, entity } of statements) {
    const key = `${line} ${entity.name}`;
    const block = texts.get(key);
    if (block === undefined) texts.set(key, [text]);
    else block.push(text);
  }
  const said = statements.map((statement) =>
    passage({
      ...statement,
      around: aroundOf(statement, texts.get(`${statement.line} ${statement.entity.name}`) ?? []),
    }),
  );
  const isCard = source.role === "card";
  const fallback = isCard ? own : (mostSpokenOf(statements) ?? own);
  const cells = tableTexts(document, subject, fallback).map((text) =>
    passage({ ...text, source, kind: "row" }),
  );
  return [...entries(document, own), ...said, ...linesOf(document, fallback), ...cells];
}

/** Whom the most statements speak of. */
function mostSpokenOf(statements: readonly Statement[]): Entity | undefined {
  const counts = new Map<string, { readonly entity: Entity; count: number }>();
  for (const { entity } of statements) {
    const known = counts.get(entity.name);
    if (known === undefined) counts.set(entity.name, { entity, count: 1 });
    else known.count++;
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count)[0]?.entity;
}

/** Lines of code, and rows of properties. */
function linesOf({ blocks, source }: Document, entity: Entity): Passage[] {
  return blocks.flatMap(({ kind, text, headings, line }, place) => {
    if (kind !== "code" && kind !== "row") return [];
    // What stands above a command tells what it is for.
    const around = [...headings.slice(-2), blocks[place - 1]?.text ?? ""].join("\n");
    const first = kind === "code" ? line + 1 : line;
    return text
      .split("\n")
      .map((part, at) => ({ text: part, line: first + at }))
      .filter((part) => part.text.trim() !== "")
      .map((part) => passage({ ...part, headings, kind, around, entity, source }));
  });
}

/** Sentences of one paragraph are about one thing; those of a very long one are not. */
const MOST_NEIGHBOURS = 12;

function aroundOf({ headings, text }: Statement, block: readonly string[]): string {
  const at = block.indexOf(text);
  return [
    ...headings.slice(-2),
    ...block.slice(Math.max(0, at - 2), Math.min(at + 3, at + MOST_NEIGHBOURS)),
  ].join("\n");
}

function entries({ frontMatter, source }: Document, entity: Entity): Passage[] {
  return Object.entries(frontMatter)
    .filter(([key]) => key !== "source")
    .map(([key, value]) => [key, entryText(value)] as const)
    .filter(([, text]) => text !== "")
    .map(([key, text]) =>
      passage({ text: `${key.replaceAll("_", " ")}: ${text}`, entity, source, kind: "entry" }),
    );
}

/** Lists of results are no statements. */
function entryText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value).slice(0, 300);
  if (!Array.isArray(value)) return "";
  return value
    .slice(0, 100)
    .filter((item): item is string => typeof item === "string")
    .join(", ");
}

interface PassageParts {
  readonly text: string;
  readonly entity: Entity;
  readonly source: Source;
  readonly kind: Passage["kind"];
  readonly line?: number;
  readonly headings?: readonly string[];
  readonly around?: string;
}

function passage({
  text,
  entity,
  source,
  kind,
  line,
  headings = [],
  around,
}: PassageParts): Passage {
  const read = text.slice(0, MAX_PASSAGE_CHARACTERS);
  return {
    text: read,
    entity,
    source,
    line,
    kind,
    headings,
    terms: new Set(termsOf(read)),
    around: new Set(
      termsOf((around ?? headings.slice(-2).join("\n")).slice(0, MAX_PASSAGE_CHARACTERS)),
    ),
  };
}
