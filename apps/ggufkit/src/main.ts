#!/usr/bin/env node
import { runMain } from "@ggufkit/terminal";

import { ggufkitProgram } from "./program.ts";
import { isUnknownSource } from "./source.ts";

await runMain(
  "ggufkit",
  async ({ signal }) => {
    const words = process.argv.slice(2);
    const program = await ggufkitProgram(words, { env: process.env, signal });
    await program.parseAsync(words, { from: "user" });
  },
  { isUsageError: isUnknownSource },
);
