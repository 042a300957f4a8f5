/** What is audited of a summary: hundreds of times a page of 500 words. The rest is told of, not read. */
export const MAX_SUMMARY_CHARACTERS = 200_000;
/** Claims beyond these are not judged: twenty times those of a page of 500 words. */
export const MAX_CLAIMS = 1_000;
/** Longer lines are no prose; the patterns that read them look back and ahead. */
export const MAX_LINE_CHARACTERS = 5_000;
/** Words of a passage that are indexed: a paragraph's sentence has some 30. */
export const MAX_PASSAGE_CHARACTERS = 4_000;
/** Passages that a claim is held against: those that share the most of its rare words. */
export const MAX_CANDIDATES = 40;
/** A word that is in more passages than this finds none of them: it would find nearly all. */
export const MAX_POSTINGS = 400;
