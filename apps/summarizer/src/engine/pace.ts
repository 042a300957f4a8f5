import type { LlamaModel } from "node-llama-cpp";

/** How fast an engine works. */
export interface Pace {
  /** Threads to work with. */
  readonly threads: number;
  /** Seconds a token in which one thread alone reads a text or writes it. */
  readonly pace: number;
}

/** Tokens by which a pace is taken: some 50 ms of a small model. */
const TOKENS = 12;

/** So few tokens take all threads of an idle machine up to twice as long as one; a busy one, far longer. */
const BUSY = 3;

/**
 * Takes the pace of a model. The engine's threads wait for each other by spinning: on a machine that
 * is busy otherwise, two can take a hundred times as long as one, which is then taken.
 */
export async function paceOf(model: LlamaModel, threads: number): Promise<Pace> {
  if (threads === 1) return { threads, pace: Number.POSITIVE_INFINITY };
  const alone = await secondsFor(model, 1);
  const isBusy = async (): Promise<boolean> => (await secondsFor(model, threads)) > BUSY * alone;
  // What is busy for a moment is not busy: it is asked twice.
  const chosen = (await isBusy()) && (await isBusy()) ? 1 : threads;
  return { threads: chosen, pace: alone / TOKENS };
}

/** Half of the tokens are read at once, half one after the other, as if written. */
async function secondsFor(model: LlamaModel, threads: number): Promise<number> {
  const context = await model.createContext({ contextSize: 64, threads });
  const sequence = context.getSequence();
  const [token] = model.tokenize("a", false);
  const tokens = token === undefined ? [] : Array<typeof token>(TOKENS / 2).fill(token);
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 1));
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  for (const one of tokens) await sequence.evaluateWithoutGeneratingNewTokens([one]);
  const seconds = (performance.now() - start) / 1000;
  await context.dispose();
  return seconds;
}
