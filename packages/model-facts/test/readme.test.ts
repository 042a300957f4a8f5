import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PACKAGE = new URL("../", import.meta.url);
const CARD = new URL("../../../examples/qwen3-235b-a22b/card.md", import.meta.url);

it("the README's example runs", async () => {
  const readme = await readFile(new URL("README.md", PACKAGE), "utf8");
  const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  const program = example.replace(
    '"card.md", "utf8"',
    `${JSON.stringify(fileURLToPath(CARD))}, "utf8"`,
  );
  const show = 'console.log(sheet.get("experts.total").value, sheet.contradictions.length);';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program + show],
    { cwd: PACKAGE },
  );
  expect(stdout).toBe("128 0\n");
});
