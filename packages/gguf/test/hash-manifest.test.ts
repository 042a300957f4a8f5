import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HASH_ALGORITHMS, type HashAlgorithm } from "../src/hash/hash-algorithm.ts";
import { formatManifest, GgufError, parseManifest, type HashDigest } from "../src/index.ts";

const DIGESTS = {
  xxh64: "f66e9cd66a4396a0",
  sha1: "59f79ecefd8125a996fdf419239051a7e99e5f20",
  sha256: "c0510d38fa060c46265e0160a85c7243096b01dd31c2f355bdbb5516b20de1bd",
  uuid: "01945d33-2dc1-5a52-b697-3ffba8cdaf44",
} as const;

const line = (name: string, algorithm: HashAlgorithm = "xxh64"): string =>
  `${algorithm.padEnd(8)}  ${DIGESTS[algorithm]}  ${name}`;

/** `[file, tensor]` of each entry. */
const namesIn = (...lines: string[]): (string | undefined)[][] =>
  parseManifest(lines.join("\n")).entries.map(({ file, tensor }) => [file, tensor]);

function badManifest(text: string): GgufError {
  try {
    parseManifest(text, "m.txt");
  } catch (error) {
    if (error instanceof GgufError && error.code === "bad-manifest") return error;
  }
  throw new Error("expected a bad manifest");
}

describe("formatManifest", () => {
  it("writes llama-gguf-hash's columns", () => {
    const digests: HashDigest[] = [
      { algorithm: "xxh64", tensor: "t", digest: DIGESTS.xxh64 },
      { algorithm: "sha1", tensor: undefined, digest: DIGESTS.sha1 },
      { algorithm: "uuid", tensor: undefined, digest: DIGESTS.uuid },
    ];
    expect(formatManifest(digests, "dir/m.gguf")).toBe(
      [
        "xxh64     f66e9cd66a4396a0  dir/m.gguf:t",
        "sha1      59f79ecefd8125a996fdf419239051a7e99e5f20  dir/m.gguf",
        "uuid      01945d33-2dc1-5a52-b697-3ffba8cdaf44  dir/m.gguf",
        "",
      ].join("\n"),
    );
  });

  it("lets no name pass for a line of its own or reach the terminal", () => {
    const tensor = `a\n${line("m.gguf", "sha256")}\r\u009b31m\u202e`;
    const text = formatManifest([{ algorithm: "xxh64", tensor, digest: DIGESTS.xxh64 }], "m.gguf");
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toMatch(/[\r\u009b\u202e]/);
    expect(parseManifest(text).entries).toHaveLength(1);
  });
});

describe("parseManifest", () => {
  it("reads what formatManifest writes", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "b", ".", ":", "/", "\\", "-", " ", "é"),
      minLength: 1,
      maxLength: 12,
    });
    const tidy = name.filter((text) => text.trim() === text);
    const tensors = fc.uniqueArray(tidy, { maxLength: 5 });
    fc.assert(
      fc.property(tidy, tensors, (stem, names) => {
        // No other name in front of a colon: that is how a file is told from its tensors.
        const file = `${stem.replaceAll(":", "_")}.gguf`;
        const digests = [...names, undefined].flatMap((tensor): HashDigest[] =>
          HASH_ALGORITHMS.filter((algorithm) => algorithm !== "uuid" || tensor === undefined).map(
            (algorithm) => ({ algorithm, tensor, digest: DIGESTS[algorithm] }),
          ),
        );
        const { entries, files } = parseManifest(formatManifest(digests, file));
        expect(files).toEqual([file]);
        expect(
          entries.map(({ algorithm, tensor, digest }) => ({ algorithm, tensor, digest })),
        ).toEqual(digests);
      }),
    );
  });

  it("reads reports of a check, other line ends, other spaces, comments", () => {
    const text = [
      "\ufeffmanifest  m.manifest  sha256  xxh64",
      "# from the release page",
      `${line("m.gguf:a")}  -  Ok`,
      `${line("m.gguf:b")}  -  Not Found`,
      `xxh64\t${DIGESTS.xxh64.toUpperCase()}\tm.gguf  -  Mismatch`,
      "",
      "Verification results for m.manifest - Failure",
    ].join("\r\n");
    const { entries } = parseManifest(text);
    expect(entries.map(({ line: number, tensor }) => [number, tensor])).toEqual([
      [3, "a"],
      [4, "b"],
      [5, undefined],
    ]);
    expect(entries[2]?.digest).toBe(DIGESTS.xxh64);
  });

  it("tells a file from its tensors where either has a colon", () => {
    expect(namesIn(line("C:\\a b\\m.gguf:t:u"), line("C:\\a b\\m.gguf"))).toEqual([
      ["C:\\a b\\m.gguf", "t:u"],
      ["C:\\a b\\m.gguf", undefined],
    ]);
    // Without a line for the file alone, its extension tells, or else the first colon.
    expect(namesIn(line("C:\\m.gguf:t"))).toEqual([["C:\\m.gguf", "t"]]);
    expect(namesIn(line("C:\\blob:t"))).toEqual([["C:\\blob", "t"]]);
    expect(namesIn(line("blobs/sha256-00:t"), line("blobs/sha256-00"))).toEqual([
      ["blobs/sha256-00", "t"],
      ["blobs/sha256-00", undefined],
    ]);
  });

  it("names the line that is none", () => {
    const text = `${line("m.gguf:a")}\n\nmd5  ${DIGESTS.xxh64}  m.gguf\n`;
    expect(badManifest(text)).toMatchObject({ file: "m.txt" });
    expect(badManifest(text).message).toContain("m.txt: line 3: expected an algorithm");
    expect(badManifest(line("m.gguf").replace("f6", "f")).message).toContain("line 1: ");
    expect(badManifest(`xxh64  ${DIGESTS.sha1}  m.gguf`).message).toContain("no xxh64 digest");
    expect(badManifest(`xxh64  ${DIGESTS.xxh64}`).message).toContain("line 1: ");
    expect(badManifest(`${line("m.gguf")}\n${line("m.gguf:t", "uuid")}`).message).toContain(
      "line 2: a uuid names a whole model",
    );
  });

  it("refuses a line of any size without echoing it", () => {
    const error = badManifest(`${line("m.gguf:a")}${"x".repeat(2 ** 20)}`);
    expect(error.message).toContain("line 1: has 10");
    expect(error.message.length).toBeLessThan(200);
  });
});
