import type { CompletionRequest, Engine, EngineUsage } from "../engine/engine.ts";
import { SummarizerError } from "../errors.ts";
import { retrying, type RetryOptions, type RetryPolicy, seededNumbers } from "./retry.ts";
import { failureOf, ServerError } from "./server-error.ts";
import { createGate, type Gate } from "./server-gate.ts";
import {
  ask,
  DEFAULT_TIMEOUTS,
  type ServerConnection,
  type ServerTimeouts,
} from "./server-http.ts";
import { findModel, modelName, type ServerModel } from "./server-model.ts";
import { createPromptCounter, type PromptCounter, type ServerPrompt } from "./server-prompt.ts";
import { type ServerApi, type TextAsked, textRequest } from "./server-request.ts";
import { readLine, type WrittenLine } from "./server-text.ts";
import { checkApiKey, serverAddress } from "./server-url.ts";

export interface ServerEngineOptions {
  /** Root of an OpenAI-compatible server, or its `/v1`. */
  readonly url: string;
  /** As the server names it; may be left out where it has only one. */
  readonly model?: string | undefined;
  /** Sent as a bearer token, and nowhere shown. */
  readonly apiKey?: string | undefined;
  /** Ends the opening, and all requests that bring no signal of their own. */
  readonly signal?: AbortSignal | undefined;
  /** Node's own unless told otherwise. */
  readonly fetch?: typeof fetch | undefined;
  /** Plain completions where the server has them, unless told otherwise. */
  readonly api?: ServerApi | undefined;
  /** Requests at once: with llama-server never more than it has slots for, with others 8. */
  readonly maxParallel?: number | undefined;
  /** Tokens that the model may think for before each sentence; it does not think unless told to. */
  readonly thoughtTokens?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** Told before a request is made again: why, and after how many seconds. */
  readonly onRetry?: ((reason: string, wait: number) => void) | undefined;
  readonly timeouts?: ServerTimeouts | undefined;
}

/** An engine on a server. */
export interface ServerEngine extends Engine {
  readonly maxParallel: number;
  readonly api: ServerApi;
  measure(prompt: string, signal?: AbortSignal): Promise<void>;
  forPage(): ServerEngine;
}

/** Half a minute in all: a restart takes seconds, and no page should fail for one. */
const TEXT_RETRY: RetryPolicy = { attempts: 7, firstWait: 0.5, longestWait: 60, total: 600 };

/** Who typed a wrong port should learn it soon; a large model takes minutes to load. */
const OPENING_RETRY: RetryPolicy = { attempts: 3, firstWait: 0.5, longestWait: 60, total: 600 };

/** Servers for many batch requests by themselves; more would only wait there. */
const DEFAULT_PARALLEL = 8;

/** Where a server does not tell: what the longest prompt of ours needs. */
const LEAST_CONTEXT = 2048;

/**
 * Opens an engine on an OpenAI-compatible server (llama-server, vLLM, SGLang, …): asks which model
 * it has, and whether it continues a text or only chats.
 *
 * @throws SummarizerError `engine` the server can't be reached, refuses, or has no such model
 */
export async function openServerEngine(options: ServerEngineOptions): Promise<ServerEngine> {
  const { url, apiKey, signal, thoughtTokens = 0 } = options;
  checkApiKey(apiKey);
  const connection: ServerConnection = {
    address: serverAddress(url),
    fetch: options.fetch ?? fetch,
    apiKey,
    timeouts: options.timeouts ?? DEFAULT_TIMEOUTS,
  };
  const policy = options.retry ?? OPENING_RETRY;
  const again = <T>(work: () => Promise<T>): Promise<T> =>
    retrying(work, { policy, random: seededNumbers(0), signal, ...judging(options) });
  const model = await again(() => findModel(connection, options.model, signal));
  // Thoughts are a matter of chats.
  const wanted: ServerApi | undefined = thoughtTokens > 0 ? "chat" : options.api;
  const api = await again(() => findApi(connection, model, wanted, signal));
  const { slots = Infinity } = model;
  const most = options.maxParallel ?? (slots === Infinity ? DEFAULT_PARALLEL : slots);
  const maxParallel = Math.max(1, Math.min(most, slots));
  const gate = createGate(maxParallel);
  const counter = createPromptCounter(connection, model);
  return engineOf({ connection, model, api, maxParallel, gate, counter, options });
}

/** What all pages of a server share. */
interface Shared {
  readonly connection: ServerConnection;
  readonly model: ServerModel;
  readonly api: ServerApi;
  readonly maxParallel: number;
  readonly gate: Gate;
  readonly counter: PromptCounter;
  readonly options: ServerEngineOptions;
}

