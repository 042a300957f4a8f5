import { startTestHub } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AccessDeniedError,
  type HubCard,
  type HubReference,
  NotFoundError,
  OfflineError,
  parseModelReference,
  readHubCard,
} from "../src/index.ts";
import { closing, settingsIn, tempDir } from "./support.ts";

const CARD = "---\nlicense: mit\n---\n# Ä model\n\nIt answers.\n";

type Env = Record<string, string>;

/** A Hub, and what reads cards of it. */
async function startHub(): Promise<{
  url: string;
  read: (text: string, env?: Env) => Promise<HubCard>;
}> {
  const card = Buffer.from(CARD);
  const hub = closing(
    await startTestHub({
      repos: {
        "o/n": { files: { "README.md": card } },
        "o/bare": { files: { "m.gguf": Buffer.from("GGUF") } },
        "o/gated": { files: { "README.md": card }, gatedFor: "hf_right" },
      },
    }),
  );
  const read = async (text: string, env: Env = {}): Promise<HubCard> => {
    const settings = settingsIn(await tempDir(), { HF_ENDPOINT: hub.url, ...env });
    return readHubCard(parseModelReference(text) as HubReference, { settings });
  };
  return { url: hub.url, read };
}

describe("readHubCard", () => {
  it("reads a card as it is, with the page that it stands on", async () => {
    const { read, url } = await startHub();
    expect(await read("hf:o/n")).toEqual({ text: CARD, url: `${url}/o/n` });
    expect(await read("hf:o/n@main:Q4_K_M")).toMatchObject({ text: CARD });
  });

  it("sends the token of a gated repository", async () => {
    const { read } = await startHub();
    await expect(read("hf:o/gated")).rejects.toThrow(AccessDeniedError);
    expect(await read("hf:o/gated", { HF_TOKEN: "hf_right" })).toMatchObject({ text: CARD });
  });

  it("says that there is none, or that nothing may be asked", async () => {
    const { read } = await startHub();
    await expect(read("hf:o/bare")).rejects.toThrow(NotFoundError);
    await expect(read("hf:o/n", { HF_HUB_OFFLINE: "1" })).rejects.toThrow(OfflineError);
  });
});
