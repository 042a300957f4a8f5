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
  UND_ERR_HEADERS_TIMEOUT: "no answer came",
  UND_ERR_BODY_TIMEOUT: "the answer stalled",
  UND_ERR_SOCKET: "the connection broke off",
};

// An error's chain of causes is short; a cycle must end.
const MAX_CAUSES = 8;

/**
 * Why a fetch failed, in words. Node's fetch says "fetch failed" and hides the system's code in its
 * cause, which may in turn be an AggregateError with one error an address.
 */
export function describeNetworkFailure(error: unknown): string {
  let last: unknown = error;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < MAX_CAUSES; depth++) {
    const reason = REASONS[codeOf(at)];
    if (reason !== undefined) return `${reason} (${codeOf(at)})`;
    last = at;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return last instanceof Error ? last.message : String(last);
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
