import { tellingTerms } from "./terms.ts";

/** A number of a text, with its unit, how it is bounded, and what stands beside it. */
export interface Quantity {
  /** As it is written, with its scale: `36 trillion`, `256K`, `10%`. */
  readonly raw: string;
  /** What the number may mean: `131K` is 131,000 or 134,144, give or take half of its last digit. */
  readonly spans: readonly (readonly [number, number])[];
  readonly percent: boolean;
  /** `K`, `M`, `B`, `T`, or none. */
  readonly scale: string;
  /** Of what is measured, not counted: `gb`, `hz`; none for counts. */
  readonly unit: string;
  /** The word after it, as a stem; none where a mark follows. */
  readonly next: string;
  readonly bound: Bound;
  /** Offset in the text, of its first character and after its last. */
  readonly at: number;
  readonly end: number;
  /** Stems that stand near it in its clause; those of the words after it first. */
  readonly near: readonly string[];
}

/** `more`: at least this much and perhaps more; `most`: no more than this. */
export type Bound = "more" | "most" | "none";

const WORDS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  sixteen: 16,
  twenty: 20,
  hundred: 100,
};
const SCALES: Readonly<Record<string, readonly number[]>> = {
  K: [1000, 1024],
  M: [1e6, 1024 ** 2],
  B: [1e9],
  T: [1e12],
  THOUSAND: [1000],
  MILLION: [1e6],
  BILLION: [1e9],
  TRILLION: [1e12],
};

const NUMBER = new RegExp(
  String.raw`(?<![\w./]|[A-Za-z][-@]|\d[-–]\d{0,3})(?<!\d,)[~≈$≥>]?\s?(?:(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,20}|,\d{1,2}(?!\d))?(?:\s?(k|m|b|t|thousand|million|billion|trillion)(?![\w]))?|(${Object.keys(WORDS).join("|")})(?=[- ][a-z]))(\s?%| percent\b|\+|[x×](?!\w))?(?![\w]*_)(?![.,]?\d)`,
  "gi",
);
/** `1.5–8`, `1.5-8 bits`, `300 to 500`: the second number of a range is one of its own. */
const RANGE_END =
  /(?<=(?<![\w.-])\d[\d,]{0,12}(?:\.\d{1,3})?\s?[KMBT]?\s?(?:[-–—/]|to)\s?)\d[\d,]*(?:\.\d{1,20})?(?:\s?[kmbt](?!\w))?(?![\w]*_)(?![.,]?\d)/gi;

/** Words before a number that make it a bound. */
const MORE =
  /(?:more than|over|above|exceed\w*|beyond|greater than|at least|no fewer than|no less than|minimum of|upwards of|>|≥)[\s~]*$/i;
const MOST =
  /(?:up to|at most|no more than|maximum(?: of)?|fewer than|less than|under|below|as (?:many|much) as)[\s~]*$/i;

/** The numbers of a text; those that are part of a name (`Qwen3-4B`, `q4_K_M`, `pass@1`) are none. */
export function quantitiesOf(text: string): Quantity[] {
  const found = new Map<number, Quantity>();
  for (const pattern of [NUMBER, RANGE_END])
    for (const match of text.matchAll(pattern)) {
      const read = readQuantity(text, match[0], match.index);
      if (read !== undefined && !found.has(read.at)) found.set(read.at, read);
    }
  return [...found.values()].toSorted((a, b) => a.at - b.at);
}

/** Commas part thousands; before one or two digits alone, as in German, a fraction. */
function numberOf(digits: string): number {
  const plain = /^\d+,\d{1,2}$/.test(digits)
    ? digits.replace(",", ".")
    : digits.replaceAll(",", "");
  return Number(plain);
}

const MEASURE =
  /^[\s-]?((?:[KMGT]i?B|k?Hz|MHz|GHz|ms|dB|px|W|kWh|seconds?|minutes?|hours?|days?)(?:\/s)?)(?![\w])/i;
const PARTS =
  /^[~≈$≥>]?\s?([\d,]+(?:\.\d+)?|[a-z]+?)[- ]?(k|m|b|t|thousand|million|billion|trillion)?(\s?%| percent|\+|[x×])?$/i;

