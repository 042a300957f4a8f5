/** One part of a pattern: what a character may be, or any number of any characters. */
type Token = "any-number" | ((character: string) => boolean);

/**
 * Compiles a pattern as Python's fnmatch reads it, which is how the Hub's own tools match paths: `*`
 * is any characters, `?` any one, `[abc]`, `[a-z]` and `[!abc]` one of a set; slashes are characters
 * like any other, nothing escapes, letter case counts. A pattern that ends in `/` means all below.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const tokens = tokenize(pattern.endsWith("/") ? `${pattern}*` : pattern);
  return (path) => matches(tokens, Array.from(path));
}

function tokenize(pattern: string): Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const end = character === "[" ? endOfSet(characters, at) : undefined;
    if (end !== undefined) {
      tokens.push(compileSet(characters.slice(at + 1, end)));
      at = end;
    } else if (character === "*") {
      if (tokens.at(-1) !== "any-number") tokens.push("any-number");
    } else {
      tokens.push(character === "?" ? () => true : (other) => other === character);
    }
  }
  return tokens;
}

/** Where the set that begins at `start` ends; undefined where it never does and `[` is itself. */
function endOfSet(characters: readonly string[], start: number): number | undefined {
  // A `]` that stands first is a member.
  const first = characters[start + 1] === "!" ? start + 2 : start + 1;
  const end = characters.indexOf("]", first + 1);
  return end === -1 ? undefined : end;
}

function compileSet(members: readonly string[]): (character: string) => boolean {
  const isNegated = members[0] === "!";
  const ranges: [from: string, to: string][] = [];
  for (let at = isNegated ? 1 : 0; at < members.length; at++) {
    const from = members[at] ?? "";
    const to = members[at + 1] === "-" ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  const has = (character: string): boolean => {
    const code = codeOf(character);
    return ranges.some(([from, to]) => codeOf(from) <= code && code <= codeOf(to));
  };
  return (character) => has(character) !== isNegated;
}

/**
 * Tries the shortest text for each `*` and, on a mismatch, one character more for the last one
 * alone, which is enough; so the work is bounded by the product of the lengths.
 */
function matches(tokens: readonly Token[], characters: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let star: { token: number; at: number } | undefined;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === "any-number") {
      star = { token, at };
      token++;
    } else if (current?.(characters[at] ?? "")) {
      token++;
      at++;
    } else if (star !== undefined) {
      star.at++;
      token = star.token + 1;
      at = star.at;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === "any-number");
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
