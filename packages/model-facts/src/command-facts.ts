import { parseShardName } from "@ggufkit/gguf";
import type { Found } from "./fact.ts";
import { isFileOf, type Subject } from "./subject.ts";

/** Longer words are no file names, longer lines no commands. */
const MAX_CHARACTERS = 1_000;

/** What code says: llama.cpp's commands, and the names of the model's own split files. */
export function commandFacts(code: string, subject: Subject): Found {
  const lines = code.replaceAll(/\\\n */g, "").split("\n");
  const commands = lines.map((line) => line.trim()).filter((line) => line.length <= MAX_CHARACTERS);
  return {
    ...ropeScaling(commands),
    "merge.command": commands.find((command) => isMergeOf(command, subject)),
    ...splitFiles(commands, subject),
    "embedding.pooling": /'pooling_mode_(\w{2,20}?)(?:_tokens?)?': True/.exec(code)?.[1],
  };
}

/** `-c 131072 --rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768` */
function ropeScaling(commands: readonly string[]): Found {
  const line = commands.find((command) => command.includes("--rope-scaling yarn"));
  const command = /-c \d{1,9} --rope-scaling yarn\b.*/.exec(line ?? "")?.[0];
  if (command === undefined) return {};
  const factor = /--rope-scale (\d{1,6}(?:\.\d{1,6})?)(?!\S)/.exec(command)?.[1];
  const original = /--yarn-orig-ctx (\d{1,9})(?!\S)/.exec(command)?.[1];
  return {
    "rope.command": command,
    "rope.factor": factor === undefined ? undefined : Number(factor),
    "rope.originalContext": original === undefined ? undefined : Number(original),
  };
}

function isMergeOf(command: string, subject: Subject): boolean {
  const [program = "", flag, first] = command.split(" ");
  if (!/(?:^|\/)llama-gguf-split$/.test(program) || flag !== "--merge") return false;
  return first !== undefined && shardOf(first, subject) !== undefined;
}

function splitFiles(commands: readonly string[], subject: Subject): Found {
  for (const word of commands.flatMap((command) => command.split(" "))) {
    const shard = shardOf(word, subject);
    if (shard !== undefined)
      return { "split.prefix": shard.prefix.split("/").at(-1), "split.count": shard.splitCount };
  }
  return {};
}

function shardOf(word: string, subject: Subject): ReturnType<typeof parseShardName> {
  const isOwn = word.endsWith(".gguf") && isFileOf(subject, word.split("/").at(-1) ?? "");
  return isOwn ? parseShardName(word) : undefined;
}
