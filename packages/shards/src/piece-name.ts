/** The name of a piece of a file that was cut anywhere, taken apart. */
export interface PieceName {
  /** Path or name of the whole file, such as `model.gguf`. */
  readonly prefix: string;
  /** What stands between that and the number: `.part`, `-split-`, …. */
  readonly mark: string;
  /** As the name has it: from 0 or 1 on; letters count from 0. */
  readonly number: number;
  /** The number's characters. */
  readonly digits: string;
  /** Position from 0, where pieces count from 1; that there is a piece 0 only its name can tell. */
  readonly no: number;
  /** How many pieces there are, where the name says so. */
  readonly count: number | undefined;
  /** What stands behind the number: `of3`, or nothing. */
  readonly rest: string;
}

/** All pieces of a file, compared with what is there. */
export interface PieceSet {
  /** In the order in which they are appended. */
  readonly names: string[];
  /** Those of `names` that are not there. Pieces behind the last that is there may be unknown. */
  readonly missing: string[];
  /** Name of the whole file. */
  readonly joined: string;
}

// `model.gguf.part1of3`, `model.gguf-split-a`, `model.gguf.part-00`, `model.gguf.part-aa` (split's
// default letters), `model.gguf.001` (7-Zip).
const PIECE =
  /^(?<prefix>.*\.gguf)(?:(?<mark>[.-](?:part|split)[.-]?)(?<digits>\d{1,4}|[a-z]{1,2})(?<rest>-?of-?(?<count>\d{1,4}))?|(?<dot>\.)(?<plain>\d{2,4}))$/s;

const LETTERS = 26;
const FIRST_LETTER = "a".charCodeAt(0);

/** Takes a piece's path or file name apart; undefined where it is no piece's. */
export function parsePieceName(name: string): PieceName | undefined {
  const groups = PIECE.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { prefix = "", mark = groups["dot"] ?? "", rest = "" } = groups;
  const digits = groups["digits"] ?? groups["plain"] ?? "";
  const number = numberOf(digits);
  const isCounted = groups["count"] !== undefined;
  const count = isCounted ? Number(groups["count"]) : undefined;
  if (count !== undefined && (number > count || count === 0 || isLetters(digits))) return undefined;
  const no = isLetters(digits) ? number : Math.max(0, number - 1);
  return { prefix, mark, number, digits, no, count, rest };
}

/**
 * The whole set that a piece, any piece, belongs to, from the names in its directory. A file that is
 * no piece is a set of one.
 */
export function completePieces(name: string, present: Iterable<string>): PieceSet {
  const there = new Set(present);
  const piece = parsePieceName(name);
  if (piece === undefined)
    return { names: [name], missing: there.has(name) ? [] : [name], joined: name };
  const others = [...there].flatMap((other) => {
    const parsed = parsePieceName(other);
    return parsed && isOfSameFile(parsed, piece) ? [parsed] : [];
  });
  const pieces = [piece, ...others];
  const numbers = pieces.map(({ number }) => number);
  const first = isLetters(piece.digits) || numbers.includes(0) ? 0 : 1;
  // Some count from 0 up to and with the count.
  const last = Math.max(first + (piece.count ?? 0) - 1, ...numbers);
  const width = widthOf(pieces);
  const names = Array.from({ length: last - first + 1 }, (_, no) =>
    nameOf(piece, width, first + no),
  );
  return { names, missing: names.filter((one) => !there.has(one)), joined: piece.prefix };
}

function isOfSameFile(one: PieceName, other: PieceName): boolean {
  return (
    one.prefix === other.prefix &&
    one.mark === other.mark &&
    one.rest === other.rest &&
    isLetters(one.digits) === isLetters(other.digits) &&
    (!isLetters(one.digits) || one.digits.length === other.digits.length)
  );
}

/** Digits that all numbers are filled up to: those of one that begins with a 0. */
function widthOf(pieces: readonly PieceName[]): number {
  const filled = pieces.filter(({ digits }) => digits.startsWith("0"));
  return Math.max(1, ...filled.map(({ digits }) => digits.length));
}

function nameOf({ prefix, mark, digits, rest }: PieceName, width: number, number: number): string {
  const shown = isLetters(digits)
    ? lettersOf(number, digits.length)
    : String(number).padStart(width, "0");
  return `${prefix}${mark}${shown}${rest}`;
}

function isLetters(digits: string): boolean {
  return /^[a-z]/.test(digits);
}

function numberOf(digits: string): number {
  if (!isLetters(digits)) return Number(digits);
  let number = 0;
  for (const letter of digits) number = number * LETTERS + letter.charCodeAt(0) - FIRST_LETTER;
  return number;
}

function lettersOf(number: number, length: number): string {
  const last = String.fromCharCode(FIRST_LETTER + (number % LETTERS));
  return length === 1 ? last : lettersOf(Math.floor(number / LETTERS), length - 1) + last;
}
