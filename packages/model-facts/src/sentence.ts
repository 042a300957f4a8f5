const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Abbreviations and initials, after which a sentence goes on, whatever the segmenter thinks. */
const ABBREVIATION =
  /(?:\b(?:[Ee]\.g|[Ii]\.e|etc|vs|cf|al|approx|resp|[Ff]ig|[Ss]ec|[Ee]q)|\b[A-Z])\.$/;
/** Longer than the longest of them, with the space after it. */
const TAIL = 12;

/** The sentences of a plain text, in order, trimmed. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    if (ABBREVIATION.test(segment.slice(-TAIL).trimEnd())) continue;
    const end = index + segment.length;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  return [...sentences, text.slice(start).trim()].filter((sentence) => sentence !== "");
}
