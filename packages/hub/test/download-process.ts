import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ChunkOptions } from "../src/index.ts";
import { closing } from "./support.ts";

const PROGRAM = fileURLToPath(new URL("download-program.mjs", import.meta.url));

/** What `download-program.mjs` is to do. */
export interface DownloadJob {
  /** As text. */
  reference: string;
  /** Where the caches are. */
  directory: string;
  /** Added to an environment that says nothing but where the caches are. */
  env?: Record<string, string>;
  out?: string;
  connections?: number;
  chunks?: ChunkOptions;
  /** A module's URL. */
  hashWorker?: string;
  /** Whether shards are joined, as `joinBehindHead` does it. */
  joins?: boolean;
}

/** A line that it prints: an event, `result` or `error`. */
export interface DownloadLine {
  type: string;
  file?: string;
  done?: number;
  files?: string[];
  message?: string;
}

/** A download in a process of its own. */
export interface DownloadProcess {
  pid: number;
  /** What it has printed so far, progress left out. */
  lines: DownloadLine[];
  /** Bytes of the file that it had when it first told of any, and when it last did. */
  received: { first?: number; last?: number };
  /** Its exit code, or the signal that it died of. */
  ended: Promise<number | NodeJS.Signals>;
  /** Resolves when such a line comes; rejects when the process ends before. */
  line: (is: (line: DownloadLine) => boolean) => Promise<DownloadLine>;
  kill: (signal: NodeJS.Signals) => void;
}

/** Starts one, which dies with the test. */
export function startDownload(job: DownloadJob): DownloadProcess {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {},
  });
  const lines: DownloadLine[] = [];
  const received: DownloadProcess["received"] = {};
  const listeners = new Set<(line: DownloadLine) => void>();
  createInterface(child.stdout).on("line", (text) => {
    const line = JSON.parse(text) as DownloadLine;
    if (line.type !== "progress") lines.push(line);
    if (line.done !== undefined) {
      received.first ??= line.done;
      received.last = line.done;
    }
    for (const listener of listeners) listener(line);
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1));
  });
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  closing({
    async close() {
      kill("SIGKILL");
      await ended;
    },
  });
  return {
    pid: child.pid ?? 0,
    lines,
    received,
    ended,
    line(is) {
      return new Promise((resolve, reject) => {
        const listener = (line: DownloadLine): void => void (is(line) && resolve(line));
        for (const line of lines) listener(line);
        listeners.add(listener);
        void ended.then((end) => reject(new Error(`ended with ${end}: ${JSON.stringify(lines)}`)));
      });
    },
    kill,
  };
}
