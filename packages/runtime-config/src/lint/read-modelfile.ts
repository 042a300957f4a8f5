/** An instruction of a Modelfile; offsets count UTF-16 units from the beginning of the text. */
export type Instruction = {
  /** In capitals, as `FROM`. */
  name: string;
  /** The parameter's name, or the message's role; empty for all else. */
  parameter: string;
  /** Without its quotes. */
  argument: string;
  /** Where the argument stands, its quotes included. */
  argumentStart: number;
  argumentEnd: number;
  /** Where the instruction begins, and the name of its parameter. */
  start: number;
  nameStart: number;
  /** Behind the line's end. */
  end: number;
};

/** What Ollama stumbles over. */
export type ModelfileProblem = { line: number; message: string };

export type Modelfile = { instructions: Instruction[]; problem: ModelfileProblem | undefined };

const NAMES: ReadonlySet<string> = new Set([
  "FROM",
  "PARAMETER",
  "TEMPLATE",
  "SYSTEM",
  "ADAPTER",
  "LICENSE",
  "MESSAGE",
  "REQUIRES",
  "CAPABILITY",
  "DRAFT",
  "RENDERER",
  "PARSER",
]);

/**
 * Reads a Modelfile as Ollama's parser does: instructions in any case, comments on lines of their
 * own, arguments to the end of the line, or in one or three double quotes over several lines.
 * After the first problem nothing more is read, since Ollama reads nothing at all then.
 */
export function readModelfile(text: string): Modelfile {
  const instructions: Instruction[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const read = instructionAt(text, at);
    if ("message" in read) return { instructions, problem: { line: lineOf(text, at), ...read } };
    instructions.push(read);
    at = skipBlank(text, read.end);
  }
  return { instructions, problem: undefined };
}

/** Over empty lines and comments. */
function skipBlank(text: string, from: number): number {
  const blank = /[ \t\r\n\uFEFF]*(?:#[^\r\n]*)?/y;
  let at = from;
  do {
    blank.lastIndex = at;
    blank.exec(text);
    if (blank.lastIndex === at) break;
    at = blank.lastIndex;
  } while (at < text.length);
  return at;
}

function instructionAt(text: string, start: number): Instruction | { message: string } {
  const head = /([A-Za-z]+)([ \t]+)/y;
  head.lastIndex = start;
  const [, word = "", gap = ""] = head.exec(text) ?? [];
  const name = word.toUpperCase();
  if (!NAMES.has(name)) {
    const line = /[^\r\n]*/y;
    line.lastIndex = start;
    const got = JSON.stringify(line.exec(text)?.[0] ?? "");
    return { message: `expected an instruction such as FROM or PARAMETER, got ${got}` };
  }
  let nameStart = start;
  let argumentAt = start + word.length + gap.length;
  let parameter = "";
  if (name === "PARAMETER" || name === "MESSAGE") {
    const own = /([A-Za-z0-9_]+)([ \t]+)/y;
    own.lastIndex = argumentAt;
    const [whole, first = ""] = own.exec(text) ?? [];
    if (whole === undefined) return { message: `expected a name and a value after ${name}` };
    [nameStart, parameter] = [argumentAt, first];
    argumentAt += whole.length;
  }
  const ended = argumentFrom(text, argumentAt);
  if (ended === undefined) return { message: `the quotes after ${name} never end` };
  return { name, parameter, start, nameStart, ...ended };
}

type Argument = Pick<Instruction, "argument" | "argumentStart" | "argumentEnd" | "end">;

/** What begins with quotes goes on until a line ends with them. */
function argumentFrom(text: string, argumentStart: number): Argument | undefined {
  const quotes = text.startsWith('"""', argumentStart)
    ? '"""'
    : text.startsWith('"', argumentStart)
      ? '"'
      : "";
  const least = argumentStart + quotes.length;
  const lineEnd = /\r\n|\r|\n|$/g;
  lineEnd.lastIndex = least;
  for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
    const end = match.index + match[0].length;
    let argumentEnd = match.index;
    while (argumentEnd > least && /[ \t]/.test(text[argumentEnd - 1] ?? "")) argumentEnd -= 1;
    const isEnded = argumentEnd - quotes.length >= least || quotes === "";
    if (isEnded && text.endsWith(quotes, argumentEnd)) {
      const argument = text.slice(least, argumentEnd - quotes.length);
      return { argument, argumentStart, argumentEnd, end };
    }
    if (end === text.length) return undefined;
  }
  return undefined;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
