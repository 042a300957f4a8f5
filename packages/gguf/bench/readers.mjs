import { readFileSync } from "node:fs";

// Each loads its package when it is first used: memory is measured of the whole process.
/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const filesInMemory = new Map();

/**
 * Ways to read a header, by name; each takes a path or, where its package does, an address.
 * @satisfies {Record<string, (path: string) => Promise<unknown>>}
 */
export const READERS = {
  /** Ours, without decoding what nobody asks for. */
  async ggufkit(path) {
    const { readGgufFile } = await import("@ggufkit/gguf/node");
    return readGgufFile(path);
  },

  /** The same, of a file that is in memory already. */
  async ggufkitInMemory(path) {
    const { bytesSource, readGguf } = await import("@ggufkit/gguf");
    const bytes = filesInMemory.get(path) ?? Uint8Array.from(readFileSync(path));
    filesInMemory.set(path, bytes);
    return readGguf(bytesSource(bytes));
  },

  async ggufkitUrl(url) {
    const { readGgufUrl } = await import("@ggufkit/gguf");
    return readGgufUrl(url);
  },

  /** Ours, with every value decoded. */
  async ggufkitDecoded(path) {
    const { kv } = await READERS.ggufkit(path);
    return [...kv.values()].map((value) =>
      value.type === "array" ? value.toArray() : value.value,
    );
  },

  /** Ours in the shape of @huggingface/gguf. */
  async ggufkitHuggingface(uri) {
    const { gguf } = await import("@ggufkit/gguf/huggingface");
    return gguf(uri, { allowLocalFile: true });
  },

  async huggingface(uri) {
    const { gguf } = await import("@huggingface/gguf");
    return gguf(uri, { allowLocalFile: true });
  },

  /** Loads no native engine. */
  async nodeLlamaCpp(uri) {
    const { readGgufFileInfo } = await import("node-llama-cpp");
    return readGgufFileInfo(uri, { logWarnings: false });
  },

  /** It takes bytes alone, so that the file is read whole. */
  async hyllama(path) {
    const { ggufMetadata } = await import("hyllama");
    const bytes = readFileSync(path);
    return ggufMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  },
};

/** @typedef {keyof typeof READERS} ReaderName */
