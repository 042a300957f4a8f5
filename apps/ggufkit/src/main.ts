#!/usr/bin/env node
import { runMain } from "@ggufkit/terminal";

import { ggufkitProgram } from "./program.ts";
import { isUsageError } from "./usage-error.ts";

await runMain(
  "ggufkit",
  async ({ signal }) => {
    await ggufkitProgram({ env: process.env, signal }).parseAsync(process.argv);
  },
  { isUsageError },
);
