import type { VerifiedSet } from "@ggufkit/shards/node";

import { type Finding, shardFinding } from "./finding.ts";

/** A set that was verified: data that every view renders. */
export interface Verification {
  /** As it was typed. */
  readonly source: string;
  /** Where digests were taken from, as it was typed. */
  readonly against: string | undefined;
  /** Whether nothing is wrong. */
  readonly valid: boolean;
  readonly kind: VerifiedSet["kind"];
  /** In the set's order, with those that are missing. */
  readonly files: VerifiedSet["files"];
  readonly findings: readonly Finding[];
}

/** What was found, with how it was asked for. */
export function verificationOf(
  { kind, files, findings }: VerifiedSet,
  { source, against }: Pick<Verification, "source" | "against">,
): Verification {
  const valid = findings.length === 0;
  return { source, against, valid, kind, files, findings: findings.map(shardFinding) };
}
