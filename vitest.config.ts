import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps,internal}/*/test/**/*.test.ts"],
    reporters: ["default", "./scripts/totals-reporter.ts"],
    // Tests with the real engine load native code and compete for two cores on a small machine.
    testTimeout: 60_000,
  },
});
