import { existsSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteFor } from "../../src/index.ts";
import { quoteCommand, quoteWindows } from "../../src/targets/shell-quote.ts";
import { shellWords, windowsWords, withoutCarets } from "./command-words.ts";

/** One a line, but for those with a line's end. */
const HOSTILE = [
  "",
  "\n",
  "a\tb",
  ...String.raw`
~
a b
'
''
"
$HOME
\`id\`
\
\\
*
-n
é
#
!
a\
a\"b
%PATH%
^
‘
{a,b}
=
(x)
🦙
--a=b
\'
$'x'`.split("\n"),
];
const words = fc.array(
  fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "grapheme" }).filter((word) => !word.includes("\0")),
    fc.string({ unit: fc.constantFrom("'", '"', "\\", "$", "%", "^", "&", " ", "a", "!") }),
  ),
  { minLength: 1, maxLength: 40 },
);

const posix = ["/bin/sh", "/bin/bash", "/bin/zsh"].filter((shell) => existsSync(shell));
const fish = ["/usr/bin/fish", "/usr/local/bin/fish"].find((shell) => existsSync(shell));

describe("quoting", () => {
  it.each(posix)("%s reads back every word as it was", (shell) => {
    fc.assert(
      fc.property(words, (all) => {
        expect(shellWords(quoteCommand("posix", all), shell)).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  it.skipIf(fish === undefined)("fish reads back every word as it was", () => {
    fc.assert(
      fc.property(words, (all) => {
        expect(shellWords(quoteCommand("fish", all), fish)).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  it("fish keeps a backslash before quotes and backslashes only", () => {
    expect(quoteFor("fish", String.raw`it's a\b`)).toBe(String.raw`'it\'s a\\b'`);
  });

  it("PowerShell finds the end of no word inside of it", () => {
    fc.assert(
      fc.property(words, (all) => {
        for (const word of all) {
          const quoted = quoteFor("powershell", word);
          const read = quoted.startsWith("'")
            ? quoted.slice(1, -1).replaceAll(/(['‘’‚‛])\1/g, "$1")
            : quoted;
          expect(read).toBe(word);
          if (quoted.startsWith("'"))
            expect(quoted.slice(1, -1).replaceAll(/(['‘’‚‛])\1/g, "")).not.toMatch(/['‘’‚‛]/);
        }
      }),
    );
  });

  it("a program under cmd reads back every word as it was", () => {
    fc.assert(
      fc.property(words, (all) => {
        const lines = all.filter((word) => !/[\r\n]/.test(word));
        const line = quoteCommand("cmd", lines);
        expect(windowsWords(withoutCarets(line))).toEqual(lines);
        // No character that cmd obeys stands without its caret.
        expect(line.replaceAll(/\^./g, "")).not.toMatch(/[%&|<>()"!]/);
      }),
    );
  });

  it("a Windows program that is started without a shell reads back every word", () => {
    fc.assert(
      fc.property(words, (all) => {
        expect(windowsWords(all.map(quoteWindows).join(" "))).toEqual(all);
      }),
    );
  });

  it("refuses what no argument can hold", () => {
    expect(() => quoteFor("posix", "a\0b")).toThrow(/NUL/);
    expect(() => quoteFor("cmd", "a\nb")).toThrow(/line's end/);
  });

  it("leaves plain words alone", () => {
    const plain = ["llama-server", "--ctx-size", "/models/Qwen3-8B_Q4.gguf", "-n", "0.95"];
    for (const shell of ["posix", "fish", "powershell", "cmd"] as const)
      expect(plain.slice(0, 2).map((word) => quoteFor(shell, word))).toEqual(plain.slice(0, 2));
  });
});
