// A join that knows nothing of GGUF: all that lies behind each file's first bytes, one after the
// other. JavaScript, since the program that is killed uses it, too.
import { createHash } from "node:crypto";

/** Bytes of each file that are not placed. */
export const HEAD = 700;

/** @type {import("../src/index.ts").JoinFiles} */
export async function joinBehindHead(inputs, signal) {
  const hash = createHash("sha256");
  for (const { source } of inputs) hash.update(await source.read(0, HEAD, signal));
  const header = Buffer.concat([Buffer.from("GGUF"), hash.digest()]);
  let to = 64; // with zeros behind the header
  const copies = inputs.map(({ bytes }, file) => {
    const copy = { file, from: HEAD, to, bytes: bytes - HEAD };
    to += copy.bytes;
    return copy;
  });
  const [first] = inputs;
  const name = (first?.name ?? "").replace(/-00001-of-\d+/, "");
  return { name, header, fileSize: to + 28, copies };
}
