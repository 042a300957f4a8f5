import { startTestHub, testCommit } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { HttpStatusError, NetworkError } from "../src/http-errors.ts";
import { listHubFiles } from "../src/hub-client.ts";
import { HubAnswerError } from "../src/hub-error.ts";
import { isPlainPath } from "../src/hub-path.ts";
import type { HubReference } from "../src/reference.ts";
import type { Retry } from "../src/retry.ts";
import { contextOf, SCRIPTED_COMMIT, scriptedHub, type Script } from "./scripted-hub.ts";
import { closing } from "./support.ts";

const OID = "f".repeat(40);
const SHA256 = "a".repeat(64);
const REFERENCE: HubReference = { kind: "hub", repo: "o/n" };
const README = { type: "file", path: "README.md", size: 9, oid: OID };

/** What listing a Hub of one scripted answer fails with. */
async function failure(script: Script, env: Record<string, string> = {}): Promise<unknown> {
  const hub = await scriptedHub(() => script);
  return listHubFiles(REFERENCE, contextOf(hub.url, env)).catch((error: unknown) => error);
}

function next(url: string): Record<string, string> {
  return { link: `<${url}>; rel="next"` };
}

describe("a listing", () => {
  it("has all files of all pages at one commit, with sizes and hashes", async () => {
    const files = {
      "README.md": Buffer.from("# A model"),
      "config.json": Buffer.from("{}"),
      "Q8_0/m-Q8_0.gguf": Buffer.alloc(300, 1),
      "m-Q4_K_M.gguf": Buffer.alloc(200, 2),
    };
    const repo = { files, plain: ["README.md", "config.json"] };
    const hub = closing(await startTestHub({ repos: { "o/n": repo } }));
    const listing = await listHubFiles(REFERENCE, contextOf(hub.url));
    expect(listing.commit).toBe(testCommit("o/n"));
    const sizes = listing.files.map(({ path, bytes }) => [path, bytes]);
    expect(Object.fromEntries(sizes)).toEqual({
      "README.md": 9,
      "config.json": 2,
      "Q8_0/m-Q8_0.gguf": 300,
      "m-Q4_K_M.gguf": 200,
    });
    const kinds = listing.files.map(({ digest }) => `${digest.algorithm} ${digest.hex.length}`);
    expect(new Set(kinds)).toEqual(new Set(["git-sha1 40", "sha256 64"]));
  });

  it("asks for an encoded revision, and for none that is a commit", async () => {
    const hub = await scriptedHub(() => ({ body: [README] }));
    const context = contextOf(hub.url);
    await listHubFiles({ ...REFERENCE, revision: "refs/pr/7" }, context);
    await listHubFiles({ ...REFERENCE, revision: OID }, context);
    const query = "?recursive=true&expand=false";
    expect(hub.requests.map(({ url }) => url)).toEqual([
      "/api/models/o/n/revision/refs%2Fpr%2F7",
      `/api/models/o/n/tree/${SCRIPTED_COMMIT}${query}`,
      `/api/models/o/n/tree/${OID}${query}`,
    ]);
  });

  it("follows a relative next page among other links, with the token", async () => {
    const hub = await scriptedHub((count) => ({
      body: [{ ...README, path: `${count}.md` }],
      headers: count === 0 ? { link: '</first>; rel="first", </p?cursor=a,b>; rel=next' } : {},
    }));
    const { files } = await listHubFiles(REFERENCE, contextOf(hub.url, { HF_TOKEN: "hf_secret" }));
    expect(files.map(({ path }) => path)).toEqual(["0.md", "1.md"]);
    expect(hub.requests.at(-1)?.url).toBe("/p?cursor=a,b");
    const sent = hub.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(Array(3).fill("Bearer hf_secret"));
  });

  it("never asks another origin for a page", async () => {
    const other = await scriptedHub(() => ({ body: [README] }));
    const link = next(`${other.url}/api/models/o/n/tree/x`);
    const error = await failure({ body: [README], headers: link }, { HF_TOKEN: "hf_secret" });
    expect(error).toBeInstanceOf(HubAnswerError);
    expect(error).toMatchObject({ code: "bad-answer", got: JSON.stringify(other.url) });
    expect(other.requests).toEqual([]);
    expect(await failure({ body: [README], headers: next("http://[") })).toBeInstanceOf(
      HubAnswerError,
    );
  });

  it("that does not end is given up", async () => {
    const again = await failure({ body: [README], headers: next("?cursor=1") });
    expect(again).toMatchObject({ code: "bad-answer", got: '"README.md" again' });
    const empty = await failure({ body: [], headers: next("?cursor=1") });
    expect(empty).toMatchObject({ code: "bad-answer", got: "none" });
    const endless = await scriptedHub((count) => {
      const body = Array.from({ length: 1000 }, (__, n) => ({ ...README, path: `${count}-${n}` }));
      return { body, headers: next(`?cursor=${count}`) };
    });
    const error = await listHubFiles(REFERENCE, contextOf(endless.url)).catch((caught) => caught);
    expect(error).toBeInstanceOf(HubAnswerError);
    expect(String(error)).toContain("at most 100000 entries");
  });

  it("of more entries on one page than any tree has is given up too", async () => {
    const body = Array.from({ length: 160_000 }, (_, n) => ({ type: "directory", path: `${n}` }));
    expect(await failure({ body })).toMatchObject({ expected: "at most 100000 entries" });
  });

  it("with a page that is too large is given up, not asked for again", async () => {
    const hub = await scriptedHub(() => ({ body: " ".repeat(17 << 20) }));
    const error = await listHubFiles(REFERENCE, contextOf(hub.url)).catch((caught) => caught);
    expect(error).toBeInstanceOf(HubAnswerError);
    expect(hub.requests).toHaveLength(2);
  });

  it.each([
    ["<!doctype html><p>Log in", "JSON"],
    ["[{", "JSON"],
    ["", "JSON"],
    [{ error: "x" }, "an array"],
    [null, "an array"],
    [["README.md"], "a type and a path"],
    [[null], "a type and a path"],
    [[{ ...README, path: 7 }], "a type and a path"],
    [[{ path: "a" }], "a type and a path"],
    [[{ ...README, size: "9" }], "a size"],
    [[{ ...README, size: -1 }], "a size"],
    [[{ ...README, size: 1.5 }], "a size"],
    [[{ ...README, size: 2 ** 60 }], "a size"],
    [[{ type: "file", path: "a", size: 1 }], "a git hash"],
    [[{ ...README, oid: "A".repeat(40) }], "a git hash"],
    [[{ ...README, lfs: { oid: OID } }], "a sha256"],
    [[{ ...README, lfs: "x" }], "a sha256"],
  ])("%j is no listing, and the error says what was expected", async (body, expected) => {
    const error = await failure({ body });
    expect(error).toBeInstanceOf(HubAnswerError);
    expect((error as HubAnswerError).expected).toContain(expected);
  });

  it("keeps a long or hostile answer out of its error", async () => {
    const error = await failure({ body: `\u001b[2J\u009b${"x".repeat(5000)}` });
    expect(String(error).length).toBeLessThan(400);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(String(error)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it("passes over what is no file, and takes hashes for what they are", async () => {
    const hub = await scriptedHub(() => ({
      body: [
        { type: "directory", path: "Q8_0", size: 0, oid: OID },
        { type: "commit", path: "submodule" },
        { ...README, lfs: null },
        { type: "file", path: "a.gguf", size: 0, lfs: { oid: SHA256, size: 0, pointerSize: 130 } },
      ],
    }));
    const { files } = await listHubFiles(REFERENCE, contextOf(hub.url));
    expect(files).toEqual([
      { path: "README.md", bytes: 9, digest: { algorithm: "git-sha1", hex: OID } },
      { path: "a.gguf", bytes: 0, digest: { algorithm: "sha256", hex: SHA256 } },
    ]);
  });

  it("never has a name that would leave the folder, on any system", async () => {
    const hostile = [
      "../x.gguf",
      "a/../../x.gguf",
      "a/./x.gguf",
      "/etc/x.gguf",
      "//server/share/x.gguf",
      "\\\\server\\share\\x.gguf",
      "a\\..\\x.gguf",
      "C:/x.gguf",
      "C:x.gguf",
      "x.gguf:stream",
      "a//x.gguf",
      "a/",
      "",
      "a\0.gguf",
      "a\n.gguf",
      "a\u009b.gguf",
      "a\ud800.gguf",
      "con",
      "NUL.gguf",
      "a/com1.tar.gguf/x",
      "lpt¹.gguf",
      "aux .gguf",
      "x.gguf.",
      "x.gguf ",
      "folder./x.gguf",
      "folder /x.gguf",
      "... /x.gguf",
    ];
    const plain = [
      "console.gguf",
      "a b#c?d%20&.gguf",
      "..a.gguf",
      ".a/x.gguf",
      "模型.gguf",
      "com.x",
    ];
    const body = [...hostile, ...plain].map((path) => ({ ...README, path }));
    const hub = await scriptedHub(() => ({ body }));
    const { files } = await listHubFiles(REFERENCE, contextOf(hub.url));
    expect(files.map(({ path }) => path)).toEqual(plain);
    expect(hostile.filter(isPlainPath)).toEqual([]);
  });

  it("of a commit that is none is refused", async () => {
    for (const body of [{ sha: "main" }, { sha: 7 }, {}, [], null, "{"]) {
      const hub = await scriptedHub(() => ({ body: [] }), { body });
      const error = await listHubFiles(REFERENCE, contextOf(hub.url)).catch((caught) => caught);
      expect(error).toBeInstanceOf(HubAnswerError);
    }
  });
});

describe("a request that fails for the moment", () => {
  it("is made again, and that told", async () => {
    const answers: Script[] = [
      { status: 500 },
      { status: 429, headers: { ratelimit: '"api";r=0;t=0' } },
      { body: [README] },
    ];
    const hub = await scriptedHub((count) => answers[count] ?? { status: 400 });
    const retries: Retry[] = [];
    const onRetry = (retry: Retry): void => void retries.push(retry);
    const { files } = await listHubFiles(REFERENCE, { ...contextOf(hub.url), onRetry });
    expect(files).toHaveLength(1);
    expect(retries.map(({ error }) => error.code)).toEqual(["http-status", "rate-limited"]);
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("fails for good when its attempts are used up, or at once on any other status", async () => {
    const hub = await scriptedHub(() => ({ status: 502 }));
    const context = contextOf(hub.url);
    await expect(listHubFiles(REFERENCE, context)).rejects.toMatchObject({ status: 502 });
    expect(hub.requests).toHaveLength(4);
    const refusing = await scriptedHub(() => ({ status: 400 }));
    await expect(listHubFiles(REFERENCE, contextOf(refusing.url))).rejects.toBeInstanceOf(
      HttpStatusError,
    );
    expect(refusing.requests).toHaveLength(2);
  });

  it("without a server is a failure of the network", async () => {
    const error = await listHubFiles(REFERENCE, contextOf("http://127.0.0.1:9")).catch((e) => e);
    expect(error).toBeInstanceOf(NetworkError);
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const hub = await scriptedHub(() => ({ status: 503, headers: { "retry-after": "500" } }));
    const onRetry = (): void => controller.abort("enough");
    const context = { ...contextOf(hub.url), signal: controller.signal, onRetry };
    await expect(listHubFiles(REFERENCE, context)).rejects.toBe("enough");
  });
});
