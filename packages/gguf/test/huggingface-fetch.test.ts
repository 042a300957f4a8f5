import { buildGguf, startFileServer, type FileServer } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { gguf } from "../src/huggingface.ts";

let server: FileServer;
let url: string;
beforeAll(async () => {
  const bytes = buildGguf({ kv: [["general.architecture", "string", "llama"]] });
  server = await startFileServer({ "/model.gguf": { bytes } });
  url = `${server.url}/model.gguf`;
});
afterAll(() => server.close());

const EXPECTED = { metadata: { "general.architecture": "llama" } };

describe("additionalFetchHeaders", () => {
  it("are sent with the request", async () => {
    server.requests.length = 0;
    const additionalFetchHeaders = { Authorization: "Bearer secret", "X-Trace": "7" };
    expect(await gguf(url, { additionalFetchHeaders })).toMatchObject(EXPECTED);
    expect(server.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({ authorization: "Bearer secret", "x-trace": "7" }),
    ]);
  });
});

describe("fetch", () => {
  it("gets its headers as a plain object, as they were spelled", async () => {
    const seen: unknown[] = [];
    const spreading: typeof fetch = (address, init) => {
      seen.push(init?.headers);
      // Of a `Headers`, nothing would be left.
      const headers = { ...(init?.headers as Record<string, string>), "X-Proxy": "1" };
      return fetch(address, { ...init, headers });
    };
    server.requests.length = 0;
    const additionalFetchHeaders = { Authorization: "Bearer secret" };
    expect(await gguf(url, { fetch: spreading, additionalFetchHeaders })).toMatchObject(EXPECTED);
    const range = expect.stringMatching(/^bytes=0-\d+$/);
    expect(seen).toEqual([
      expect.objectContaining({ Authorization: "Bearer secret", Range: range }),
    ]);
    expect(server.requests[0]?.headers).toMatchObject({ "x-proxy": "1", range });
  });

  it("may give answers whose body is no web stream", async () => {
    const foreign: typeof fetch = async (address, init) => {
      const answer = await fetch(address, init);
      const { status, headers } = answer;
      const body = { pipe: () => undefined };
      return { status, headers, body, arrayBuffer: () => answer.arrayBuffer() } as never;
    };
    expect(await gguf(url, { fetch: foreign })).toMatchObject(EXPECTED);
    await expect(gguf(`${server.url}/missing.gguf`, { fetch: foreign })).rejects.toMatchObject({
      code: "http-not-found",
    });
  });
});

describe("a path", () => {
  it("is read only where local files are allowed", async () => {
    await expect(gguf("model.gguf")).rejects.toThrow("Access to local file is not enabled");
    await expect(gguf("missing.gguf", { allowLocalFile: true })).rejects.toMatchObject({
      code: "cannot-open-file",
      file: "missing.gguf",
    });
  });
});