function judging({ onRetry }: ServerEngineOptions): Pick<RetryOptions, "judge" | "onRetry"> {
  const tell = (error: unknown, wait: number): void => {
    onRetry?.(error instanceof Error ? error.message : String(error), wait);
  };
  return { judge: failureOf, onRetry: tell };
}

/** Statuses of a server that has no such way, or not for this model. */
const NOT_THIS_WAY: ReadonlySet<number | undefined> = new Set([400, 404, 405, 422, 501]);

/** Completions if one token can be had that way, else a chat. */
async function findApi(
  connection: ServerConnection,
  model: ServerModel,
  api: ServerApi | undefined,
  signal: AbortSignal | undefined,
): Promise<ServerApi> {
  const tries = (way: ServerApi): Promise<WrittenLine> => {
    const request = { prompt: "A", temperature: 0, seed: 0, maxTokens: 1, signal };
    return write(connection, model, way, request, { prompt: "A", tokens: 1, isExact: false });
  };
  try {
    await tries(api ?? "completions");
    return api ?? "completions";
  } catch (error) {
    const isOther = error instanceof ServerError && NOT_THIS_WAY.has(error.status);
    if (api !== undefined || !isOther) throw error;
  }
  await tries("chat");
  return "chat";
}

function engineOf(shared: Shared): ServerEngine {
  const { connection, model, api, maxParallel, gate, counter, options } = shared;
  const { context = LEAST_CONTEXT } = model;
  const { thoughtTokens = 0 } = options;
  const policy = options.retry ?? TEXT_RETRY;
  const usage = { readTokens: 0, readSeconds: 0, writtenTokens: 0, writeSeconds: 0 };
  const hasRoom = (tokens: number, maxTokens: number): boolean =>
    tokens + overhead(api, context) + thoughtTokens + maxTokens <= context;

  async function complete(request: CompletionRequest): Promise<string> {
    const { prompt, seed, maxTokens } = request;
    const signal = request.signal ?? options.signal;
    const counted = await counter.count(prompt, signal);
    if (!hasRoom(counted.tokens, maxTokens)) {
      const message = `${counted.tokens} tokens and ${maxTokens} more have no room in ${context}`;
      throw new SummarizerError("engine", message);
    }
    const asked = withThoughts({ ...request, signal }, thoughtTokens);
    const work = (): Promise<WrittenLine> => write(connection, model, api, asked, counted);
    const random = seededNumbers(seed);
    const written = await retrying(work, { policy, random, signal, ...judging(options) });
    usage.readTokens += written.usage?.read ?? counted.tokens;
    usage.readSeconds += written.readSeconds;
    usage.writtenTokens += written.usage?.written ?? written.pieces;
    usage.writeSeconds += written.writeSeconds;
    return written.line;
  }

  return {
    model: modelName(model),
    maxParallel,
    api,
    hasRoomFor: (prompt, maxTokens) => hasRoom(counter.known(prompt).tokens, maxTokens),
    measure: async (prompt, signal) => void (await counter.count(prompt, signal ?? options.signal)),
    complete: (request) => gate.through(() => complete(request), request.signal ?? options.signal),
    forPage: () => engineOf(shared),
    usage: (): EngineUsage => ({ ...usage }),
    dispose: async () => {},
  };
}

/** A chat has its turns' control tokens and our instruction besides; but for those, a text has few. */
function overhead(api: ServerApi, context: number): number {
  return api === "chat" ? Math.min(512, Math.floor(context / 4)) : 1;
}

/** Thoughts vary; at temperature 0 some models repeat them without end (Qwen3's card). */
const THOUGHT_TEMPERATURE = 0.6;

function withThoughts(request: CompletionRequest, thoughtTokens: number): TextAsked {
  if (thoughtTokens === 0) return request;
  const temperature = Math.max(request.temperature, THOUGHT_TEMPERATURE);
  return { ...request, temperature, maxTokens: request.maxTokens + thoughtTokens, thinks: true };
}

function write(
  connection: ServerConnection,
  model: ServerModel,
  api: ServerApi,
  request: TextAsked,
  counted: ServerPrompt,
): Promise<WrittenLine> {
  const { path, body, lineOf } = textRequest(model, api, request, counted);
  const { host } = connection.address;
  const { maxTokens, signal } = request;
  return ask(connection, { path, body, signal }, (answer) =>
    readLine(answer, { lineOf, maxTokens, host }),
  );
}
