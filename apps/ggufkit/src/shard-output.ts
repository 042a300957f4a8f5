import type { ShardEvent } from "@ggufkit/shards/node";
import { writeOut } from "@ggufkit/terminal";

import { lateBar } from "./late-bar.ts";
import type { CommandContext } from "./program.ts";
import { doneNote, planNote, shardNote, type ShardVerb } from "./shard-note.ts";
import { jsonOutput, type WorkOutput } from "./work-output.ts";

/** What merging or splitting ends with. */
export interface ShardResult {
  /** Absolute, of what was written; the first shard first. */
  readonly paths: readonly string[];
  /** `present`: it was there already, byte for byte. */
  readonly state: "written" | "present";
  /** The same for programs. */
  readonly json: object;
}

/** What is merged or split. */
export interface ShardWork {
  /** Name of the one file that the shards become, or come from. */
  readonly file: string;
  readonly verb: ShardVerb;
}

/** How merging and splitting tell what happens. */
export type ShardOutput = WorkOutput<ShardEvent, ShardResult>;

/** Events on stderr and the paths on stdout, or with `--json` all as lines of JSON. */
export function shardOutput(
  isJson: boolean,
  work: ShardWork,
  context: CommandContext,
): ShardOutput {
  if (!isJson) return textOutput(work, context);
  const output = jsonOutput<ShardEvent, object>(context);
  return { ...output, result: ({ json }) => output.result(json) };
}

function textOutput({ file, verb }: ShardWork, context: CommandContext): ShardOutput {
  const bar = lateBar(file, context);
  let planned: EventOf<"planned"> | undefined;
  let done: EventOf<"done"> | undefined;
  return {
    show(event) {
      if (event.type === "planned") planned = event;
      if (event.type === "done") done = event;
      // Only now is it known that it was not done before.
      if (event.type === "started" && planned !== undefined) {
        bar.note(planNote(planned, verb));
        planned = undefined;
      }
      const note = shardNote(event);
      if (note !== undefined) bar.note(note);
      if (event.type === "progress") bar.update(event.done, event.total);
    },
    hint: (line) => bar.note(line),
    async result({ paths, state }) {
      if (done !== undefined) bar.note(doneNote(done, state));
      await writeOut(paths.map((path) => `${path}\n`).join(""));
    },
    failure: () => Promise.resolve(),
    end(note) {
      if (note !== undefined) bar.note(note);
      bar.end();
    },
  };
}

type EventOf<Type extends ShardEvent["type"]> = Extract<ShardEvent, { type: Type }>;
