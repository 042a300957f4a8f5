import type { RewriteShape } from "./rewrite-shape.ts";
import { REWRITE_SHAPES } from "./rewrite-shapes.ts";
import { splitLabel, words } from "../words.ts";

/** A note as a shape's pairs have it, and the words that its sentence begins with. */
export interface ShapedNote {
  readonly shape: RewriteShape;
  readonly note: string;
  readonly opening: string;
  /** What the sentence consists of, in its order; undefined where its words are freer. */
  readonly parts?: readonly string[] | undefined;
  /** Sentences of the statement before the note: they stay as they are. */
  readonly lead?: string | undefined;
}

/**
 * With `nearest-last` the pair that shares the most words with the note comes last, where a small
 * model follows it most closely: that helps some notes and misleads others.
 */
export type PairOrder = "given" | "nearest-last";

/** No bullet is longer; the patterns of the shapes take the square of the length on some texts. */
const MOST_CHARACTERS = 1_000;

/** A sentence, and a last one that the model can word by itself. */
const LEAD = /^(.*[.!]) (\p{Lu}.+)$/su;

/**
 * The shape that fits a note, or undefined: then its own words are the best there is. Of two
 * sentences that no shape fits together the last may have one.
 */
export function shapeOf(text: string): ShapedNote | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const { body } = splitLabel(text);
  const whole = shapeOfWhole(body);
  const [, lead, last] = LEAD.exec(body) ?? [];
  if (whole !== undefined || last === undefined) return whole;
  const shaped = shapeOfWhole(last);
  return shaped && { ...shaped, lead };
}

function shapeOfWhole(body: string): ShapedNote | undefined {
  for (const shape of REWRITE_SHAPES) {
    const match = shape.match.exec(body);
    if (match === null) continue;
    const note = shape.note?.(match) ?? body;
    return {
      shape,
      note: /[.!]$/.test(note) ? note : `${note}.`,
      opening: shape.opening(match),
      parts: shape.parts?.(match),
    };
  }
  return undefined;
}

/**
 * What the model reads before it writes: the last `most` pairs, the note, and the first words of
 * its sentence.
 */
export function rewritePrompt(
  { shape, note, opening }: ShapedNote,
  order: PairOrder,
  most: number = shape.pairs.length,
): string {
  const own = new Set(words(note.toLowerCase()));
  const shared = (text: string): number =>
    words(text.toLowerCase()).filter((word) => own.has(word)).length;
  const pairs =
    order === "given" ? shape.pairs : shape.pairs.toSorted(([a], [b]) => shared(a) - shared(b));
  const examples = pairs
    .slice(pairs.length - most)
    .map(([example, sentence]) => `Note: ${example}\nSentence: ${sentence}\n`);
  return `${examples.join("\n")}\nNote: ${note}\nSentence: ${opening}`;
}
