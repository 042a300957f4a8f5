#!/usr/bin/env node
import { ModelReferenceError, UnknownAliasError } from "@ggufkit/hub";
import { runMain } from "@ggufkit/terminal";
import { summarizeProgram } from "./program.ts";

await runMain(
  "ggufkit-summarize",
  async ({ signal }) => {
    await summarizeProgram({ env: process.env, signal }).parseAsync(process.argv);
  },
  {
    isUsageError: (error) =>
      error instanceof ModelReferenceError || error instanceof UnknownAliasError,
  },
);
