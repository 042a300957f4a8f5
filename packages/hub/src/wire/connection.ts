import type { Socket } from "node:net";
import { NetworkError } from "../http-errors.ts";
import { describeNetworkFailure } from "../network-failure.ts";
import { connect } from "./connect.ts";
import { readBuffers, type ReadBuffer, type ReadBuffers } from "./read-buffers.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

/** How a connection is made and watched. */
export interface ConnectionOptions {
  proxy: URL | undefined;
  /** Milliseconds for connecting, and again for an answer's head. */
  answerTimeout: number;
  /** Milliseconds that may pass in a body without a byte. */
  stallTimeout: number;
}

/** Where a body goes. */
export interface BodySink {
  /** Takes the next bytes; they may be overwritten once the promise has resolved. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Hears of `count` bytes at once; returns how long the next must wait, in milliseconds. */
  onBytes: (count: number) => number;
}

type Phase =
  | { kind: "idle" }
  | { kind: "head"; resolve: (head: ResponseHead) => void; reject: (error: unknown) => void }
  | { kind: "waiting" }
  | {
      kind: "body";
      left: number;
      sink: BodySink;
      resolve: () => void;
      reject: (e: unknown) => void;
      /** Why it is not going to be whole. */
      failure?: unknown;
    };

/**
 * An HTTP/1.1 connection that reads bodies into buffers of its own and uses them again and again:
 * that takes an eighth of the processor's time of `fetch` or node:http, which allocate each piece.
 */
export class Connection {
  readonly origin: string;
  readonly host: string;
  #socket: Socket | undefined;
  readonly #options: ConnectionOptions;
  readonly #buffers: ReadBuffers = readBuffers();
  #phase: Phase = { kind: "idle" };
  /** Why reading is held back: no room, or the rate limit. */
  readonly #holds = new Set<"room" | "rate" | "waiting">();
  #rateTimer: NodeJS.Timeout | undefined;
  #writes = 0;
  #heardAt = 0;
  #watch: NodeJS.Timeout | undefined;
  #failure: unknown;
  /** Bytes that arrived otherwise than into the buffers, or too early, and wait for room there. */
  #pending: Buffer = Buffer.alloc(0);
  /** Answers that were read to their end. */
  answers = 0;
  #keepsAlive = true;

  private constructor(url: URL, options: ConnectionOptions) {
    this.origin = url.origin;
    this.host = url.host;
    this.#options = options;
  }

  /** @throws NetworkError; the signal's reason when aborted */
  static async open(
    url: URL,
    options: ConnectionOptions,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(url, options);
    await connection.#open(url, signal);
    return connection;
  }

  /** Whether it can carry a request. */
  get isOpen(): boolean {
    return this.#failure === undefined && this.#keepsAlive;
  }

