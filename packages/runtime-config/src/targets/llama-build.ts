import { InvalidWishError } from "../errors.ts";

/** From then on a slot's context is no longer capped at the file's `context_length`. */
const CAP_LIFTED = "2026-08-30";

/**
 * Whether a build of llama.cpp caps a slot at the file's `context_length` whatever YaRN says.
 * `built` is its day, as 2026-08-30.
 *
 * @throws InvalidWishError for what is no such day.
 */
export function capsContext(built: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(built) || Number.isNaN(Date.parse(built)))
    throw new InvalidWishError("llamaBuild", built, "the day of the build, such as 2026-08-30");
  return built < CAP_LIFTED;
}
