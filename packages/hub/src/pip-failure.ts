import { PipError } from "./errors.ts";

/** A run of pip that is over. */
export interface PipRun {
  stdout: string;
  stderr: string;
  exitCode: number | null;
}

const NO_PIP = /No module named pip|No module named 'pip'/;
const NO_NETWORK = new RegExp(
  [
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "getaddrinfo failed",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "ConnectionResetError",
    "Connection (?:refused|aborted|reset)",
    "Max retries exceeded",
  ].join("|"),
);
const NO_PACKAGE = /No matching distribution found|Could not find a version/;

// Empty lines, tracebacks with their heading, advice to upgrade.
const NOISE = /^(?:$|\s|Traceback|ERROR: Exception:|\[notice\])/;

/** The error of a run of pip that failed. */
export function explainPipFailure(place: string, run: PipRun): PipError {
  const log = `${run.stdout}\n${run.stderr}`;
  const line = lastUsefulLine(run);
  if (NO_PIP.test(log)) {
    return new PipError(place, "no-pip", "Python has no pip; install it (python3 -m ensurepip)");
  }
  // Without a network pip ends with "no matching distribution", so look for its cause first.
  if (NO_NETWORK.test(log)) {
    return new PipError(place, "network", `pip cannot reach the package index: ${line}`);
  }
  if (NO_PACKAGE.test(log)) {
    const problem = `no such package or version with a wheel for this Python: ${line}`;
    return new PipError(place, "no-such-package", problem);
  }
  return new PipError(place, "other", `pip ended with exit code ${run.exitCode}: ${line}`);
}

/** The error of a Python that could not be started. */
export function explainNoPython(place: string, python: readonly string[], cause: Error): PipError {
  const command = python.join(" ");
  const isAbsent = "code" in cause && cause.code === "ENOENT";
  const problem = isAbsent ? `there is no ${command}; install Python with pip` : cause.message;
  return new PipError(place, isAbsent ? "no-python" : "other", problem, { cause });
}

/** pip's last line that says ERROR, else its last line that is no part of a traceback. */
function lastUsefulLine({ stdout, stderr }: PipRun): string {
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/).filter((line) => !NOISE.test(line));
  const last = lines.findLast((line) => line.startsWith("ERROR:")) ?? lines.at(-1);
  return last?.replace(/^ERROR:\s*/, "").trim() ?? "it said nothing";
}
