import { NoSpaceError, planModel, resolveModel } from "@ggufkit/hub";
import { ClosedOutputError, colours, follow, writeOut } from "@ggufkit/terminal";
import type { DownloadOptions } from "./download-command.ts";
import { downloadOutput } from "./download-output.ts";
import { projectorText } from "./download-projector.ts";
import {
  downloadedModel,
  type DownloadedModel,
  type DownloadRecord,
  foldRecord,
  NO_RECORD,
} from "./download-record.ts";
import { downloadRequest } from "./download-request.ts";
import { jsonText } from "./json-text.ts";
import type { CommandContext } from "./program.ts";
import { renderPlan } from "./render-plan.ts";
import { tellWork } from "./work-output.ts";

/**
 * Brings the model that `source` names onto this machine and prints where it is; or prints what
 * that would take.
 *
 * @throws {UsageError} for a source that is no place
 * @throws {HubError}
 */
export async function downloadModel(
  source: string,
  options: DownloadOptions,
  context: CommandContext,
): Promise<void> {
  const act = options.dryRun ? printPlan : download;
  await act(source, options, context);
}

async function printPlan(
  source: string,
  options: DownloadOptions,
  context: CommandContext,
): Promise<void> {
  const { reference, resolve } = await downloadRequest(source, options, context);
  const plan = await planModel(reference, resolve);
  const colour = colours({ stream: process.stdout, env: context.env });
  const projector = projectorText(reference, plan);
  await writeOut(options.json ? jsonText(plan) : renderPlan(plan, projector, colour));
  const { directory, needed, available } = plan.disk;
  if (needed > available) throw new NoSpaceError(directory, { needed, available });
}

async function download(
  source: string,
  options: DownloadOptions,
  context: CommandContext,
): Promise<void> {
  const output = downloadOutput(options.json === true, context);
  let record = NO_RECORD;
  const fetchModel = async (): Promise<DownloadedModel> => {
    const { reference, resolve } = await downloadRequest(source, options, context);
    const model = await follow(resolveModel(reference, resolve), async (event) => {
      record = foldRecord(record, event);
      await output.show(event);
      const projector = event.type === "planned" && projectorText(reference, event.plan);
      if (projector) output.hint(projector);
    });
    return downloadedModel(model, record);
  };
  await tellWork(output, fetchModel, (error) => keptText(error, record, context.signal));
}

/** Failures that another run may be spared. */
const PASSING: ReadonlySet<unknown> = new Set(["network", "http-status", "rate-limited"]);

function keptText(
  error: unknown,
  { isPartKept }: DownloadRecord,
  signal: AbortSignal,
): string | undefined {
  const isPassing = error instanceof Error && "code" in error && PASSING.has(error.code);
  const isClosed = error instanceof ClosedOutputError || signal.reason instanceof ClosedOutputError;
  if (!isPartKept || isClosed || !(signal.aborted || isPassing)) return undefined;
  return "what can be resumed is kept: the same command goes on from there";
}
