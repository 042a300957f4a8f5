/** What a unit may multiply a number by: K is a thousand or, of tokens, 1,024. */
const SCALES = /** @type {Record<string, number[]>} */ ({
  "": [1],
  k: [1e3, 1024],
  m: [1e6, 1_048_576],
  b: [1e9],
  t: [1e12],
  million: [1e6],
  billion: [1e9],
  trillion: [1e12],
  mrd: [1e9],
  // German counts: a Billion is a million millions.
  billionen: [1e12],
  bio: [1e12],
  亿: [1e8],
  万亿: [1e12],
});

const NUMBER =
  /(?<![\w.,]|[A-Za-z]-)~?(\d[\d.,]*\d|\d)\+?(?:\s?(?:[-x×]\s?)?(万亿|亿|(?:k|m|b|t|million|billionen|billion|trillion|mrd|bio)\b))?/giu;
const NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split(" ");

/**
 * A number as a text has it, with all that it may stand for.
 * @typedef {object} NumberIn
 * @property {string} text
 * @property {number} at
 * @property {number} end
 * @property {number[]} values
 */

/**
 * The numbers of a text that are not parts of names.
 * @param {string} text
 * @returns {NumberIn[]}
 */
export function numbersIn(text) {
  const digits = [...text.matchAll(NUMBER)]
    .filter(({ index }) => !/\p{L}{2}\S*-$/u.test(text.slice(Math.max(0, index - 60), index)))
    .map((match) => {
      const [all, written = "", unit = ""] = match;
      const scales = SCALES[unit.toLowerCase()] ?? [1];
      const values = readings(written).flatMap((value) => scales.map((scale) => value * scale));
      return { text: all, at: match.index, end: match.index + all.length, values };
    });
  return digits;
}

/** Counts that a text spells out, for the sources: `eight billion`. */
export function spelledNumbers(/** @type {string} */ text) {
  const pattern = new RegExp(
    `\\b(${NUMBER_WORDS.join("|")})\\b(?: (million|billion|trillion))?`,
    "gi",
  );
  return [...text.matchAll(pattern)].flatMap(([, word = "", unit = ""]) => {
    const scales = SCALES[unit.toLowerCase()] ?? [1];
    return scales.map((scale) => (NUMBER_WORDS.indexOf(word.toLowerCase()) + 1) * scale);
  });
}

/** `1,234` and `1.234` may be thousands, `7,3` is how some languages write 7.3. */
function readings(/** @type {string} */ written) {
  const english = Number(written.replaceAll(",", ""));
  const german = Number(written.replaceAll(".", "").replace(",", "."));
  return [...new Set([english, german])].filter((value) => Number.isFinite(value));
}

/** Whether two numbers may be the same, but for rounding in the last of three digits. */
export function isSame(/** @type {number[]} */ a, /** @type {number[]} */ b) {
  return a.some((x) => b.some((y) => Math.abs(x - y) <= Math.abs(y) * 1e-9));
}
