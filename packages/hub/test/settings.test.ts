import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hubSettings, readHubSettings, SettingsError, type HubSettings } from "../src/index.ts";
import { put, tempDir } from "./support.ts";

type Env = Record<string, string>;
const linux = (env: Env): HubSettings =>
  hubSettings({ env, platform: "linux", homedir: "/home/me" });

describe("hubSettings", () => {
  it("works without any variable", () => {
    expect(linux({})).toEqual({
      endpoint: "https://huggingface.co",
      tokenPath: "/home/me/.cache/huggingface/token",
      offline: false,
      hubCacheDir: "/home/me/.cache/huggingface/hub",
      cacheDir: "/home/me/.cache/ggufkit",
      proxies: {},
      pipEnv: {},
    });
  });

  it.each<[Env, string]>([
    [{ HF_HUB_CACHE: "/a", HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c" }, "/a"],
    [{ HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/b"],
    [{ HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/c/hub"],
    [{ XDG_CACHE_HOME: "/d" }, "/d/huggingface/hub"],
    [{ HF_HOME: "~/hf" }, "/home/me/hf/hub"],
    [{ HF_HUB_CACHE: "", HF_HOME: "" }, "/home/me/.cache/huggingface/hub"],
  ])("%j shares the cache in %s", (env, directory) => {
    expect(linux(env).hubCacheDir).toBe(directory);
  });

  it("keeps its own cache where each system keeps caches", () => {
    const darwin = hubSettings({ env: {}, platform: "darwin", homedir: "/Users/me" });
    expect(darwin.cacheDir).toBe("/Users/me/Library/Caches/ggufkit");
    const env = { LOCALAPPDATA: "D:\\Local" };
    const windows = hubSettings({ env, platform: "win32", homedir: "C:\\Users\\me" });
    expect(windows.cacheDir).toBe("D:\\Local\\ggufkit\\Cache");
    expect(windows.hubCacheDir).toBe("C:\\Users\\me\\.cache\\huggingface\\hub");
    expect(linux({ XDG_CACHE_HOME: "/x" }).cacheDir).toBe("/x/ggufkit");
    expect(linux({ GGUFKIT_CACHE: "/g", XDG_CACHE_HOME: "/x" }).cacheDir).toBe("/g");
  });

  it("reads HF_HUB_OFFLINE as the other tools do", () => {
    for (const on of ["1", "ON", "yes", "True"]) {
      expect(linux({ HF_HUB_OFFLINE: on }).offline).toBe(true);
    }
    for (const off of ["", "0", "no", "false"]) {
      expect(linux({ HF_HUB_OFFLINE: off }).offline).toBe(false);
    }
  });

  it("takes a mirror, but not one that anyone on the way can change", () => {
    expect(linux({ HF_ENDPOINT: "https://m.example/hf/" }).endpoint).toBe("https://m.example/hf");
    expect(linux({ HF_ENDPOINT: "http://localhost:80/" }).endpoint).toBe("http://localhost");
    expect(() => linux({ HF_ENDPOINT: "http://m.example" })).toThrow(SettingsError);
    expect(() => linux({ HF_ENDPOINT: "m.example" })).toThrow(SettingsError);
  });

  it("does not hand the token on to pip", () => {
    const { token, pipEnv } = linux({ HF_TOKEN: " hf_x\n", PATH: "/bin", PIP_INDEX_URL: "u" });
    expect(token).toBe("hf_x");
    expect(pipEnv).toEqual({ PATH: "/bin", PIP_INDEX_URL: "u" });
  });
});

describe("readHubSettings", () => {
  it("finds the token that a login left, unless the environment has one", async () => {
    const home = await tempDir();
    await mkdir(join(home, ".cache", "huggingface"), { recursive: true });
    await put(home, ".cache/huggingface/token", Buffer.from("hf_stored\n"));
    await put(home, "elsewhere", Buffer.from("hf_elsewhere"));
    const { platform } = process;
    const read = async (env: Env): Promise<string | undefined> =>
      (await readHubSettings({ env, platform, homedir: home })).token;
    expect(await read({})).toBe("hf_stored");
    expect(await read({ HF_TOKEN: "hf_env" })).toBe("hf_env");
    expect(await read({ HF_TOKEN_PATH: join(home, "elsewhere") })).toBe("hf_elsewhere");
    expect(await read({ HF_HOME: join(home, "none") })).toBeUndefined();
  });
});
