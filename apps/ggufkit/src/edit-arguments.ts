import { ggufValue, type GgufValue, type NewValueType } from "@ggufkit/gguf";
import { truncateToWidth, UsageError } from "@ggufkit/terminal";

/** `--set KEY=TYPE:VALUE` taken apart. */
export interface SetArgument {
  readonly key: string;
  readonly type: NewValueType;
  /** The value as typed, or the file that it is read from. */
  readonly value: { readonly text: string } | { readonly file: string };
}

const SCALARS = "u8|i8|u16|i16|u32|i32|u64|i64|f32|f64|bool|string";
// The shortest key after which a type follows, so that a key may have "=" in it.
const SET = new RegExp(`^(?<key>.+?)=(?<type>(?:${SCALARS})(?:\\[\\])?):(?<text>.*)$`, "s");

/** Of an argument in a message; a value may be long. */
const WORD_WIDTH = 60;

/**
 * Takes a `--set` apart. A value that begins with `@` names a file; one that is to begin with it
 * has two.
 *
 * @throws {UsageError}
 */
export function parseSet(word: string): SetArgument {
  const { key, type, text } = SET.exec(word)?.groups ?? {};
  if (key === undefined || type === undefined || text === undefined) {
    const types = `TYPE one of ${SCALARS.replaceAll("|", ", ")} or an array of it such as u32[]`;
    const shown = truncateToWidth(word, WORD_WIDTH);
    throw new UsageError(`--set ${shown}: expected KEY=TYPE:VALUE, ${types}`);
  }
  const isFile = text.startsWith("@") && !text.startsWith("@@");
  const value = isFile ? { file: text.slice(1) } : { text: text.replace(/^@@/, "@") };
  return { key, type: type as NewValueType, value };
}

/**
 * Takes a `--rename OLD=NEW` apart.
 *
 * @throws {UsageError}
 */
export function parseRename(word: string): { readonly key: string; readonly to: string } {
  const [, key, to] = /^([^=]+)=([^=]+)$/.exec(word) ?? [];
  if (key === undefined || to === undefined)
    throw new UsageError(`--rename ${word}: expected OLD=NEW`);
  return { key, to };
}

/**
 * The value that a text stands for, or bytes: those of a file are a string's as they are. Arrays
 * are JSON; what JSON has no word for, nan and integers beyond 2^53, is given as strings in them.
 *
 * @throws {UsageError}
 */
export function parseValue(
  { key, type }: Pick<SetArgument, "key" | "type">,
  content: string | Uint8Array,
): GgufValue {
  try {
    return ggufValue(type, type === "string" ? content : dataOf(type, textOf(content)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--set ${key}: ${reason}`, { cause });
  }
}

/** A text file ends with a newline. */
function textOf(content: string | Uint8Array): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content).trim();
}

function dataOf(type: NewValueType, text: string): unknown {
  if (!type.endsWith("[]")) return scalarOf(type, text);
  const elementType = type.slice(0, -"[]".length);
  return jsonArray(text).map((element) =>
    typeof element === "string" ? scalarOf(elementType, element) : element,
  );
}

function jsonArray(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new UsageError("expected a JSON array such as [1, 2]");
}

const INTEGER = /^[+-]?\d+$|^0x[\da-f]+$/i;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/** What a text means for a type; the text itself, which fits no type but string, where nothing. */
function scalarOf(type: string, text: string): unknown {
  if (type === "string") return text;
  if (type === "bool") return text === "true" || (text === "false" ? false : text);
  if (type === "f32" || type === "f64") return floatOf(text);
  if (!INTEGER.test(text)) return text;
  const integer = BigInt(text.replace(/^\+/, ""));
  return type === "u64" || type === "i64" ? integer : Number(integer);
}

function floatOf(text: string): number | string {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const [, sign] = INFINITY.exec(text) ?? [];
  if (sign !== undefined) return sign === "-" ? -Infinity : Infinity;
  return FLOAT.test(text) ? Number(text) : text;
}
