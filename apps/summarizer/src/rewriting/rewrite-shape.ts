/**
 * A shape that notes of model cards and papers have, and how such a note becomes a sentence of
 * another shape. Very small models are no use when asked to rewrite; shown a few pairs of the same
 * two shapes and given the first words, they finish the sentence well, and a wrong try is easy to
 * tell by its words.
 */
export interface RewriteShape {
  readonly name: string;
  /** Tells that a note has this shape; `note` and `opening` are made from its groups. */
  readonly match: RegExp;
  /** The note as the pairs have it, where the source's words need trimming. */
  readonly note?: (match: RegExpExecArray) => string;
  /** The first words of the sentence. */
  readonly opening: (match: RegExpExecArray) => string;
  /**
   * The note's parts in the order that the sentence has them, where the sentence moves them as they
   * are: every word then has its place. A part that ends in a comma ends so in the sentence.
   */
  readonly parts?: (match: RegExpExecArray) => readonly string[];
  /** The form that the finished sentence must have; anything else is a slip of the model. */
  readonly sentence: RegExp;
  /** Invented notes and sentences about invented models: nothing in them can be true of a real one. */
  readonly pairs: readonly (readonly [note: string, sentence: string])[];
}
