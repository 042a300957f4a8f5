import type { HubEvent, ModelReference, ResolvedModel } from "@ggufkit/hub";
import { singleLine, writeOut } from "@ggufkit/terminal";
import { transferDisplay } from "@ggufkit/terminal/transfer";
import { eventLines, failureLine, resultLine } from "./download-json.ts";
import { projectorText } from "./download-projector.ts";
import { downloadedModel, type DownloadRecord } from "./download-record.ts";
import type { CommandContext } from "./program.ts";

/** How a download tells what happens. */
export interface DownloadOutput {
  show(event: HubEvent, reference: ModelReference): void | Promise<void>;
  result(model: ResolvedModel, record: DownloadRecord): Promise<void>;
  failure(reason: unknown): Promise<void>;
  /** The last line on stderr, whatever goes to stdout; ends what is shown live. */
  end(note?: string): void;
}

/** Bars and lines on stderr, the paths on stdout. */
export function textOutput({ env }: CommandContext): DownloadOutput {
  const shown = transferDisplay({ env });
  return {
    show(event, reference) {
      shown.show(event);
      const projector = event.type === "planned" && projectorText(reference, event.plan);
      if (projector) shown.note(projector);
    },
    async result(model, record) {
      const { files } = await downloadedModel(model, record);
      await writeOut(files.map(({ path }) => `${path}\n`).join(""));
    },
    failure: () => Promise.resolve(),
    end(note) {
      if (note !== undefined) shown.note(note);
      shown.end();
    },
  };
}

/** One JSON document a line on stdout: the events, then the result or the error. */
export function jsonOutput({ signal }: CommandContext): DownloadOutput {
  const lineOf = eventLines(() => performance.now());
  return {
    async show(event) {
      const line = lineOf(event);
      if (line !== "") await writeOut(line);
    },
    async result(model, record) {
      await writeOut(resultLine(await downloadedModel(model, record)));
    },
    async failure(reason) {
      // That nobody reads on is no news beside the error itself.
      await writeOut(failureLine(reason, signal.aborted)).catch(() => undefined);
    },
    end(note) {
      if (note !== undefined) process.stderr.write(`${singleLine(note)}\n`);
    },
  };
}
