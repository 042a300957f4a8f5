const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Abbreviations and initials, after which a sentence goes on, whatever the segmenter thinks. */
const ABBREVIATION =
  /(?:\b(?:[Ee]\.g|[Ii]\.e|etc|vs|cf|al|approx|resp|[Ff]ig|[Ss]ec|[Ee]q)|\b[A-Z])\.$/;
/** Longer than the longest of them, with the space after it. */
const TAIL = 12;

/** The segmenter takes time that grows with the square of a text's length; paragraphs are shorter. */
const PIECE = 2_000;
/** What goes on for longer without an end is no prose, and is not parted. */
const MAX_SENTENCE = 20_000;

/** The sentences of a plain text, in order, trimmed. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of boundaries(text)) {
    if (ABBREVIATION.test(text.slice(Math.max(start, end - TAIL), end).trimEnd())) continue;
    // `everybody (rightly!!) complained`
    if (/[!?]["”')]+\s*$/.test(text.slice(start, end)) && /^[a-z]/.test(text.slice(end, end + 1)))
      continue;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  return [...sentences, text.slice(start).trim()].filter((sentence) => sentence !== "");
}

/** Where sentences may end. A long text is cut where one surely may. */
function* boundaries(text: string): Generator<number> {
  const stop = /[.!?]["”')]?\s/g;
  let start = 0;
  while (start < text.length) {
    stop.lastIndex = start + PIECE;
    const end = stop.test(text) ? stop.lastIndex : text.length;
    if (end - start > MAX_SENTENCE) yield end;
    else
      for (const { segment, index } of segmenter.segment(text.slice(start, end))) {
        // `… pipelines. vLLM pages …`: names that begin in lower case begin sentences, too.
        for (const { index: at } of segment.matchAll(
          /(?<=[a-z)][.!?]) (?=[a-z]{1,3}[A-Z]|llama\.cpp )/g,
        ))
          yield start + index + at + 1;
        yield start + index + segment.length;
      }
    start = end;
  }
}
