import { InvalidWishError } from "../errors.ts";

/**
 * From then on YaRN lifts the server's cap of a slot at the file's `context_length`
 * (https://github.com/ggml-org/llama.cpp/pull/28030). Builds in between are taken for older ones:
 * the flag that they get does no harm to others.
 */
const LIFTED = {
  day: "2026-08-30",
  /** The first that is known to have it; 10729 has not. */
  build: 10_754,
  /** The first release that is known to have it; 0.3.0 has not. */
  release: [0, 5, 0],
} as const;

/**
 * Whether a build of llama.cpp caps a slot at the file's `context_length` whatever YaRN says. It is
 * told by its day (2026-08-30), its number (b10754), a release (v0.5.0), or what `llama-server
 * --version` prints.
 *
 * @throws InvalidWishError for none of these.
 */
export function capsContext(build: string): boolean {
  if (/^\d{4}-\d{2}-\d{2}$/.test(build) && !Number.isNaN(Date.parse(build)))
    return build < LIFTED.day;
  const number = /^b?(\d{3,7})$|\bbuild (\d{1,7})\b|^version: (\d{3,7}) \(/.exec(build);
  if (number !== null) return Number(number[1] ?? number[2] ?? number[3]) < LIFTED.build;
  const release = /^v?(\d+)\.(\d+)\.(\d+)\b/.exec(build);
  if (release !== null) return isOlder(release.slice(1, 4).map(Number), LIFTED.release);
  const expected = "a build of llama.cpp, such as 2026-08-30, b10754 or v0.5.0";
  throw new InvalidWishError("llamaBuild", build, expected);
}

function isOlder(release: readonly number[], lifted: readonly number[]): boolean {
  const at = lifted.findIndex((part, index) => part !== release[index]);
  return at !== -1 && (release[at] ?? 0) < (lifted[at] ?? 0);
}
