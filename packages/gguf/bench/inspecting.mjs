import { fileURLToPath } from "node:url";

import { medianTimesInTurn, runProgram } from "../../../bench/measure.mjs";
import { inMilliseconds, times } from "../../../bench/table.mjs";

const TOOL = fileURLToPath(new URL("../../../apps/ggufkit/dist/main.js", import.meta.url));
const ROUNDS = 11;

/**
 * The whole process `ggufkit inspect`, beside one that does nothing.
 * @param {import("./header-file.mjs").HeaderFile} header
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function inspecting({ path }) {
  const nothing = "node -e 0";
  const found = await medianTimesInTurn(
    {
      [nothing]: () => runProgram(process.execPath, ["-e", "0"]),
      "ggufkit inspect": () => runProgram(process.execPath, [TOOL, "inspect", path]),
      "ggufkit inspect --json": () =>
        runProgram(process.execPath, [TOOL, "inspect", path, "--json"]),
    },
    ROUNDS,
  );
  const base = found[nothing] ?? Number.NaN;
  return {
    title: "The command line, from start to end of the process",
    columns: ["Command", "Median", "Times `node -e 0`"],
    rows: Object.entries(found).map(([name, time]) => [
      name,
      inMilliseconds(time),
      times(time, base),
    ]),
    goals: [],
  };
}
