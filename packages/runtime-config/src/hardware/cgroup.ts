/** Reads a small text file; undefined when it cannot be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** What the control groups of a process allow; undefined where they set no limit. */
export type CgroupLimits = { cores: number | undefined; memoryBytes: number | undefined };

/** Version 1 says "no limit" by the highest multiple of a page; no machine has 2^60 bytes. */
const V1_UNLIMITED: number = 2 ** 60;

const ROOT = "/sys/fs/cgroup";

/**
 * Reads the limits of control groups version 2 (`cpu.max`, `memory.max`) and version 1 (quota and
 * period, `limit_in_bytes`). A limit of an enclosing group binds, too, so the lowest one counts.
 */
export async function readCgroupLimits(readText: ReadText): Promise<CgroupLimits> {
  const groups = parseCgroups((await readText("/proc/self/cgroup")) ?? "");
  const limits = await Promise.all([
    ...enclosing(groups.unified).map((path) => readV2(readText, `${ROOT}${path}`)),
    ...enclosing(groups.cpu).map((path) => readV1Cpu(readText, `${ROOT}/cpu${path}`)),
    ...enclosing(groups.memory).map((path) => readV1Memory(readText, `${ROOT}/memory${path}`)),
  ]);
  return {
    cores: lowest(limits.map((limit) => limit.cores)),
    memoryBytes: lowest(limits.map((limit) => limit.memoryBytes)),
  };
}

/** Lines are `id:controllers:path`; version 2 has id 0 and no controllers. */
function parseCgroups(text: string): { unified: string; cpu: string; memory: string } {
  const groups = { unified: "/", cpu: "/", memory: "/" };
  for (const line of text.split("\n")) {
    const [, controllers, path] = line.match(/^\d+:([^:]*):(\/.*)$/) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const names = controllers.split(",");
    if (controllers === "") groups.unified = path;
    if (names.includes("cpu")) groups.cpu = path;
    if (names.includes("memory")) groups.memory = path;
  }
  return groups;
}

/** "/a/b" lies in "/a/b", "/a" and "". Paths outside of a container's view just cannot be read. */
function enclosing(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts
      .slice(0, parts.length - index)
      .map((part) => `/${part}`)
      .join(""),
  );
}

async function readV2(readText: ReadText, directory: string): Promise<CgroupLimits> {
  const [cpu, memory] = await Promise.all([
    readText(`${directory}/cpu.max`),
    readText(`${directory}/memory.max`),
  ]);
  const [quota, period] = (cpu ?? "").trim().split(" ");
  return { cores: divide(quota, period), memoryBytes: positive(memory) };
}

async function readV1Cpu(readText: ReadText, directory: string): Promise<CgroupLimits> {
  const [quota, period] = await Promise.all([
    readText(`${directory}/cpu.cfs_quota_us`),
    readText(`${directory}/cpu.cfs_period_us`),
  ]);
  return { cores: divide(quota, period), memoryBytes: undefined };
}

async function readV1Memory(readText: ReadText, directory: string): Promise<CgroupLimits> {
  const bytes = positive(await readText(`${directory}/memory.limit_in_bytes`));
  const isLimit = bytes !== undefined && bytes < V1_UNLIMITED;
  return { cores: undefined, memoryBytes: isLimit ? bytes : undefined };
}

/** The words "max" and -1, which mean no limit, are no positive numbers. */
function positive(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return value > 0 ? value : undefined;
}

function divide(quota: string | undefined, period: string | undefined): number | undefined {
  const numerator = positive(quota);
  const denominator = positive(period);
  return numerator === undefined || denominator === undefined ? undefined : numerator / denominator;
}

function lowest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
