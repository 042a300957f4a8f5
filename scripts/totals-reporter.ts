import type { Reporter, TestModule } from "vitest/node";

/**
 * Prints `N passed, N failed, N skipped` alone on the last line, the one line that CI reads. A file
 * that fails to load counts as a failure, although none of its tests ran.
 */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const totals = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      totals.failed += module.errors().length;
      for (const test of module.children.allTests()) totals[test.result().state] += 1;
    }
    const { passed, failed, skipped, pending } = totals;
    // The default reporter prints its own summary in the same turn: wait for it.
    setImmediate(() =>
      process.stdout.write(`${passed} passed, ${failed} failed, ${skipped + pending} skipped\n`),
    );
  }
}
