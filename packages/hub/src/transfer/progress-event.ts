import type { HubEvent } from "../events.ts";

/** Ten a second is what a progress bar can show. */
export const PROGRESS_INTERVAL_MS = 100;

/** How far a file has come: `rate` in bytes a second, of which the seconds that are left follow. */
export function progressEvent(
  file: string,
  done: number,
  total: number | undefined,
  rate: number | undefined,
): Extract<HubEvent, { type: "progress" }> {
  const left =
    total !== undefined && rate !== undefined && rate > 0 ? (total - done) / rate : undefined;
  return {
    type: "progress",
    file,
    done,
    ...(total !== undefined && { total }),
    ...(rate !== undefined && { rate }),
    ...(left !== undefined && { left }),
  };
}
