import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NetworkError } from "../src/index.ts";
import { bodyLength, MAX_HEAD_BYTES, parseResponseHead } from "../src/wire/response-head.ts";

const HOST = "host.test";

function parse(text: string): ReturnType<typeof parseResponseHead> {
  return parseResponseHead(Buffer.from(text, "latin1"), HOST);
}

function headersOf(text: string): Record<string, string> {
  const parsed = parse(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n`);
  return Object.fromEntries(parsed?.head.headers.entries() ?? []);
}

/** The Content-Length of an answer with these header lines. */
function lengthOf(lines: string): number {
  const parsed = parse(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`);
  if (parsed === undefined) throw new Error("not a whole head");
  return bodyLength(parsed.head, HOST);
}

describe("parseResponseHead", () => {
  it("gives status, headers, and where the body begins", () => {
    const head = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nETag: "a b"\r\n\r\n';
    const parsed = parse(`${head}abc`);
    expect(parsed?.head).toMatchObject({ status: 206, keepsAlive: true });
    expect(parsed?.head.headers.get("etag")).toBe('"a b"');
    expect(parsed?.bodyStart).toBe(head.length);
  });

  it("waits for the end of the head, wherever the packets end", () => {
    const interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    const head = `${interim}HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n`;
    for (let cut = 0; cut < head.length; cut++) expect(parse(head.slice(0, cut))).toBeUndefined();
    const parsed = parse(`${head}\r\n\r\n`);
    expect(parsed?.bodyStart).toBe(head.length);
    expect(Object.fromEntries(parsed?.head.headers.entries() ?? [])).toEqual({ a: "1", b: "2" });
  });

  it("waits, or tells the same, for every beginning of any head", () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,11}$/).map((text) => `x-${text}`);
    const value = fc.stringMatching(
      /^[\x21-\x7e\xa0-\xff]([\t\x20-\x7e\xa0-\xff]{0,20}[\x21-\x7e\xa0-\xff])?$/,
    );
    const space = fc.constantFrom("", " ", "\t", " \t ");
    const line = fc.tuple(name, space, value, space);
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.array(line, { maxLength: 8 }),
        (status, lines) => {
          const fields = lines.map(
            ([key, before, text, after]) => `${key}:${before}${text}${after}\r\n`,
          );
          const head = `HTTP/1.1 ${status} \r\n${fields.join("")}\r\n`;
          for (let cut = 0; cut < head.length; cut++)
            expect(parse(head.slice(0, cut))).toBeUndefined();
          const parsed = parse(`${head}body`);
          expect(parsed?.bodyStart).toBe(head.length);
          expect(parsed?.head.status).toBe(status);
          for (const [key] of lines) {
            const same = lines.filter(([other]) => other.toLowerCase() === key.toLowerCase());
            expect(parsed?.head.headers.get(key)).toBe(same.map(([, , text]) => text).join(", "));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes whatever comes for an answer or refuses it as malformed", () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        "HTTP/1.1 ",
        "200",
        "1",
        " ",
        ":",
        "a",
        "\r\n",
        "\r",
        "\n",
        "\0",
        "\t",
        "ÿ",
      ),
      maxLength: 30,
    });
    fc.assert(
      fc.property(noise, fc.boolean(), (text, isAnswer) => {
        try {
          const parsed = parse(isAnswer ? `HTTP/1.1 200 OK\r\n${text}\r\n\r\n` : text);
          if (parsed !== undefined) expect(parsed.head.status).toBeGreaterThanOrEqual(200);
        } catch (error) {
          expect(error).toBeInstanceOf(NetworkError);
        }
      }),
    );
  });

  it("skips interim answers, but not for ever", () => {
    const interim = "HTTP/1.1 102 Processing\r\n\r\n";
    expect(parse(`${interim.repeat(8)}HTTP/1.1 204 \r\n\r\n`)?.head.status).toBe(204);
    expect(() => parse(interim.repeat(9))).toThrow(/too many interim/);
  });

  it("takes a change of protocols for an answer", () => {
    expect(parse("HTTP/1.1 101 Switching Protocols\r\n\r\n")?.head.status).toBe(101);
  });

  it.each([
    ["HTTP/1.1", "", true],
    ["HTTP/1.1", "Connection: keep-alive\r\n", true],
    ["HTTP/1.1", "Connection: close\r\n", false],
    ["HTTP/1.1", "connection: Upgrade, CLOSE\r\n", false],
    ["HTTP/1.0", "", false],
    ["HTTP/1.0", "Connection: Keep-Alive\r\n", true],
    ["HTTP/1.0", "Connection: close\r\n", false],
  ])("%s with %j keeps the connection: %s", (version, line, keepsAlive) => {
    expect(parse(`${version} 200 OK\r\n${line}\r\n`)?.head.keepsAlive).toBe(keepsAlive);
  });

  it.each([
    ["HTTP/2", "HTTP/2 200\r\n\r\n"],
    ["HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["no version", "200 OK\r\n\r\n"],
    ["no status", "HTTP/1.1 OK\r\n\r\n"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
    ["two spaces before the status", "HTTP/1.1  200 OK\r\n\r\n"],
    ["an empty head", "\r\n\r\n"],
    ["a web page", "<html>\r\n\r\n</html>"],
    ["a header without a colon", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: value\r\n\r\n"],
    ["a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n"],
    ["a space in a name", "HTTP/1.1 200 OK\r\nContent Length: 5\r\n\r\n"],
    ["a folded line", "HTTP/1.1 200 OK\r\nA: 1\r\n 2\r\n\r\n"],
    ["a CR in a value", "HTTP/1.1 200 OK\r\nA: 1\r2\r\n\r\n"],
    ["a LF in a value", "HTTP/1.1 200 OK\r\nA: 1\nContent-Length: 5\r\n\r\n"],
    ["a NUL in a value", "HTTP/1.1 200 OK\r\nA: 1\0\r\n\r\n"],
  ])("refuses %s", (_, text) => {
    expect(() => parse(text)).toThrow(NetworkError);
    expect(() => parse(text)).toThrow(/^host\.test: the answer is malformed/);
  });

  it("refuses a head that is too long, whether or not its end is in sight", () => {
    const start = "HTTP/1.1 200 OK\r\nA: ";
    const longest = start + "x".repeat(MAX_HEAD_BYTES - start.length);
    expect(parse(longest)).toBeUndefined();
    expect(parse(`${longest}\r\n\r\n`)?.bodyStart).toBe(MAX_HEAD_BYTES + 4);
    expect(() => parse(`${longest}x`)).toThrow(/take more than/);
    expect(() => parse(`${longest}x\r\n\r\n`)).toThrow(/take more than/);
    const interim = `HTTP/1.1 100 Continue\r\nA: ${"x".repeat(MAX_HEAD_BYTES / 4)}\r\n\r\n`;
    expect(() => parse(interim.repeat(4))).toThrow(/take more than/);
  });

  it("is not slow on hostile spaces", () => {
    // Quadratic work on these would take minutes.
    const spaces = " ".repeat(MAX_HEAD_BYTES / 2);
    expect(headersOf(`A: b${spaces}c`)).toEqual({ a: `b${spaces}c` });
    expect(() => headersOf(`A${spaces}: c`)).toThrow(NetworkError);
  });
});

describe("bodyLength", () => {
  it.each([
    ["Content-Length: 0", 0],
    ["Content-Length: 123456789012", 123_456_789_012],
    ["content-length:7\t", 7],
    ["Content-Length: 7\r\nContent-Length: 7", 7],
    ["Content-Length: 7, 7", 7],
  ])("reads %j", (lines, expected) => expect(lengthOf(lines)).toBe(expected));

  it.each([
    ["nothing", "A: 1"],
    ["a sign", "Content-Length: -7"],
    ["a sign", "Content-Length: +7"],
    ["a fraction", "Content-Length: 7.0"],
    ["an exponent", "Content-Length: 1e3"],
    ["hex", "Content-Length: 0x7"],
    ["nothing in it", "Content-Length: "],
    ["two lengths", "Content-Length: 7\r\nContent-Length: 8"],
    ["two lengths in a line", "Content-Length: 7, 8"],
    ["chunks", "Transfer-Encoding: chunked"],
    ["chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 7"],
  ])("refuses %s: %j", (_, lines) => {
    expect(() => lengthOf(lines)).toThrow(NetworkError);
  });
});
