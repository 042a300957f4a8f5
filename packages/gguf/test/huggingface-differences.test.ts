import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, startFileServer, type BuildOptions, type FileServer } from "@ggufkit/fixtures";
import * as theirs from "@huggingface/gguf";
import type { GGUFTypedMetadata } from "@huggingface/gguf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import * as ours from "../src/huggingface.ts";

type Library = Omit<typeof theirs, "default">;

/** What one library makes of an input: some plain value, or the error's code or message. */
type Outcome = unknown;

interface Difference {
  readonly name: string;
  readonly act: (library: Library) => Promise<Outcome>;
  readonly theirs: Outcome;
  readonly ours: Outcome;
}

let directory: string;
let server: FileServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-huggingface-"));
  server = await startFileServer({});
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function readBytes(library: Library, bytes: Uint8Array) {
  const path = join(directory, "input.gguf");
  await writeFile(path, bytes);
  return library.gguf(path, { allowLocalFile: true, computeParametersCount: true });
}

function readBuilt(library: Library, options: BuildOptions) {
  return readBytes(library, buildGguf(options));
}

async function metadataOf(library: Library, kv: BuildOptions["kv"] = []): Promise<object> {
  return (await readBuilt(library, { kv })).metadata;
}

function valueOf(metadata: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(metadata, key)?.value;
}

/** Typed metadata with one pair. */
function typed(entry: object): GGUFTypedMetadata {
  const fields = {
    version: { value: 3, type: 4 },
    tensor_count: { value: 0n, type: 10 },
    kv_count: { value: 1n, type: 10 },
  };
  return { ...fields, "a.key": entry } as unknown as GGUFTypedMetadata;
}

const whole = buildGguf({
  kv: [["a", "string", "x"]],
  tensors: [
    { name: "first", shape: [32], type: "F32" },
    { name: "second", shape: [32], type: "F32" },
  ],
});
const NO_MAGIC = "not a valid gguf file: not starting with GGUF magic number";
const ONE: BuildOptions["tensors"] = [{ name: "t", shape: [32], type: "F32" }];

