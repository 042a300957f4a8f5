const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name cannot be resolved",
  EAI_AGAIN: "the host name cannot be resolved",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "connecting took too long",
  UND_ERR_CONNECT_TIMEOUT: "connecting took too long",
  UND_ERR_SOCKET: "the connection broke off",
};

/** An error's chain of causes is short; a cycle must end. */
const MOST_CAUSES = 8;

/** Why a fetch failed, in words: Node says "fetch failed" and hides the reason among its causes. */
export function describeFailure(error: unknown): string {
  let last: unknown = error;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < MOST_CAUSES; depth++) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    if (REASONS[code] !== undefined) return `${REASONS[code]} (${code})`;
    last = at;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return last instanceof Error ? last.message : String(last);
}
