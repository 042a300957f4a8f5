import {
  verifyMerged,
  verifyShards,
  type VerifiedSet,
  type VerifyEvent,
} from "@ggufkit/shards/node";
import { colours, follow, InvalidInputError, writeOut } from "@ggufkit/terminal";

import { UnreadableError } from "./errors.ts";
import { commandSettings } from "./hub-settings.ts";
import { jsonText } from "./json-text.ts";
import { type LateBar, lateBar } from "./late-bar.ts";
import type { CommandContext } from "./program.ts";
import { renderVerification } from "./render-verification.ts";
import { verificationOf } from "./verification.ts";
import { type Against, findAgainst } from "./verify-against.ts";
import type { VerifyCommandOptions } from "./verify-command.ts";

/**
 * Verifies the set that a shard belongs to and prints what was found.
 *
 * @throws {InvalidInputError} where something is wrong
 * @throws {ShardError} where the set cannot be read at all
 * @throws {UnreadableError} where none of its files is there
 * @throws {UsageError | AgainstError | HubError} for a SOURCE that it cannot be held against
 */
export async function verifyModel(
  source: string,
  { against, json }: VerifyCommandOptions,
  context: CommandContext,
): Promise<void> {
  const held = against === undefined ? undefined : await findAgainst(against, source, context);
  const verified = await verifyShown(source, held, context);
  if (verified.files.every(({ bytes }) => bytes === undefined))
    throw new UnreadableError(`${source}: there is no such file`);
  const verification = verificationOf(verified, { source, against });
  const colour = colours({ stream: process.stdout, env: context.env });
  await writeOut(json ? jsonText(verification) : renderVerification(verification, colour));
  const problems = verification.findings.length;
  if (problems > 0)
    throw new InvalidInputError(
      `${source}: ${problems} ${problems === 1 ? "problem" : "problems"}`,
    );
}

async function verifyShown(
  source: string,
  held: Against | undefined,
  context: CommandContext,
): Promise<VerifiedSet> {
  const settings = await commandSettings(context);
  const shown = hashingBars(context);
  try {
    const { signal } = context;
    const verifying =
      held !== undefined && "shards" in held
        ? verifyMerged(source, held.shards, { signal })
        : verifyShards(source, { settings, signal, expected: held?.digests });
    return await follow(verifying, (event) => shown.show(event));
  } finally {
    shown.end();
  }
}

/** A bar for each file, one after the other. */
function hashingBars(context: CommandContext): { show(event: VerifyEvent): void; end(): void } {
  let shown: { readonly file: string; readonly bar: LateBar } | undefined;
  return {
    show(event) {
      if (event.type !== "hashing") return;
      const { file, done, total } = event;
      if (shown?.file !== file) {
        shown?.bar.end();
        shown = { file, bar: lateBar(file, context) };
      }
      shown.bar.update(done, total);
    },
    end: () => shown?.bar.end(),
  };
}
