import { execFileSync } from "node:child_process";

/** The words that a POSIX shell makes of a command line. */
export function shellWords(text: string, shell = "/bin/sh"): string[] {
  const output = execFileSync(shell, ["-c", `printf '%s\\0' ${text}`], { encoding: "utf8" });
  return output.split("\0").slice(0, -1);
}

/** The arguments that a Windows program makes of its command line (`CommandLineToArgvW`). */
export function windowsWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const backslashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (backslashes > 0) {
      const isBeforeQuote = line[at + backslashes] === '"';
      word = (word ?? "") + "\\".repeat(isBeforeQuote ? backslashes >> 1 : backslashes);
      at += backslashes - 1;
      if (isBeforeQuote && backslashes % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (line[at] === '"') {
      word ??= "";
      isQuoted = !isQuoted;
    } else if (/\s/.test(line[at] ?? "") && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + (line[at] ?? "");
  }
  return word === undefined ? words : [...words, word];
}

/** What cmd hands on of a line: a caret is dropped, and keeps the character behind it. */
export function withoutCarets(line: string): string {
  return line.replaceAll(/\^(.)/gs, "$1");
}
