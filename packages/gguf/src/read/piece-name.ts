// `.gguf.part1of2`, `.gguf-split-a`: how files were cut before llama.cpp had shards. An address may
// have a query.
const PIECE = /\.gguf[.-](?:part|split)[.-]?(?<piece>\d+|[a-z])(?:of\d+)?(?:[?#].*)?$/is;

/**
 * What a file's name tells of why it is no whole GGUF file, as the end of a message; empty where it
 * tells nothing. Pieces of a file that was merely cut, unlike shards, are no GGUF files but the first,
 * and that one lacks data.
 */
export function pieceHint(file: string | undefined): string {
  const piece = PIECE.exec(file ?? "")?.groups?.["piece"];
  if (piece === undefined) return "";
  return `; by its name it is piece ${piece} of a file that was cut: append all pieces in order`;
}
