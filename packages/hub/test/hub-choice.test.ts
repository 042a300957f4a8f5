import { posix, win32 } from "node:path";
import { formatShardName } from "@ggufkit/gguf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FileNotFoundError,
  HubError,
  MissingShardError,
  QuantizationError,
} from "../src/errors.ts";
import { chooseHubFiles, type HubChoice, type HubChoiceOptions } from "../src/hub-choice.ts";
import { HubFilterError } from "../src/hub-filter.ts";
import { readTreePage } from "../src/hub-tree.ts";
import { parseModelReference, type HubReference } from "../src/reference.ts";

/** All shards of a set. */
function shards(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, splitNo) => formatShardName(prefix, splitNo, count));
}

// As the makers lay their repositories out.
const NAME = "Qwen3-235B-A22B";
const QWEN = [
  ".gitattributes",
  "LICENSE",
  "README.md",
  ...["Q4_K_M:5", "Q5_0:6", "Q5_K_M:6", "Q6_K:7", "Q8_0:9"].flatMap((text) => {
    const [label, count] = text.split(":");
    return shards(`${label}/${NAME}-${label}`, Number(count));
  }),
  "params",
];
const UNSLOTH = [
  "README.md",
  ...shards(`BF16/${NAME}-BF16`, 10),
  ...shards(`IQ4_XS/${NAME}-IQ4_XS`, 3),
  ...shards(`Q4_K_M/${NAME}-Q4_K_M`, 3),
  ...shards(`UD-Q4_K_XL/${NAME}-UD-Q4_K_XL`, 3),
  `${NAME}-UD-IQ1_S.gguf`,
  "config.json",
  "imatrix_unsloth.gguf",
  "mmproj-BF16.gguf",
  "mmproj-F16.gguf",
  "mmproj-F32.gguf",
];
const BARTOWSKI = [
  "README.md",
  ...["IQ2_M", "IQ3_XS", "IQ4_XS", "Q3_K_L", "Q4_K_L", "Q4_K_S", "Q5_K_M", "Q8_0", "f16"].map(
    (label) => `Meta-Llama-3.1-8B-Instruct-${label}.gguf`,
  ),
  "Meta-Llama-3.1-8B-Instruct.imatrix",
];

function choose(text: string, paths: readonly string[], options?: HubChoiceOptions): HubChoice {
  return chooseHubFiles(parseModelReference(`hf:o/n${text}`) as HubReference, paths, options);
}

function refusal(...input: Parameters<typeof choose>): unknown {
  try {
    return choose(...input);
  } catch (error) {
    return error;
  }
}

