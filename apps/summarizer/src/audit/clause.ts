import { rawTerms, tellingTerms } from "./terms.ts";

/** A piece of a text, with its offset. */
export interface Stretch {
  readonly text: string;
  readonly start: number;
  /** An item of a list that its sentence counts up. */
  readonly isItem: boolean;
}

/** After these a sentence goes on. */
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf|al|approx|resp|fig|sec|eq|no|dr)|\b[A-Z])\.$/i;

/** The sentences of a plain text. */
export function sentencesIn(text: string): Stretch[] {
  const sentences: Stretch[] = [];
  let start = 0;
  for (const match of text.matchAll(/[.!?]["”')\]]?(?=\s+\S)/g)) {
    const end = match.index + match[0].length;
    if (ABBREVIATION.test(text.slice(Math.max(start, end - 12), end))) continue;
    // A name such as `llama.cpp is …` goes on in lower case.
    if (/^\s+[a-z]/.test(text.slice(end, end + 4)) && match[0] === ".") continue;
    add(text, start, end, sentences);
    start = end;
  }
  add(text, start, text.length, sentences);
  return sentences;
}

function add(text: string, start: number, end: number, into: Stretch[], isItem = false): void {
  const piece = text.slice(start, end);
  const said = piece.trim();
  if (said !== "") into.push({ text: said, start: start + piece.indexOf(said), isItem });
}

/** Verbs with which a sentence goes on to say another thing of the same subject. */
const JOINTS =
  /;\s|\s?—\s?|\s–\s|,? plus (?=\w)|,? (?:while|whereas|although|though) |, (?:but|yet|so|which) |, (?:and )?(?:\w+ly )?(?!including\b|(?:train|reason|process|sampl|decod|generat|cod|post-train|pretrain|fine-tun|embedd|dur|accord|follow)ing\b|(?:\w+ing|\w+) (?:and|or)\b)[a-z]{3,}ing (?=\w)|, and (?:\w+ly )?[a-z]{3,}s (?=a |an |the |its |up |only |["“\d])|, (?:expanded|extended|released|trained|licensed|built|resulting|sourced|taken) /g;

/** What counts up: each of its items is a claim of its own. */
const LIST = /\b(?:including|such as|like)\s+/;

/**
 * The clauses of a sentence, each of which can be true or false by itself; items that it counts up
 * are claims of their own. A piece too short to say anything stays with the one before it.
 */
export function clausesOf(sentence: string): Stretch[] {
  const cuts = [0];
  const masked = maskParentheses(sentence);
  for (const match of masked.matchAll(JOINTS)) {
    const from = cuts.at(-1) ?? 0;
    const piece = sentence.slice(from, match.index);
    const rest = sentence.slice(match.index + match[0].length);
    if (says(piece) && says(rest))
      cuts.push(match.index + (/^[;—\s–]+$/.test(match[0]) ? match[0].length : 1));
  }
  const pieces: Stretch[] = [];
  for (const [at, start] of cuts.entries()) {
    const end = cuts[at + 1] ?? sentence.length;
    pieces.push(...withItems(sentence, start, end));
  }
  return pieces;
}

function says(piece: string): boolean {
  return tellingTerms(piece).length >= 2 || /\d/.test(piece);
}

function withItems(sentence: string, start: number, end: number): Stretch[] {
  const pieces: Stretch[] = [];
  const masked = maskParentheses(sentence.slice(start, end));
  const list = LIST.exec(masked);
  const items = list === null ? [] : itemsOf(masked.slice(list.index + list[0].length));
  if (list === null || items.length < 2) {
    add(sentence, start, end, pieces);
    return pieces;
  }
  add(sentence, start, start + list.index, pieces);
  let at = start + list.index + list[0].length;
  for (const item of items) {
    add(sentence, at, at + item.length, pieces, true);
    at += item.length;
  }
  return pieces;
}

/** Items of a list of phrases; each keeps the comma or `and` that it ends in. */
function itemsOf(text: string): string[] {
  const items = text.split(/(?<=,(?: and| or)? |\s(?:and|or) )/);
  // Names alone are looked up one by one; as items they would lose what is said of them.
  const isPhrases = items.some(
    (item) => (item.replace(/\b(?:and|or)\b/g, "").match(/[a-z]{3,}/g)?.length ?? 0) >= 2,
  );
  return isPhrases && items.every((item) => rawTerms(item).length <= 6) ? items : [];
}

/** The same length, with nothing in parentheses to be taken for a joint. */
function maskParentheses(text: string): string {
  return text.replace(/\([^()]{0,600}\)/g, (aside) => "(".padEnd(aside.length, "x"));
}