const DIFFERENCES: readonly Difference[] = [
  {
    name: "a status that is no success is an error of its own",
    act: (library) => library.gguf(`${server.url}/missing.gguf`),
    theirs: NO_MAGIC,
    ours: "http-not-found",
  },
  {
    name: "a server that ignores ranges is read",
    act: async (library) => {
      const bytes = buildGguf({ kv: [["a", "string", "x"]], trailing: new Uint8Array(5e6) });
      const ignoring: typeof fetch = async () => new Response(new Blob([bytes]));
      const { metadata } = await library.gguf(`${server.url}/x.gguf`, { fetch: ignoring });
      return valueOf(metadata, "a");
    },
    theirs: "offset is out of bounds",
    ours: "x",
  },
  {
    name: "`?download=true` after a shard's name does not hide the set",
    act: async (library) => {
      const bytes = buildGguf({ tensors: ONE });
      for (const no of [1, 2]) server.files[`/q-0000${no}-of-00002.gguf`] = { bytes };
      const url = `${server.url}/q-00001-of-00002.gguf?download=true`;
      return (await library.ggufAllShards(url)).urls.map((shard) => shard.slice(server.url.length));
    },
    theirs: ["/q-00001-of-00002.gguf?download=true"],
    ours: ["/q-00001-of-00002.gguf?download=true", "/q-00002-of-00002.gguf?download=true"],
  },
  {
    name: "a file cut off within its header is refused",
    act: async (library) => {
      const { tensorInfos } = await readBytes(library, whole.subarray(0, 60));
      return tensorInfos.map(({ name }) => name);
    },
    theirs: ["first", ""],
    ours: "truncated",
  },
  {
    name: "a file cut off within its data is refused",
    act: async (library) => {
      const { tensorInfos } = await readBytes(library, whole.subarray(0, whole.length - 1));
      return tensorInfos.length;
    },
    theirs: 2,
    ours: "tensor-beyond-file",
  },
  {
    name: "a string of several megabytes comes whole",
    act: async (library) => {
      const metadata = await metadataOf(library, [["a", "string", "x".repeat(2_500_000)]]);
      return (valueOf(metadata, "a") as string).length;
    },
    theirs: 1_999_955,
    ours: 2_500_000,
  },
  {
    name: "a header of more than 50 MB is read",
    act: async (library) => {
      const part = "x".repeat(400_000);
      const key = (index: number): string => `key ${index}`;
      const kv = Array.from({ length: 130 }, (_, n) => [key(n), "string", part] as const);
      return (valueOf(await metadataOf(library, kv), key(129)) as string).length;
    },
    theirs: expect.stringContaining("resize"),
    ours: 400_000,
  },
  {
    name: "an array of more than a million elements is read",
    act: async (library) => {
      const bools = Array.from({ length: 1_000_001 }, () => true);
      return (valueOf(await metadataOf(library, [["a", "bool[]", bools]]), "a") as []).length;
    },
    theirs: "Metadata array length 1000001 exceeds maximum allowed (1000000)",
    ours: 1_000_001,
  },
  {
    name: "a byte order mark is part of a string",
    act: async (library) =>
      valueOf(await metadataOf(library, [["a", "string[]", ["\ufeffx", "\ufeff"]]]), "a"),
    theirs: ["x", ""],
    ours: ["\ufeffx", "\ufeff"],
  },
  {
    name: "`__proto__` is a key like any other",
    act: async (library) => {
      const metadata = await metadataOf(library, [["__proto__", "string[]", ["x"]]]);
      return { own: valueOf(metadata, "__proto__"), inherited: Reflect.get(metadata, "0") };
    },
    theirs: { own: undefined, inherited: "x" },
    ours: { own: ["x"], inherited: undefined },
  },
  {
    name: "a key named like a field of the header does not replace it",
    act: async (library) =>
      valueOf(await metadataOf(library, [["version", "string", "7.1"]]), "version"),
    theirs: "7.1",
    ours: 3,
  },
  {
    name: "an empty key is refused",
    act: async (library) => valueOf(await metadataOf(library, [["", "u8", 1]]), ""),
    theirs: 1,
    ours: "empty-key",
  },
  {
    name: "a key that occurs twice is refused",
    act: async (library) =>
      valueOf(await metadataOf(library, [["a", "u8", 1], ["a", "u8", 2]]), "a"), // prettier-ignore
    theirs: 2,
    ours: "duplicate-key",
  },
  {
    name: "an array of arrays is refused, as by llama.cpp",
    act: async (library) => {
      const inner = { elementType: "u8", values: [1] } as const;
      const nested = { elementType: "array", values: [inner] } as const;
      return valueOf(await metadataOf(library, [["a", "array", nested]]), "a");
    },
    theirs: [[1]],
    ours: "nested-array",
  },
  {
    name: "an alignment that is no power of two is refused",
    act: async (library) => (await readBuilt(library, { alignment: 48 })).tensorInfos,
    theirs: [],
    ours: "bad-alignment",
  },
  {
    name: "an alignment of 2 GiB gives the offset that it means",
    act: async (library) => {
      const bytes = buildGguf({ kv: [["general.alignment", "u32", 2 ** 31]] });
      return (await readBytes(library, bytes)).tensorDataOffset;
    },
    theirs: -(2n ** 31n),
    ours: 2n ** 31n,
  },
  {
    name: "an unknown tensor type is refused",
    act: async (library) => {
      const tensors = [{ name: "t", shape: [32], type: 99, data: new Uint8Array(32) }];
      return (await readBuilt(library, { tensors })).tensorInfos[0]?.dtype;
    },
    theirs: 99,
    ours: "bad-tensor-type",
  },
  {
    name: "five dimensions are refused",
    act: async (library) => {
      const tensors = [{ name: "t", shape: [1, 1, 1, 1, 1], type: "F32" }] as const;
      return (await readBuilt(library, { tensors })).tensorInfos[0]?.n_dims;
    },
    theirs: 5,
    ours: "too-many-dimensions",
  },
  {
    name: "a tensor that does not lie where the ones before it end is refused",
    act: async (library) => {
      const tensors = [{ name: "t", shape: [32], type: "F32", offset: 64 }] as const;
      return (await readBuilt(library, { tensors })).tensorInfos[0]?.offset;
    },
    theirs: 64n,
    ours: "bad-tensor-offset",
  },
  {
    name: "two tensors of one name are refused",
    act: async (library) => {
      const tensors = [...ONE, ...ONE];
      return (await readBuilt(library, { tensors })).tensorInfos.map(({ name }) => name);
    },
    theirs: ["t", "t"],
    ours: "duplicate-tensor",
  },
  {
    name: "an array of u8 can be serialized",
    act: async (library) => {
      const metadata = typed({ type: 9, subType: 0, value: [1, 2] });
      return valueOf(
        (await readBytes(library, library.serializeGgufMetadata(metadata))).metadata,
        "a.key",
      );
    },
    theirs: "Array type requires subType to be specified",
    ours: [1, 2],
  },
  {
    name: "a value that its type cannot hold is not serialized",
    act: async (library) => {
      const metadata = typed({ type: 0, value: 300 });
      return valueOf(
        (await readBytes(library, library.serializeGgufMetadata(metadata))).metadata,
        "a.key",
      );
    },
    theirs: 44,
    ours: "bad-value",
  },
  {
    name: "the alignment that metadata names is the default for it",
    act: async (library) => {
      const entry = { type: ours.GGUFValueType.UINT32, value: 4096 };
      const metadata = { ...typed(entry), "general.alignment": entry } as GGUFTypedMetadata;
      return library.serializeGgufMetadata(metadata).length;
    },
    theirs: 96,
    ours: 4096,
  },
  {
    name: "a header whose data would be looked for elsewhere is not built",
    act: async (library) => {
      const bytes = buildGguf({ tensors: ONE });
      const path = join(directory, "input.gguf");
      await writeFile(path, bytes);
      const read = await library.gguf(path, { allowLocalFile: true, typedMetadata: true });
      const how = { ...read, alignment: 4096 };
      return (await library.buildGgufHeader(new Blob([bytes]), read.typedMetadata, how)).size;
    },
    theirs: 4096,
    ours: "bad-alignment",
  },
];

async function outcome({ act }: Difference, library: Library): Promise<Outcome> {
  try {
    return await act(library);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "code" in error ? error.code : error.message;
  }
}

describe("unlike in @huggingface/gguf 0.4.6,", () => {
  it.each(DIFFERENCES)("$name", async (difference) => {
    expect(await outcome(difference, theirs)).toEqual(difference.theirs);
    expect(await outcome(difference, ours)).toEqual(difference.ours);
  });
});
