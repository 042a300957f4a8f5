import { describe, expect, it } from "vitest";
import { SettingsError } from "../src/errors.ts";
import {
  AccessDeniedError,
  HttpStatusError,
  NotFoundError,
  RateLimitedError,
} from "../src/http-errors.ts";
import { hubAuthorization, listHubFiles } from "../src/hub-client.ts";
import { contextOf, scriptedHub, type Script } from "./scripted-hub.ts";

/** What listing a Hub of one scripted answer fails with. */
async function failure(script: Script, env: Record<string, string> = {}): Promise<unknown> {
  const hub = await scriptedHub(() => script);
  return listHubFiles({ kind: "hub", repo: "o/n" }, contextOf(hub.url, env)).catch(
    (error: unknown) => error,
  );
}

describe("a refusal of the Hub", () => {
  const coded = (code: string, status: number, said = ""): Script => ({
    status,
    headers: { "x-error-code": code, ...(said && { "x-error-message": said }) },
  });

  it("of a gated repository says where its terms are", async () => {
    const said = "Your request is awaiting a review from the repo authors.";
    const error = await failure(coded("GatedRepo", 403, said), { HF_TOKEN: "hf_x" });
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error).toMatchObject({ gated: true, status: 403, repo: "o/n", revision: "main" });
    expect(String(error)).toMatch(/accept its terms at http:.*\/o\/n, with the account of/);
    expect(String(error)).toContain(said);
    expect(String(await failure(coded("GatedRepo", 401)))).toContain("set HF_TOKEN");
  });

  it.each([
    ["RepoNotFound", 401, "repository", /no repository o\/n, or set HF_TOKEN/],
    ["RevisionNotFound", 404, "revision", /no revision main/],
    ["EntryNotFound", 404, "file", /no such file/],
  ])("%s tells what is missing", async (code, status, missing, message) => {
    const error = await failure(coded(code, status));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: "not-found", missing, repo: "o/n", status });
    expect(String(error)).toMatch(message);
  });

  it.each([
    [401, {}, AccessDeniedError, /private or does not exist: set HF_TOKEN/],
    [401, { HF_TOKEN: "hf_x" }, AccessDeniedError, /HF_TOKEN is not accepted/],
    [403, { HF_TOKEN: "hf_x" }, AccessDeniedError, /denied: your HF_TOKEN may not/],
    [404, {}, NotFoundError, /HF_ENDPOINT/],
    [418, {}, HttpStatusError, /unexpected answer \(HTTP 418\)/],
  ])("by status %d alone is told too", async (status, env, type, message) => {
    const error = await failure({ status }, env);
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toMatch(message);
    expect(error).not.toMatchObject({ gated: true });
  });

  it("is quoted where it is plain, and never with the token", async () => {
    const say = async (text: string): Promise<string> =>
      String(await failure(coded("None", 403, text), { HF_TOKEN: "hf_secret" }));
    expect(await say("Access to this resource\tis disabled.")).toContain(
      "the Hub says: Access to this resource is disabled.",
    );
    for (const text of ["<html>no</html>", "x".repeat(301), "bad token hf_secret"]) {
      expect(await say(text)).not.toContain("the Hub says");
    }
  });

  it("for too many requests is told with the wait, where that is too long to wait", async () => {
    const error = await failure({ status: 429, headers: { ratelimit: '"api";r=0;t=900' } });
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ code: "rate-limited", retryAfterSeconds: 900, repo: "o/n" });
    expect(String(error)).toMatch(/900 s.*HF_TOKEN/);
  });
});

describe("the token", () => {
  const settings = { endpoint: "https://hub.example/mirror", token: "hf_secret" };

  it("goes to the endpoint's origin alone", () => {
    const of = (url: string): string | undefined => hubAuthorization(url, settings);
    expect(of("https://hub.example/o/n/resolve/main/x.gguf")).toBe("Bearer hf_secret");
    for (const url of [
      "https://cdn.hub.example/x",
      "http://hub.example/x",
      "https://hub.example:8443/x",
      "https://hub.example.evil.example/x",
    ]) {
      expect(of(url)).toBeUndefined();
    }
  });

  it("that is malformed is not quoted", () => {
    const bad = { ...settings, token: "hf_sec\nret" };
    let error: unknown;
    try {
      hubAuthorization("https://hub.example/x", bad);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SettingsError);
    expect(String(error)).not.toContain("hf_sec");
  });
});
