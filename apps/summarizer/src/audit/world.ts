import type { Document, Fact, FactSheet, Subject } from "@ggufkit/model-facts";
import { indexNumbers, type NumberIndex } from "./number-index.ts";
import { type Passage, passagesOf } from "./passage.ts";
import { indexPassages, type PassageIndex } from "./passage-index.ts";
import { type Relative, relativesOf } from "./relative.ts";

/** All that claims are held against: what the sources say, of whom, and which numbers. */
export interface World {
  readonly subject: Subject;
  readonly sheet: FactSheet;
  readonly documents: readonly Document[];
  readonly index: PassageIndex;
  readonly numbers: NumberIndex;
  /** The other models, papers and runtimes that the sources speak of. */
  readonly relatives: readonly Relative[];
  /** The passages of each word in lower case, with its marks (`llama.cpp`), and of a name's parts. */
  readonly names: ReadonlyMap<string, readonly Passage[]>;
}

/** What an audit has to go by. */
export interface AuditSources {
  readonly subject: Subject;
  readonly sheet: FactSheet;
  /** The card first. */
  readonly documents: readonly Document[];
}

export function worldOf({ subject, sheet, documents }: AuditSources): World {
  const passages = passagesOf(documents, subject, sheet.facts);
  return {
    subject,
    sheet,
    documents,
    index: indexPassages(passages),
    numbers: indexNumbers(passages),
    relatives: relativesOf(passages, subject),
    names: namesOf(passages),
  };
}

function namesOf(passages: readonly Passage[]): Map<string, Passage[]> {
  const names = new Map<string, Passage[]>();
  for (const passage of passages)
    for (const key of new Set(nameKeys(passage.text))) {
      const known = names.get(key);
      if (known === undefined) names.set(key, [passage]);
      else known.push(passage);
    }
  return names;
}

/** More hyphens than names have; a hostile text may have words of thousands. */
const MAX_PARTS = 12;

/** Words as names are compared: lower case, without possessive; compounds in parts and beginnings, too. */
function nameKeys(text: string): string[] {
  const found =
    text.toLowerCase().match(/[\p{L}\p{N}](?:[\p{L}\p{N}]|[-.+_'’@](?=[\p{L}\p{N}+]))*\+*/gu) ?? [];
  return found.flatMap((word) => {
    const plain = word.replace(/['’]s$/, "");
    const parts = plain.split(/[-@]/, MAX_PARTS);
    if (parts.length === 1) return [plain];
    return [plain, ...parts, ...parts.map((_, at) => parts.slice(0, at + 1).join("-"))];
  });
}

/** The facts on an attribute that stand in one document, or in all. */
export function factsOf(
  world: World,
  attribute: Fact["attribute"],
  url: string | undefined,
): Fact[] {
  const chosen = world.sheet.get(attribute);
  if (url === undefined) return chosen === undefined ? [] : [chosen];
  return world.sheet.facts.filter(
    (fact) => fact.attribute === attribute && fact.source.url === url,
  );
}
