/** A line of an INI file; offsets count UTF-16 units from the beginning of the text. */
export type IniLine = {
  start: number;
  /** Behind the line's end. */
  end: number;
  content:
    | { type: "nothing" }
    | { type: "section"; name: string }
    | { type: "pair"; key: string; value: string; valueStart: number; isCut: boolean }
    | { type: "bad"; text: string };
};

/** Of the lines before the first header. */
export const FIRST_SECTION = "default";

/**
 * Reads llama-server's presets, line by line, by the grammar of llama.cpp's `preset.cpp` (build
 * 0c1e570): no quotes, no escapes, no spaces before a key; `;` and `#` begin a comment anywhere.
 */
export function readIni(text: string): IniLine[] {
  const lines: IniLine[] = [];
  for (const match of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    const [whole, line = ""] = match;
    if (whole === "") continue; // the end of the text
    lines.push({
      start: match.index,
      end: match.index + whole.length,
      content: contentOf(line, match.index),
    });
  }
  return lines;
}

const HEADER = /^\[([^\]]+)\][ \t]*(?:[;#].*)?$/;
const PAIR = /^([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/;

function contentOf(line: string, start: number): IniLine["content"] {
  if (/^[ \t]*(?:[;#].*)?$/.test(line)) return { type: "nothing" };
  const [, name] = HEADER.exec(line) ?? [];
  if (name !== undefined) return { type: "section", name: name.trim() };
  const [head, key] = PAIR.exec(line) ?? [];
  if (head === undefined || key === undefined) return { type: "bad", text: line };
  const rest = line.slice(head.length);
  const comment = rest.search(/[;#]/);
  const value = (comment === -1 ? rest : rest.slice(0, comment)).trimEnd();
  const isCut = comment > 0 && !/[ \t]/.test(rest[comment - 1] ?? " ");
  return { type: "pair", key, value, valueStart: start + head.length, isCut };
}

/** Lines with the section that they belong to. */
export function sectionedLines(lines: readonly IniLine[]): (IniLine & { section: string })[] {
  let section = FIRST_SECTION;
  return lines.map((line) => {
    if (line.content.type === "section") section = line.content.name;
    return { ...line, section };
  });
}
