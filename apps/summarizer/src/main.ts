#!/usr/bin/env node
import { ModelReferenceError, UnknownAliasError } from "@ggufkit/hub";
import { runMain } from "@ggufkit/terminal";
import { summarizeCommand } from "./command.ts";

await runMain(
  "ggufkit-summarize",
  async ({ signal }) => {
    await summarizeCommand({ env: process.env, signal }).parseAsync(process.argv);
  },
  {
    isUsageError: (error) =>
      error instanceof ModelReferenceError || error instanceof UnknownAliasError,
  },
);
