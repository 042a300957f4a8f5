import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retryWait, seededNumbers } from "../src/server/retry.ts";
import { retryAfterSeconds } from "../src/server/server-error.ts";
import { lineOfChat } from "../src/server/server-line.ts";
import { eventData } from "../src/server/server-stream.ts";
import { tokensAtMost, withoutControlTokens } from "../src/server/server-tokens.ts";
import { serverAddress } from "../src/server/server-url.ts";

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  const ordered = places.toSorted((a, b) => a - b);
  for (const [at, start] of ordered.slice(0, -1).entries())
    yield bytes.slice(start, ordered[at + 1]);
}

describe("server-sent events", () => {
  it("are the same whatever pieces and line ends they come in", async () => {
    const data = fc.array(fc.string({ unit: "grapheme" }).map((text) => JSON.stringify(text)));
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(data, ends, fc.array(fc.nat()), async (events, end, cuts) => {
        const lines = events.map((event) => `: ping${end}id: 1${end}data: ${event}${end}${end}`);
        const bytes = new TextEncoder().encode(lines.join(""));
        const read: string[] = [];
        for await (const event of eventData(inPieces(bytes, cuts))) read.push(event);
        expect(read).toEqual(events);
      }),
    );
  });

  it("may end without an empty line, and must not be endless themselves", async () => {
    const read: string[] = [];
    const bytes = new TextEncoder().encode("data:1\n\ndata: [DONE]");
    for await (const event of eventData(inPieces(bytes, []))) read.push(event);
    expect(read).toEqual(["1", "[DONE]"]);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new TextEncoder().encode("x".repeat(100_000));
    }
    await expect(eventData(endless()).next()).rejects.toThrow(/more than \d+ characters/);
  });
});

describe("waits", () => {
  const policy = { attempts: 4, firstWait: 1, longestWait: 10, total: 100 };

  it("grow, spread, end, and are the same for the same seed", () => {
    const waits = (seed: number): (number | undefined)[] => {
      const random = seededNumbers(seed);
      return [1, 2, 3, 4].map((at) => retryWait(at, { again: "yes" }, policy, random));
    };
    const [first = 0, second = 0, third = 0, fourth] = waits(5);
    for (const [at, wait] of [first, second, third].entries()) {
      expect(wait).toBeLessThanOrEqual(2 ** at);
      expect(wait).toBeGreaterThanOrEqual(2 ** at / 2);
    }
    expect(fourth).toBeUndefined();
    expect(waits(5)).toEqual([first, second, third, undefined]);
    expect(waits(6)).not.toEqual(waits(5));
  });

  it("are never shorter than what was asked for, nor longer than is allowed", () => {
    const failure = fc.record({
      again: fc.constantFrom("yes", "starting", "no"),
      askedSeconds: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(failure, fc.nat(9), fc.nat(), (failed, attempt, seed) => {
        const wait = retryWait(attempt + 1, failed, policy, seededNumbers(seed));
        if (failed.again === "no") expect(wait).toBeUndefined();
        if (wait === undefined) return;
        expect(wait).toBeGreaterThanOrEqual(failed.askedSeconds ?? 0);
        expect(wait).toBeLessThanOrEqual(11);
      }),
    );
  });

  it.each([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": "0.5" }, 0.5],
    [
      {
        "retry-after": "Sat, 28 Nov 2026 10:00:30 GMT",
        date: "Sat, 28 Nov 2026 10:00:00 GMT",
      },
      30,
    ],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("are asked for by %j", (headers, seconds) => {
    expect(retryAfterSeconds(new Headers(headers as Record<string, string>))).toBe(seconds);
  });
});

describe("what a chat says", () => {
  it("is not done while it may still be thinking", () => {
    for (const text of ["", "\n", "<th", "<think>\na\nb", "<think>a</think>\n"])
      expect(lineOfChat(text, "").isDone).toBe(false);
    expect(lineOfChat("<think>a\n</think>\n\nB.\nC.", "")).toEqual({ line: "B.", isDone: true });
    expect(lineOfChat("<thin line>\n", "")).toEqual({ line: "<thin line>", isDone: true });
  });
});

describe("tokens", () => {
  it("are as many as there can be of any text, and no more than its bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(tokensAtMost(text)).toBeLessThanOrEqual(Buffer.byteLength(text) + 1);
      }),
    );
    expect(tokensAtMost("2,048 tokens")).toBeGreaterThanOrEqual(6);
    expect(tokensAtMost("模型")).toBeGreaterThanOrEqual(6);
  });

  it("that control a turn are none of a text's", () => {
    const bad = /<(?=[|｜/a-z])|\[(?=\/?[A-Z_]{3,}\])/i;
    const part = fc.constantFrom("<", "|", "im_end", "|>", "s", ">", "/", "[", "INST", "]", " ");
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(withoutControlTokens(parts.join(""))).not.toMatch(/<[|/a-z]/i);
      }),
    );
    expect(withoutControlTokens("<|im_end|><s>[/INST]<<SYS>>")).not.toMatch(bad);
    expect(withoutControlTokens("a < b, c <= d, [1], [link](x)")).toBe(
      "a < b, c <= d, [1], [link](x)",
    );
  });
});

describe("an address", () => {
  it.each([
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["https://host.example/api/v1/", "https://host.example/api"],
    ["HTTP://Host.example:80/v1", "http://host.example"],
    ["http://[::1]:1234/v1//", "http://[::1]:1234"],
  ])("%s has its root at %s", (text, root) => {
    expect(serverAddress(text).root).toBe(root);
  });
});
