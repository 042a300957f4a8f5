import type { WordRange } from "../page.ts";
import { comparable, sourceOf } from "./citation.ts";
import type { Claim } from "./claim.ts";
import type { AuditFinding, FindingCode } from "./finding.ts";
import type { SummaryBlock } from "./summary-text.ts";
import { tellingTerms } from "./terms.ts";
import type { World } from "./world.ts";

/** What is wrong with a summary's length and form, whatever it says. */
export function checkPage(
  markdown: string,
  blocks: readonly SummaryBlock[],
  claims: readonly Claim[],
  world: World,
  range: WordRange,
): AuditFinding[] {
  return [
    ...checkLength(markdown, range),
    ...checkThoughts(markdown),
    ...checkInstructions(blocks),
    ...checkSections(blocks),
    ...checkLinks(blocks, world),
    ...checkMalformed(markdown),
    ...checkDuplicates(claims),
    ...checkHype(blocks, world),
  ];
}

function finding(
  code: FindingCode,
  line: number | undefined,
  claim: string,
  why: string,
): AuditFinding {
  return { code, line, claim, why, evidence: [] };
}

/** Words as `wc -w` counts them. */
export function wordsOf(markdown: string): number {
  return markdown.match(/\S+/g)?.length ?? 0;
}

function checkLength(markdown: string, { least, most }: WordRange): AuditFinding[] {
  const words = wordsOf(markdown);
  if (words === 0) return [finding("empty", undefined, "", "the summary has no words")];
  if (words >= least && words <= most) return [];
  return [finding("words", undefined, "", `${words} words, expected ${least} to ${most}`)];
}

/** What models think with, and what ends or begins their turns. */
const THOUGHT =
  /<\/?(?:think|thinking|thought|reasoning|reflection|scratchpad)>|<\|[a-z_]{2,30}\|>|\[\/?(?:INST|THINK)\]|<\/?s>|<(?:start|end)_of_turn>/gi;

function checkThoughts(markdown: string): AuditFinding[] {
  return markdown.split("\n").flatMap((line, at) => {
    // In code such a token is shown, not used.
    const token = line
      .slice(0, 5000)
      .replace(/`[^`]*`/g, "")
      .match(THOUGHT)?.[0];
    return token === undefined
      ? []
      : [finding("thought-tokens", at + 1, token, "a token that no reader should see")];
  });
}

/** Text of a card that was made to steer a model, and did. */
const INSTRUCTION =
  /\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all)\b.{0,20}\b(?:instructions?|prompts?|rules)\b|\bsystem prompt\s*:\s*["“]?(?:you|act|ignore|respond|always|never)\b/i;

function checkInstructions(blocks: readonly SummaryBlock[]): AuditFinding[] {
  return blocks.flatMap(({ text, line, kind }) => {
    const found = kind === "code" ? undefined : INSTRUCTION.exec(text)?.[0];
    return found === undefined
      ? []
      : [finding("instruction", line, found, "speaks to a model, not to a reader")];
  });
}

function checkSections(blocks: readonly SummaryBlock[]): AuditFinding[] {
  return blocks.flatMap((block, at) => {
    if (block.kind !== "heading") return [];
    const next = blocks[at + 1];
    // A title may stand directly above the first section.
    const isFilled = next !== undefined && (next.kind !== "heading" || next.level > block.level);
    return isFilled
      ? []
      : [finding("empty-section", block.line, block.text, "a heading with nothing below it")];
  });
}

function checkLinks(blocks: readonly SummaryBlock[], world: World): AuditFinding[] {
  return blocks.flatMap(({ links }) =>
    links.flatMap(({ url, text, line }): AuditFinding[] => {
      if (!/^https?:\/\/[^\s/]+\.[^\s]+$/i.test(url))
        return [
          finding("link-malformed", line, `[${text}](${url})`, "expected an http(s) address"),
        ];
      if (sourceOf(url, world) !== undefined || isNamed(url, world)) return [];
      return [finding("link-no-source", line, url, "is none of the sources")];
    }),
  );
}

/** A source names the address itself. */
function isNamed(url: string, { documents }: World): boolean {
  const wanted = comparable(url);
  return (
    wanted.length > 8 &&
    documents.some(
      ({ blocks, frontMatter }) =>
        blocks.some(({ text }) => text.toLowerCase().includes(wanted)) ||
        Object.values(frontMatter).some(
          (value) => typeof value === "string" && value.toLowerCase().includes(wanted),
        ),
    )
  );
}

const MALFORMED: readonly (readonly [RegExp, string])[] = [
  [/\[[^[\]\n]{1,200}\]\([^)\n]{0,300}$/, "a link without its closing parenthesis"],
  [/\[[^[\]\n]{1,200}\]\([^()\s]{1,300} +(?!["'])[^()\n]{1,200}\)/, "a space in a link's address"],
  [/\[[^[\]\n]{1,200}\] \(https?:/, "a space between a link's words and its address"],
  [/\[\]\(/, "a link without words"],
];

function checkMalformed(markdown: string): AuditFinding[] {
  return markdown.split("\n").flatMap((whole, at) => {
    const line = whole.slice(0, 5000);
    const [pattern, why] = MALFORMED.find(([wrong]) => wrong.test(line)) ?? [];
    return pattern === undefined
      ? []
      : [finding("link-malformed", at + 1, pattern.exec(line)?.[0] ?? "", why ?? "")];
  });
}

/** Two claims with that many words in common, of many, are one. */
const SAME_SHARE = 0.85;
const LEAST_TERMS = 5;
/** Comparing each with each has to end somewhere. */
const MOST_COMPARED = 400;

function checkDuplicates(claims: readonly Claim[]): AuditFinding[] {
  const seen: { readonly terms: ReadonlySet<string>; readonly line: number }[] = [];
  const sentences = new Set<string>();
  return claims.flatMap(({ sentence, kind, line }) => {
    if (kind === "heading" || kind === "code" || sentence === "" || seen.length >= MOST_COMPARED)
      return [];
    if (sentences.has(`${line} ${sentence}`)) return [];
    sentences.add(`${line} ${sentence}`);
    const terms = new Set([...tellingTerms(sentence), ...(sentence.match(/\d[\d.,]*/g) ?? [])]);
    const twin =
      terms.size < LEAST_TERMS ? undefined : seen.find((other) => isTwin(other.terms, terms));
    seen.push({ terms, line });
    return twin === undefined
      ? []
      : [finding("duplicate", line, sentence, `says again what line ${twin.line} says`)];
  });
}

function isTwin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = [...a].filter((term) => b.has(term)).length;
  return shared / Math.max(a.size, b.size) >= SAME_SHARE;
}

/** Words that praise and say nothing: only a source may use them. */
const HYPE =
  /\b(?:groundbreaking|revolutionary|unprecedented|game-?chang\w+|world-class|amazing|incredibl[ey]|superpowers?|leaps? forward|unparalleled|unrivall?ed|mind-?blowing|jaw-dropping|best-in-class|top-tier|unmatched|breathtaking|phenomenal|awe-inspiring|next-level|ultimate)\b/gi;

function checkHype(blocks: readonly SummaryBlock[], { index }: World): AuditFinding[] {
  const said = index.passages.map(({ text }) => text.toLowerCase()).join("\n");
  return blocks.flatMap(({ text, label, line, kind }) => {
    if (kind === "code") return [];
    const found = `${label ?? ""} ${text}`.match(HYPE) ?? [];
    return [...new Set(found.map((word) => word.toLowerCase()))]
      .filter((word) => !said.includes(word))
      .map((word) => finding("hype", line, word, "praise that no source has"));
  });
}