  /** Whether it is of no use any more, not even to read the rest of an answer. */
  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** Sends a GET and resolves with the answer's head; its body waits for {@link readBody}. */
  get(url: URL, headers: Readonly<Record<string, string>>): Promise<ResponseHead> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#phase = { kind: "head", resolve, reject };
      this.#buffers.rewind();
      this.#startWatch(this.#options.answerTimeout, "no answer");
      const lines = [`GET ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`];
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      this.#socket?.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    });
  }

  /**
   * Hands a body of `length` bytes to the sink, in order, and resolves when all of it is written.
   * Where the connection fails, what had come is written before the rejection.
   */
  readBody(length: number, sink: BodySink): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#phase = { kind: "body", left: length, sink, resolve, reject };
      this.#startWatch(this.#options.stallTimeout, "no byte came");
      const buffer = this.#buffers.current();
      try {
        const early = buffer.filled - buffer.start;
        if (early > 0) this.#onBody(early);
        else if (length === 0) this.#settleBody();
      } catch (error) {
        this.#fail(error);
      }
      this.#release("waiting");
    });
  }

  /** Ends it at once; a request under way rejects with `reason`. */
  destroy(reason: unknown): void {
    this.#fail(reason);
  }

  async #open(url: URL, signal: AbortSignal): Promise<void> {
    const { proxy, answerTimeout: timeout } = this.#options;
    const onread = {
      buffer: () => this.#buffers.room(),
      callback: (count: number, given: Uint8Array) => this.#onRead(count, given),
    };
    const { socket, readsIntoBuffer } = await connect(url, { proxy, signal, timeout, onread });
    this.#socket = socket;
    if (!readsIntoBuffer) socket.on("data", (bytes: Buffer) => this.#onData(bytes));
    socket.on("error", (cause) => this.#fail(this.#broken(describeNetworkFailure(cause), cause)));
    socket.on("end", () => this.#fail(this.#broken("the connection was closed")));
    socket.on("close", () => this.#fail(this.#broken("the connection was closed")));
    socket.resume(); // one that has been a tunnel's was paused
  }

  /** `count` bytes were put into `given`. Returns whether more are welcome. */
  #onRead(count: number, given: Uint8Array): boolean {
    // TLS goes on with what it has decrypted already.
    if (this.#holds.size > 0) this.#onData(Buffer.from(given.subarray(0, count)));
    else this.#take(count, given);
    return this.#holds.size === 0;
  }

  /** Works on `count` bytes that lie in `given`. */
  #take(count: number, given: Uint8Array): void {
    // A head that comes byte by byte must come to its end in time as well.
    if (this.#phase.kind === "body") this.#heardAt = Date.now();
    const room = this.#buffers.room();
    // Room that was given out before a short body ended lies in the buffer before.
    if (given.buffer !== room.buffer || given.byteOffset !== room.byteOffset) {
      room.set(given.subarray(0, count));
    }
    this.#buffers.current().filled += count;
    try {
      if (this.#phase.kind === "head") this.#onHead();
      else if (this.#phase.kind === "body") this.#onBody(count);
      else throw this.#broken("bytes came that nobody asked for");
    } catch (error) {
      this.#fail(error);
    }
  }

  #onHead(): void {
    const buffer = this.#buffers.current();
    const parsed = parseResponseHead(buffer.bytes.subarray(0, buffer.filled), this.host);
    if (parsed === undefined || this.#phase.kind !== "head") return;
    buffer.start = parsed.bodyStart;
    const { resolve } = this.#phase;
    this.#phase = { kind: "waiting" };
    this.#stopWatch();
    this.#hold("waiting");
    this.#keepsAlive = parsed.head.keepsAlive;
    resolve(parsed.head);
  }

  #onBody(count: number): void {
    if (this.#phase.kind !== "body") return;
    const phase = this.#phase;
    if (count > phase.left) {
      this.#buffers.current().filled -= count; // not one of them may be written
      throw this.#broken("more bytes came than were promised");
    }
    phase.left -= count;
    const wait = phase.sink.onBytes(count);
    const { bytes, filled } = this.#buffers.current();
    if (phase.left === 0 || filled === bytes.length) this.#handOn();
    if (wait > 0 && phase.left > 0) {
      this.#hold("rate");
      this.#rateTimer = setTimeout(() => this.#release("rate"), wait);
    }
  }

  /** Has the current buffer's bytes written, and goes on with the next. */
  #handOn(): void {
    if (this.#phase.kind !== "body") return;
    const { sink } = this.#phase;
    const buffer = this.#buffers.current();
    if (buffer.filled > buffer.start) {
      buffer.isBusy = true;
      this.#writes += 1;
      void sink.write(buffer.bytes.subarray(buffer.start, buffer.filled)).then(
        () => this.#onWritten(buffer),
        (error: unknown) => {
          if (this.#phase.kind === "body") this.#phase.failure ??= error;
          this.#fail(error);
          this.#onWritten(buffer);
        },
      );
    }
    if (this.#buffers.advance().isBusy) this.#hold("room");
  }

  #onWritten(buffer: ReadBuffer): void {
    buffer.isBusy = false;
    this.#writes -= 1;
    if (buffer === this.#buffers.current()) {
      this.#buffers.rewind();
      this.#release("room");
    }
    this.#settleBody();
  }

  /** Ends a body that is whole or has failed, once what came of it is written. */
  #settleBody(): void {
    if (this.#writes > 0 || this.#phase.kind !== "body") return;
    const { left, failure, resolve, reject } = this.#phase;
    if (left > 0 && failure === undefined) return;
    this.#stopWatch();
    this.#phase = { kind: "idle" };
    this.#holds.clear();
    if (failure !== undefined) return reject(failure);
    this.answers += 1;
    resolve();
  }

  /** The first failure counts; what has come of a body is written first. */
  #fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#stopWatch();
    clearTimeout(this.#rateTimer);
    this.#socket?.destroy();
    const phase = this.#phase;
    if (phase.kind === "head") phase.reject(reason);
    if (phase.kind !== "body") return;
    // A connection that breaks off after the last byte takes nothing along.
    if (phase.left > 0 || !(reason instanceof NetworkError)) phase.failure ??= reason;
    if (phase.left > 0 && !this.#buffers.current().isBusy) this.#handOn();
    this.#settleBody();
  }

  #hold(why: "room" | "rate" | "waiting"): void {
    this.#holds.add(why);
    this.#socket?.pause();
  }

  #release(why: "room" | "rate" | "waiting"): void {
    this.#holds.delete(why);
    if (this.#holds.size > 0 || this.#failure !== undefined) return;
    this.#heardAt = Date.now(); // what was held back here is not the server's delay
    this.#drainPending();
    if (this.#holds.size === 0) this.#socket?.resume();
  }

  #onData(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#drainPending();
  }

  #drainPending(): void {
    while (this.#pending.length > 0 && this.#holds.size === 0) {
      const room = this.#buffers.room();
      const copied = this.#pending.copy(room);
      this.#pending = this.#pending.subarray(copied);
      this.#take(copied, room);
    }
  }

  #startWatch(limit: number, what: string): void {
    this.#stopWatch();
    this.#heardAt = Date.now();
    const check = (): void => {
      if (this.#holds.size > 0 || Date.now() - this.#heardAt < limit) return;
      this.#fail(this.#broken(`${what} for ${limit / 1000} s`));
    };
    this.#watch = setInterval(check, Math.min(1000, Math.max(10, limit / 4)));
  }

  #stopWatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #broken(reason: string, cause?: unknown): NetworkError {
    return new NetworkError(this.host, reason, cause === undefined ? {} : { cause });
  }
}
