import { InvalidWishError } from "../errors.ts";

/** A point in llama.cpp's history: its day, the number of a build, and a release. */
export type LlamaPoint = {
  readonly day: string;
  readonly build: number;
  readonly release: readonly [major: number, minor: number, patch: number];
};

/**
 * From then on YaRN lifts the server's cap of a slot at the file's `context_length`
 * (https://github.com/ggml-org/llama.cpp/pull/28030). The build and the release are the first that
 * are known to have it, 10729 and 0.3.0 have not: those in between are taken for older ones, which
 * get a flag that does no harm to others.
 */
const CAP_LIFTED: LlamaPoint = { day: "2026-08-30", build: 10_754, release: [0, 5, 0] };

/** Whether a build of llama.cpp caps a slot at the file's `context_length` whatever YaRN says. */
export function capsContext(build: string): boolean {
  return isBuiltBefore(build, CAP_LIFTED);
}

/**
 * Whether a build is older than a point. It is told by its day (2026-08-30), its number (b10754), a
 * release (v0.5.0), or what `llama-server --version` prints.
 *
 * @throws InvalidWishError for none of these.
 */
export function isBuiltBefore(build: string, point: LlamaPoint): boolean {
  if (/^\d{4}-\d{2}-\d{2}$/.test(build) && !Number.isNaN(Date.parse(build)))
    return build < point.day;
  const number = /^b?(\d{3,7})$|\bbuild (\d{1,7})\b|^version: (\d{3,7}) \(/.exec(build);
  if (number !== null) return Number(number[1] ?? number[2] ?? number[3]) < point.build;
  const release = /^v?(\d+)\.(\d+)\.(\d+)\b/.exec(build);
  if (release !== null) return isOlder(release.slice(1, 4).map(Number), point.release);
  const expected = "a build of llama.cpp, such as 2026-08-30, b10754 or v0.5.0";
  throw new InvalidWishError("llamaBuild", build, expected);
}

function isOlder(release: readonly number[], than: readonly number[]): boolean {
  const at = than.findIndex((part, index) => part !== release[index]);
  return at !== -1 && (release[at] ?? 0) < (than[at] ?? 0);
}