describe("a label", () => {
  it("brings the whole set from its folder, and nothing else", () => {
    expect(choose(":q4_k_m", QWEN)).toEqual({
      paths: shards(`Q4_K_M/${NAME}-Q4_K_M`, 5),
      quantization: "Q4_K_M",
    });
  });

  it("that stands on the folder alone is found there", () => {
    const paths = [...shards("Q8_0/model", 2), ...shards("Q4_K_M/model", 3)];
    expect(choose(":Q8_0", paths).paths).toEqual(shards("Q8_0/model", 2));
  });

  it("is not mistaken for its UD- variant, nor that for it", () => {
    expect(choose(":UD-Q4_K_XL", UNSLOTH).paths[0]).toMatch(/^UD-Q4_K_XL\//);
    expect(choose(":Q4_K_M", UNSLOTH).paths[0]).toMatch(/^Q4_K_M\//);
  });

  it("that the repository lacks is replaced by the nearest, and that said", () => {
    const { paths, quantization, reason } = choose(":Q4_K_M", BARTOWSKI);
    expect(paths).toEqual(["Meta-Llama-3.1-8B-Instruct-Q4_K_L.gguf"]);
    expect(quantization).toBe("Q4_K_L");
    expect(reason).toMatch(/^the repository has no Q4_K_M; Q4_K_L comes nearest: .*bits/);
    expect(choose(":q6_k", BARTOWSKI).quantization).toBe("Q5_K_M");
  });

  it("must be had exactly where that is asked for", () => {
    expect(refusal(":Q6_K", BARTOWSKI, { exactLabel: true })).toBeInstanceOf(QuantizationError);
    expect(choose(":Q8_0", BARTOWSKI, { exactLabel: true }).quantization).toBe("Q8_0");
  });

  it("that is a slip of the finger lists those that there are", () => {
    const error = refusal(":Q4_KM", QWEN);
    expect(error).toBeInstanceOf(QuantizationError);
    expect(error).toMatchObject({ labels: ["Q4_K_M", "Q5_0", "Q5_K_M", "Q6_K", "Q8_0"] });
    expect(String(error)).toContain("Q4_K_M, Q5_0, Q5_K_M, Q6_K, Q8_0");
  });

  it("that several models have, itself or as the nearest, is not guessed", () => {
    const paths = ["base-Q4_K_S.gguf", "chat-Q4_K_S.gguf"];
    for (const label of [":Q4_K_S", ":Q4_K_M"]) {
      const error = refusal(label, paths);
      expect(error).toBeInstanceOf(QuantizationError);
      expect(String(error)).toMatch(/base-Q4_K_S\.gguf, chat-Q4_K_S\.gguf/);
    }
    expect(choose(":Q4_K_S", paths, { exclude: ["base*"] }).paths).toEqual(["chat-Q4_K_S.gguf"]);
  });

  it("is never that of a projector, an importance matrix or a draft model", () => {
    const paths = ["m-Q8_0.gguf", "mmproj-m-F16.gguf", "m-F32-imatrix.gguf", "mtp-m-BF16.gguf"];
    for (const label of [":F16", ":F32", ":BF16"]) {
      expect(choose(label, paths).paths).toEqual(["m-Q8_0.gguf"]);
    }
  });

  it("with a missing shard is refused, and the shard named", () => {
    const lost = `Q4_K_M/${NAME}-Q4_K_M-00001-of-00005.gguf`;
    const paths = QWEN.filter((path) => path !== lost);
    for (const text of [":Q4_K_M", `/${lost}`, `/${lost.replace("00001-of", "00003-of")}`]) {
      const error = refusal(text, paths);
      expect(error).toBeInstanceOf(MissingShardError);
      expect(error).toMatchObject({ missing: [lost] });
    }
  });
});

describe("without a label", () => {
  it("the usual one is taken, else that next to it, and the choice explained", () => {
    expect(choose("", QWEN)).toMatchObject({
      quantization: "Q4_K_M",
      reason: expect.stringContaining("usual"),
    });
    const { quantization, reason } = choose("", BARTOWSKI);
    expect(quantization).toBe("Q4_K_S");
    expect(reason).toMatch(/no Q4_K_M to choose from, and Q4_K_S/);
  });

  it("a single model is taken, whatever its label", () => {
    const paths = ["README.md", "model.gguf", "mmproj-model-f16.gguf"];
    const { reason, ...choice } = choose("", paths);
    expect(choice).toEqual({ paths: ["model.gguf"], mmproj: "mmproj-model-f16.gguf" });
    expect(reason).toMatch(/only GGUF model/);
  });

  it("what is excluded is not considered", () => {
    const choice = choose("", UNSLOTH, { exclude: ["Q4_K_M/", "UD-*"] });
    expect(choice.quantization).toBe("IQ4_XS");
  });

  it("a repository without a model, or without a default, says so", () => {
    expect(refusal("", ["README.md", "mmproj-F16.gguf"])).toMatchObject({ labels: [] });
    const error = refusal("", ["a.gguf", "b.gguf"]);
    expect(error).toBeInstanceOf(QuantizationError);
    expect(String(error)).toContain("a.gguf, b.gguf");
  });
});

describe("a path", () => {
  it("brings its set, whichever shard it names", () => {
    const set = shards(`Q8_0/${NAME}-Q8_0`, 9);
    expect(choose(`/${set[4]}`, QWEN).paths).toEqual(set);
  });

  it("that is not there says what is", () => {
    const error = refusal("/n-Q4_K_M.gguf", BARTOWSKI);
    expect(error).toBeInstanceOf(FileNotFoundError);
    expect(String(error)).toContain("Meta-Llama-3.1-8B-Instruct-IQ2_M.gguf");
  });
});

describe("--include", () => {
  it("alone picks all that match, models first, sets whole", () => {
    const choice = choose("", QWEN, { include: ["README.md", "*Q4_K_M-00002*", "*Q8_0*"] });
    expect(choice).toEqual({
      paths: [
        ...shards(`Q4_K_M/${NAME}-Q4_K_M`, 5),
        ...shards(`Q8_0/${NAME}-Q8_0`, 9),
        "README.md",
      ],
    });
    expect(choose("", QWEN, { include: ["README.md"] })).toEqual({ paths: ["README.md"] });
    expect(choose("", QWEN, { include: ["*"] }).paths.toSorted()).toEqual(QWEN.toSorted());
  });

  it("beside a label or path comes after the model", () => {
    const model = shards(`Q4_K_M/${NAME}-Q4_K_M`, 5);
    const include = ["LICENSE", "Q4_K_M/"];
    expect(choose(":Q4_K_M", QWEN, { include }).paths).toEqual([...model, "LICENSE"]);
    expect(choose(`/${model[0]}`, QWEN, { include }).paths).toEqual([...model, "LICENSE"]);
  });

  it("that matches nothing names some files", () => {
    for (const text of ["", ":Q4_K_M"]) {
      const error = refusal(text, QWEN, { include: ["*.GGUF"] });
      expect(error).toBeInstanceOf(HubFilterError);
      expect(error).toMatchObject({ code: "file-filter", problem: "no-match" });
      expect(String(error)).toMatch(/README\.md.* and \d+ more/);
    }
  });

  it("of a set that lacks a shard names it", () => {
    const error = refusal("", QWEN.slice(0, 6), { include: ["*.gguf"] });
    expect(error).toBeInstanceOf(MissingShardError);
  });
});

describe("--exclude", () => {
  it("takes away what matches", () => {
    const filter = { include: ["*"], exclude: ["*.gguf", "params"] };
    expect(choose("", QWEN, filter).paths).toEqual([".gitattributes", "LICENSE", "README.md"]);
  });

  it("of a whole set that lacks a shard is no matter", () => {
    const paths = ["README.md", ...shards("F16/m-F16", 3).slice(1), "m-Q8_0.gguf"];
    expect(choose("", paths, { include: ["*"], exclude: ["F16/"] }).paths).toEqual([
      "m-Q8_0.gguf",
      "README.md",
    ]);
  });

  it("of some shards of a set is refused, the first one too", () => {
    for (const exclude of [["*-00001-of-*"], ["*-00003-of-*"]]) {
      for (const text of ["", ":Q4_K_M"]) {
        const include = text === "" ? ["Q4_K_M/"] : [];
        const error = refusal(text, QWEN, { include, exclude });
        expect(error).toBeInstanceOf(HubFilterError);
        expect(error).toMatchObject({ problem: "broken-set", patterns: exclude });
      }
    }
  });

  it("of everything is refused, and of the label asked for not made up by another", () => {
    const filters = [
      ["", { exclude: ["*"] }],
      ["", { include: ["README.md"], exclude: ["*.md"] }],
      [":Q4_K_M", { exclude: ["Q4_K_M/"] }],
      [":Q4_K_M", { include: ["README.md"], exclude: ["Q4_K_M/"] }],
    ] as const;
    for (const [text, filter] of filters) {
      expect(refusal(text, QWEN, filter)).toMatchObject({ problem: "all-excluded" });
    }
  });
});

describe("the projector", () => {
  it("is told of by preference of its type, and not chosen", () => {
    const choice = choose(":IQ4_XS", UNSLOTH);
    expect(choice.mmproj).toBe("mmproj-F16.gguf");
    expect(choice.paths).toEqual(shards(`IQ4_XS/${NAME}-IQ4_XS`, 3));
    const named = ["m-Q4_K_M.gguf", "mmproj-model-Q8_0.gguf", "mmproj-model-fp16.gguf"];
    expect(choose("", named).mmproj).toBe("mmproj-model-fp16.gguf");
    const left = choose(":IQ4_XS", UNSLOTH, { exclude: ["mmproj-F16*"] });
    expect(left.mmproj).toBe("mmproj-BF16.gguf");
  });

  it("is looked for in the model's folder first, then above it, and nowhere else", () => {
    const paths = ["a/m-Q8_0.gguf", "a/mmproj-BF16.gguf", "b/m-Q4_0.gguf", "mmproj-F16.gguf"];
    expect(choose(":Q8_0", paths).mmproj).toBe("a/mmproj-BF16.gguf");
    expect(choose(":Q4_0", paths).mmproj).toBe("mmproj-F16.gguf");
    expect(choose(":Q4_0", paths.slice(0, 3)).mmproj).toBeUndefined();
  });

  it("that is named for the model goes before another's", () => {
    const paths = [
      "gemma-3-12b-it-Q4_K_M.gguf",
      "gemma-3-4b-it-Q8_0.gguf",
      "mmproj-gemma-3-12b-it-f16.gguf",
      "mmproj-gemma-3-4b-it-bf16.gguf",
    ];
    expect(choose(":Q8_0", paths).mmproj).toBe("mmproj-gemma-3-4b-it-bf16.gguf");
    expect(choose(":Q4_K_M", paths).mmproj).toBe("mmproj-gemma-3-12b-it-f16.gguf");
  });

  it("is not told of when one is chosen, or no model is", () => {
    const include = ["mmproj-F32*"];
    const { paths, mmproj } = choose(":IQ4_XS", UNSLOTH, { include });
    expect(paths.at(-1)).toBe("mmproj-F32.gguf");
    expect(mmproj).toBeUndefined();
    expect(choose("/mmproj-F16.gguf", UNSLOTH)).toEqual({ paths: ["mmproj-F16.gguf"] });
    expect(choose("", UNSLOTH, { include: ["*.json"] })).toEqual({ paths: ["config.json"] });
    expect(choose(":Q8_0", QWEN).mmproj).toBeUndefined();
  });
});

describe("whatever a repository lists", () => {
  const part = fc.oneof(
    fc.constantFrom("..", ".", "", "C:", "con", "nul.gguf", "a ", "b.", "Q4_K_M", "mmproj-F16"),
    fc.constantFrom("m-Q4_K_M.gguf", "m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf"),
    fc.string({ unit: "binary", maxLength: 8 }).map((text) => `${text}.gguf`),
  );
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const text = fc.constantFrom("", ":Q4_K_M", ":Q8_0", "/m-Q4_K_M.gguf");
  const filter = fc.constantFrom<HubChoiceOptions>(
    {},
    { include: ["*"] },
    { include: ["*"], exclude: ["*Q8_0*"] },
    { exclude: ["*Q4*"] },
  );

  it("chosen is what is listed, once, and inside of any folder on any system", () => {
    const property = fc.property(fc.uniqueArray(path), text, filter, (names, asked, options) => {
      const page = names.map((name) => ({
        type: "file",
        path: name,
        size: 1,
        oid: "0".repeat(40),
      }));
      const listed = readTreePage(page, "http://localhost/").files.map((file) => file.path);
      for (const plain of listed) {
        expect(names).toContain(plain);
        expect(posix.join("/root", plain)).toBe(`/root/${plain}`);
        expect(win32.join("C:\\root", plain)).toBe(`C:\\root\\${plain.replaceAll("/", "\\")}`);
      }
      const choice = refusal(asked, listed, options);
      if (choice instanceof HubError) return;
      const { paths, mmproj } = choice as HubChoice;
      const all = [...paths, ...(mmproj === undefined ? [] : [mmproj])];
      expect(all.length).toBeGreaterThan(0);
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((chosen) => !listed.includes(chosen))).toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
