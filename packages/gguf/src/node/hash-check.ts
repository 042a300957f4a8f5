import {
  judgeCheck,
  planCheck,
  type CheckPlan,
  type CheckSelection,
  type ManifestCheck,
} from "../hash/check-manifest.ts";
import type { Manifest } from "../hash/manifest.ts";
import { hashTensors, type HashEvent, type HashingOptions } from "./hash-tensors.ts";

/** Which lines `checkFileHashes` checks and how. */
export interface ManifestCheckOptions extends CheckSelection, HashingOptions {}

/**
 * Checks a file against a manifest, and computes only what that lists. A wrong digest is a result,
 * not an error.
 *
 * @throws {GgufError} as `hashFile` does
 * @throws the signal's reason
 */
export async function* checkFileHashes(
  path: string,
  manifest: Manifest,
  options: ManifestCheckOptions = {},
): AsyncGenerator<HashEvent, ManifestCheck> {
  let plan: CheckPlan | undefined;
  const digests = yield* hashTensors(
    path,
    ({ tensors }) => (plan = planCheck(manifest, path, tensors, options)).request,
    options,
  );
  return judgeCheck(plan ?? planCheck(manifest, path, []), digests);
}
