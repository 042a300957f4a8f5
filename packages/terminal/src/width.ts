/**
 * Code points with East Asian Width W or F (UAX #11), in runs: Hangul Jamo, CJK radicals up to Yi,
 * Hangul, compatibility forms, fullwidth forms, Tangut and Kana supplements, the two ideographic planes.
 */
const WIDE: RegExp =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{20000}-\u{3fffd}]/u;

/** Drawn as a picture two cells wide: emoji by default, by variation selector 16, or as a flag. */
const EMOJI: RegExp = /^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f|^\p{Regional_Indicator}{2}/u;

/** Nothing but marks, format characters and controls. */
const ZERO: RegExp = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for characters. Made when needed: the first segmenter takes some 10 ms. */
function graphemesOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** The number of terminal cells that a text without escape sequences takes. */
export function displayWidth(text: string): number {
  // Printable ASCII, which nearly all text is, takes one cell a character.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1;
}

/** Cuts a text to at most `width` cells; what was cut ends in "…". */
export function truncateToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const segments = Array.from(graphemesOf(text), ({ segment }) => segment);
  return width > 0 ? `${takeWidth(segments, width - 1).join("")}…` : "";
}

/** Cuts a text to at most `width` cells, from its middle, where "…" then stands. */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const segments = Array.from(graphemesOf(text), ({ segment }) => segment);
  const head = takeWidth(segments, Math.floor((width - 1) / 2));
  const tail = takeWidth(segments.toReversed(), Math.ceil((width - 1) / 2));
  return width > 0 ? `${head.join("")}…${tail.toReversed().join("")}` : "";
}

function takeWidth(segments: readonly string[], width: number): string[] {
  let used = 0;
  const end = segments.findIndex((segment) => (used += graphemeWidth(segment)) > width);
  return segments.slice(0, end === -1 ? segments.length : end);
}