function readQuantity(text: string, found: string, index: number): Quantity | undefined {
  const lead = found.length - found.trimStart().length;
  const raw = found.trim();
  const [, digits = "", unit = "", mark = ""] = PARTS.exec(raw) ?? [];
  const value = WORDS[digits.toLowerCase()] ?? numberOf(digits);
  if (digits === "" || !Number.isFinite(value)) return undefined;
  const scales = SCALES[unit.toUpperCase()] ?? [1];
  const decimals = /\.(\d+)$/.exec(digits)?.[1]?.length ?? 0;
  const half = unit === "" ? 0 : 0.5 * 10 ** -decimals;
  const at = index + lead;
  const end = at + raw.length;
  const before = text.slice(Math.max(0, at - 30), at);
  if (isSizeName(before, unit, text.slice(end, end + 12))) return undefined;
  return {
    raw,
    spans: scales.map((scale) => [(value - half) * scale, (value + half) * scale] as const),
    percent: /%|percent/.test(mark),
    scale: unit.slice(0, 1).toUpperCase(),
    unit: MEASURE.exec(text.slice(end, end + 12))?.[1]?.toLowerCase() ?? "",
    next:
      tellingTerms(/^[-\s]?([\p{L}][\p{L}\d-]*)/u.exec(text.slice(end, end + 30))?.[1] ?? "")[0] ??
      "",
    bound:
      mark === "+" || /^[>≥]/.test(raw) || MORE.test(before)
        ? "more"
        : MOST.test(before)
          ? "most"
          : "none",
    at,
    end,
    near: nearTerms(text, at, end),
  };
}

/** `the 8B is`, `our 27B model`: how a model is called. */
function isSizeName(before: string, unit: string, after: string): boolean {
  return (
    /^[BM]$/i.test(unit) &&
    /\b(?:the|our|its) $/i.test(before) &&
    /^ (?:is|are|was|has|model|version|checkpoint|variant|one)\b/.test(after)
  );
}

/** Characters and words that a number's surroundings reach. */
const REACH = 70;
const NEAR_WORDS = 5;
/** What ends a clause; a comma within a number does not. */
const JOINT = /[,;:](?=\s)|[()—]|\s[–-]\s|(?<=[a-z])[.!?](?=\s|$)/;

function nearTerms(text: string, at: number, end: number): string[] {
  const after =
    text
      .slice(end, end + REACH)
      .replace(/^[-–—/]\s?\d[\d.,]*/, "")
      .replace(/^[-‑]/, "")
      .split(JOINT)[0] ?? "";
  const before =
    text
      .slice(Math.max(0, at - REACH), at)
      .split(JOINT)
      .at(-1) ?? "";
  const tail = text.slice(end, end + REACH);
  const heads = text.slice(Math.max(0, at - REACH), at);
  const close = [
    ...tellingTerms(after).slice(0, NEAR_WORDS),
    ...tellingTerms(before).slice(-NEAR_WORDS).toReversed(),
  ];
  // A clause that says nothing else belongs to what stands around it: `64 heads (4 for keys)`.
  const wide =
    close.length >= 2
      ? []
      : [...tellingTerms(heads).slice(-NEAR_WORDS), ...tellingTerms(tail).slice(0, 2)];
  return [...new Set([...close, ...wide])].filter((term) => !/^\d/.test(term));
}

/** Whether two numbers can be the same: `32K` and `32,768`, `235B` and `235,093,634,560`. */
export function isSameQuantity(a: Quantity, b: Quantity): boolean {
  return a.percent === b.percent && isSameNumber(a, b);
}

/** As `isSameQuantity`, where the one says `%` and the other may stand in a column of them. */
export function isSameNumber(a: Quantity, b: Quantity): boolean {
  return isSameUnit(a, b) && a.spans.some((span) => b.spans.some((other) => meets(span, other)));
}

/** `21 GB` is not `21 MB`, and `31 days` are not `31 GPUs`; a bare number may be in any unit. */
function isSameUnit(a: Quantity, b: Quantity): boolean {
  if (a.unit !== "" && b.unit !== "") return a.unit.replace(/s$/, "") === b.unit.replace(/s$/, "");
  return (a.unit === "" || b.next === "") && (b.unit === "" || a.next === "");
}

/** Whether a number can be this value. */
export function isValue({ spans }: Quantity, value: number): boolean {
  return spans.some((span) => meets(span, [value, value]));
}

/** Two rounded numbers must share more than an end: `8B` is not `9B`, though 8.5 may be either. */
function meets([a, b]: readonly [number, number], [c, d]: readonly [number, number]): boolean {
  const isRounded = a < b && c < d;
  const slack = (isRounded ? -1e-9 : 1e-12) * Math.max(Math.abs(a), Math.abs(c), 1);
  return a <= d + slack && c <= b + slack;
}
