import type { HubEvent } from "../events.ts";
import { waitSeconds } from "../retry.ts";
import { isHeld, takeClaim, type Claim } from "./claim.ts";

// Often enough that nobody sits and waits, seldom enough that it costs nothing.
const POLL_SECONDS = 0.5;

/**
 * The claim at a path; undefined where another process had it and the file is there now. It is told
 * once that another process has it.
 */
export async function* waitForClaim(
  path: string,
  wanted: {
    file: string;
    isThere: () => Promise<boolean>;
    signal: AbortSignal | undefined;
  },
): AsyncGenerator<HubEvent, Claim | undefined> {
  const { file, isThere, signal } = wanted;
  for (let isTold = false; ; isTold = true) {
    const claim = await takeClaim(path);
    if (isHeld(claim)) return claim;
    if (!isTold) yield { type: "waiting", file, ...(claim.pid > 0 && { pid: claim.pid }) };
    await waitSeconds(POLL_SECONDS, signal);
    if (await isThere()) return undefined;
  }
}
