import type { BatchEntry } from "./batch-list.ts";

/** Windows gives these to devices, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A directory entry holds 255 bytes; there has to be room for a number, an extension and a partial file's. */
const MOST_BYTES = 160;

const FALLBACK = "model";

/** What a directory's card is called: the directory's name says more. */
const CARD = /^(?:readme|card)\.\w+$/i;

/**
 * A name for the files of each entry: its own or one made from its input; plain on every system,
 * never outside a directory, and no two alike even where case does not count.
 */
export function nameEntries(entries: readonly BatchEntry[]): string[] {
  const taken = new Set<string>();
  return entries.map(({ name, input }) => {
    const base = safeName(name ?? nameOfInput(input));
    let unique = base;
    for (let number = 2; taken.has(keyOf(unique)); number++) unique = `${base}-${number}`;
    taken.add(keyOf(unique));
    return unique;
  });
}

/** `README.md` of `models/aria/` is `aria`; of `hf:owner/name:Q4_K_M` the name is wanted whole. */
function nameOfInput(input: string): string {
  const [, path = input] = /^(.+?)=https?:\/\/.*$/i.exec(input) ?? [];
  const isReference = /^[a-z][a-z\d+.-]+:/i.test(path);
  if (isReference) return path.replace(/^[a-z][a-z\d+.-]+:\/*/i, "");
  const parts = path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  const last = parts.at(-1) ?? "";
  const named = CARD.test(last) ? (parts.at(-2) ?? last) : last;
  return named.replace(/\.(?:md|markdown|txt|html?|gguf)$/i, "");
}

function safeName(text: string): string {
  const plain = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/-{2,}/g, "-");
  const name = trimmed(cutToBytes(trimmed(plain)));
  if (name === "") return FALLBACK;
  return DEVICE.test(name) ? `_${name}` : name;
}

/** A dot at the start hides a file, one at the end is lost on Windows, a dash reads like an option. */
function trimmed(name: string): string {
  return name.replace(/^[.-]+|[.-]+$/g, "");
}

function cutToBytes(name: string): string {
  let cut = "";
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MOST_BYTES) break;
    cut += character;
  }
  return cut;
}

/** Some file systems hold names to be the same that differ in case or in how letters are composed. */
function keyOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
