import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PlaceContext } from "./events.ts";

// No run of pip takes so long: what is older was left by one that was killed.
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** An empty directory for one run of pip, on the disk of the cache. Its user removes it. */
export async function makePipDirectory({
  settings,
}: Pick<PlaceContext, "settings">): Promise<string> {
  const root = join(settings.cacheDir, "tmp");
  await removeAbandoned(root);
  const directory = join(root, `pip-${process.pid}-${randomBytes(4).toString("hex")}`);
  await mkdir(directory, { recursive: true });
  return directory;
}

/** Removes it with all that pip left there. */
export async function removePipDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function removeAbandoned(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names.filter((one) => one.startsWith("pip-"))) {
    const stats = await stat(join(root, name)).catch(() => undefined); // another run removed it
    const isOld = stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS;
    // That it cannot be removed is no reason to fetch nothing.
    if (isOld) await removePipDirectory(join(root, name)).catch(() => {});
  }
}
