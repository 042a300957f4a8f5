#!/usr/bin/env node
import { runMain } from "@ggufkit/terminal";

import { ggufkitProgram } from "./program.ts";
import { isUnknownSource } from "./source.ts";

await runMain(
  "ggufkit",
  async ({ signal }) => {
    await ggufkitProgram({ env: process.env, signal }).parseAsync(process.argv);
  },
  { isUsageError: isUnknownSource },
);
