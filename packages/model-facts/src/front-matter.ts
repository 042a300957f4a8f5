import { parse } from "yaml";
import { DocumentError } from "./errors.ts";

export type FrontMatter = Readonly<Record<string, unknown>>;

/** A text's front matter, and its Markdown with the number of the line on which that begins. */
export interface SplitText {
  readonly frontMatter: FrontMatter;
  readonly markdown: string;
  /** From 1. */
  readonly firstLine: number;
}

/** The longest real ones list benchmark results of embedding models: some 300 kB. */
const MAX_FRONT_MATTER_CHARACTERS = 500_000;

const MAX_ALIASES = 100;
const MAX_REASON_CHARACTERS = 200;

/**
 * Splits YAML front matter, between a first line of `---` and the next such line, from the Markdown
 * after it. A first line of `---` that no other follows is a rule, not front matter.
 *
 * @throws DocumentError `bad-front-matter` (no YAML, or more than 100 aliases), `too-large`
 */
export function splitFrontMatter(text: string, name: string): SplitText {
  const opening = /^---[ \t]*\n/.exec(text)?.[0];
  const rest = text.slice(opening?.length ?? 0);
  const closing = opening === undefined ? null : /^---[ \t]*$/m.exec(rest);
  if (closing === null) return { frontMatter: {}, markdown: text, firstLine: 1 };
  const yaml = rest.slice(0, closing.index);
  return {
    frontMatter: readYaml(yaml, name),
    markdown: rest.slice(closing.index + closing[0].length),
    firstLine: yaml.split("\n").length + 1,
  };
}

function readYaml(yaml: string, name: string): FrontMatter {
  if (yaml.length > MAX_FRONT_MATTER_CHARACTERS) {
    const limit = MAX_FRONT_MATTER_CHARACTERS.toLocaleString("en");
    const got = yaml.length.toLocaleString("en");
    const reason = `expected at most ${limit} characters of front matter, got ${got}`;
    throw new DocumentError("too-large", name, reason);
  }
  const value = parseYaml(yaml, name);
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as FrontMatter) : {};
}

function parseYaml(yaml: string, name: string): unknown {
  try {
    // Looking for keys that occur twice takes quadratic time; warnings would go to the console.
    return parse(yaml, { maxAliasCount: MAX_ALIASES, uniqueKeys: false, logLevel: "error" });
  } catch (cause) {
    const [line = ""] = (cause as Error).message.split("\n");
    const reason = `the front matter is no YAML: ${line.slice(0, MAX_REASON_CHARACTERS)}`;
    throw new DocumentError("bad-front-matter", name, reason, { cause });
  }
}
