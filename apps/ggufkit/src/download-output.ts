import type { HubEvent } from "@ggufkit/hub";
import { writeOut } from "@ggufkit/terminal";
import { transferDisplay } from "@ggufkit/terminal/transfer";

import type { DownloadedModel } from "./download-record.ts";
import type { CommandContext } from "./program.ts";
import { jsonOutput, type WorkOutput } from "./work-output.ts";

/** How a download tells what happens. */
export type DownloadOutput = WorkOutput<HubEvent, DownloadedModel>;

/** Events on stderr and the paths on stdout, or with `--json` all as lines of JSON. */
export function downloadOutput(isJson: boolean, context: CommandContext): DownloadOutput {
  return isJson ? jsonOutput(context) : textOutput(context);
}

/** Bars and lines on stderr, the paths on stdout. */
function textOutput({ env }: CommandContext): DownloadOutput {
  const shown = transferDisplay({ env });
  return {
    show: (event) => shown.show(event),
    hint: (line) => shown.note(line),
    async result({ files }) {
      await writeOut(files.map(({ path }) => `${path}\n`).join(""));
    },
    failure: () => Promise.resolve(),
    end(note) {
      if (note !== undefined) shown.note(note);
      shown.end();
    },
  };
}
