import { startFileServer, startTestHub, testCommit, type TestHub } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AccessDeniedError,
  locateRemoteModel,
  MissingShardError,
  NotFoundError,
  OfflineError,
  parseModelReference,
  QuantizationError,
  type HubReference,
  type RemoteModel,
  type UrlReference,
} from "../src/index.ts";
import { closing, ggufBytes, settingsIn, tempDir } from "./support.ts";

const BYTES = ggufBytes(200_000);

async function startHub(): Promise<TestHub> {
  return closing(
    await startTestHub({
      repos: {
        "o/n": {
          files: {
            "n-Q4_K_M.gguf": BYTES,
            "a b#c.gguf": ggufBytes(500, 2),
            "F16/n-F16-00001-of-00002.gguf": ggufBytes(500, 3),
            "F16/n-F16-00002-of-00002.gguf": ggufBytes(500, 4),
            "BF16/n-BF16-00001-of-00002.gguf": ggufBytes(500, 5),
          },
        },
        "o/gated": { files: { "m.gguf": BYTES }, gatedFor: "hf_right" },
      },
    }),
  );
}

async function locate(text: string, env: Record<string, string> = {}): Promise<RemoteModel> {
  const settings = settingsIn(await tempDir(), env);
  const reference = parseModelReference(text) as HubReference | UrlReference;
  return locateRemoteModel(reference, { settings });
}

function bytes(model: RemoteModel, range: string): Promise<Response> {
  return model.fetch(model.files[0]?.url ?? "", { headers: { range } });
}

describe("a model on the Hub", () => {
  it("is located by its quantization, at one commit, without a file being fetched", async () => {
    const hub = await startHub();
    const model = await locate("hf:o/n:F16", { HF_ENDPOINT: hub.url });
    const base = `${hub.url}/o/n/resolve/${testCommit("o/n")}`;
    expect(model.files).toEqual([
      { name: "n-F16-00001-of-00002.gguf", url: `${base}/F16/n-F16-00001-of-00002.gguf` },
      { name: "n-F16-00002-of-00002.gguf", url: `${base}/F16/n-F16-00002-of-00002.gguf` },
    ]);
    expect(hub.requests.some(({ path }) => path.includes("/resolve/"))).toBe(false);
  });

  it("says why it is this file where the reference leaves that open", async () => {
    const hub = await startHub();
    const { files, reason } = await locate("hf:o/n", { HF_ENDPOINT: hub.url });
    expect(files[0]?.name).toBe("n-Q4_K_M.gguf");
    expect(reason).toContain("usual");
  });

  it("is the nearest one where the label is not there, and that is said", async () => {
    const hub = await startHub();
    const { files, reason } = await locate("hf:o/n:Q5_K_M", { HF_ENDPOINT: hub.url });
    expect(files[0]?.name).toBe("n-Q4_K_M.gguf");
    expect(reason).toContain("no Q5_K_M");
  });

  it("has its parts fetched through the redirect, with the name encoded", async () => {
    const hub = await startHub();
    const model = await locate("hf:o/n/a b#c.gguf", { HF_ENDPOINT: hub.url });
    const response = await bytes(model, "bytes=10-19");
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe("bytes 10-19/500");
    const body = new Uint8Array(await response.arrayBuffer());
    expect(body).toEqual(new Uint8Array(ggufBytes(500, 2).subarray(10, 20)));
  });

  it("gets the token at the Hub and nowhere else", async () => {
    const hub = await startHub();
    const env = { HF_ENDPOINT: hub.url, HF_TOKEN: "hf_right" };
    const response = await bytes(await locate("hf:o/gated/m.gguf", env), "bytes=0-3");
    expect(await response.text()).toBe("GGUF");
    expect(hub.cdnRequests.map(({ authorized }) => authorized)).toEqual([false]);
  });

  it("lets go of the connection when its body is cancelled", async () => {
    const hub = await startHub();
    const model = await locate("hf:o/n:Q4_K_M", { HF_ENDPOINT: hub.url });
    const response = await bytes(model, "bytes=0-199999");
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });

  it("throws what the Hub says for good, and leaves the rest to the caller", async () => {
    const hub = await startHub();
    const env = { HF_ENDPOINT: hub.url };
    const model = await locate("hf:o/n:Q4_K_M", env);
    hub.faults.missing.push("n-Q4_K_M.gguf");
    await expect(bytes(model, "bytes=0-3")).rejects.toBeInstanceOf(NotFoundError);
    hub.faults.rateLimit = 1;
    expect((await bytes(model, "bytes=0-3")).status).toBe(429);
    await expect(bytes(await locate("hf:o/n:F16", env), "bytes=900-999")).resolves.toMatchObject({
      status: 416,
    });
  });

  it("fails as fetch does where the connection breaks off", async () => {
    const hub = await startHub();
    const model = await locate("hf:o/n:Q4_K_M", { HF_ENDPOINT: hub.url });
    hub.faults.bodies["n-Q4_K_M.gguf"] = "reset";
    const response = await bytes(model, "bytes=0-199999");
    await expect(response.arrayBuffer()).rejects.toBeInstanceOf(TypeError);
    await hub.close();
    await expect(bytes(model, "bytes=0-3")).rejects.toMatchObject({
      name: "TypeError",
      cause: { code: "network" },
    });
  });

  it("must be whole, known and open to whoever asks", async () => {
    const env = { HF_ENDPOINT: (await startHub()).url };
    await expect(locate("hf:o/n:BF16", env)).rejects.toBeInstanceOf(MissingShardError);
    await expect(locate("hf:o/n:Q2_KK", env)).rejects.toBeInstanceOf(QuantizationError);
    await expect(locate("hf:o/none", env)).rejects.toBeInstanceOf(NotFoundError);
    const gated = locate("hf:o/gated/m.gguf", env);
    await expect(gated.then((model) => bytes(model, "bytes=0-3"))).rejects.toBeInstanceOf(
      AccessDeniedError,
    );
  });

  it("is not asked for offline", async () => {
    const offline = locate("hf:o/n", { HF_HUB_OFFLINE: "1" });
    await expect(offline).rejects.toBeInstanceOf(OfflineError);
  });
});

describe("a model at a URL", () => {
  it("is all shards of its name, and is fetched without a token", async () => {
    const server = closing(await startFileServer({ "/m-00001-of-00002.gguf": { bytes: BYTES } }));
    const model = await locate(`${server.url}/m-00001-of-00002.gguf?x=1`, { HF_TOKEN: "hf_right" });
    expect(model.files.map(({ url }) => url)).toEqual([
      `${server.url}/m-00001-of-00002.gguf?x=1`,
      `${server.url}/m-00002-of-00002.gguf?x=1`,
    ]);
    expect(await (await bytes(model, "bytes=0-3")).text()).toBe("GGUF");
    expect(server.requests.some(({ authorized }) => authorized)).toBe(false);
  });
});
