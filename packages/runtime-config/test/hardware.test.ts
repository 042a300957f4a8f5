import { expect, test } from "vitest";
import { detectHardware } from "../src/node.ts";

const machine = { cores: 8, memoryBytes: 32e9 };

function detect(files: Record<string, string>): Promise<{ cores: number; memoryBytes: number }> {
  return detectHardware({ ...machine, readText: (path) => Promise.resolve(files[path]) });
}

test("without control groups the machine counts", async () => {
  expect(await detect({})).toEqual(machine);
});

test("a container with version 2 sees its own limits at the root", async () => {
  const files = {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/cpu.max": "250000 100000\n",
    "/sys/fs/cgroup/memory.max": "4000000000\n",
  };
  expect(await detect(files)).toEqual({ cores: 2, memoryBytes: 4e9 });
});

test("the lowest limit among the enclosing groups counts, and less than a core is one", async () => {
  const files = {
    "/proc/self/cgroup": "0::/system.slice/tool.service\n",
    "/sys/fs/cgroup/system.slice/tool.service/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/system.slice/cpu.max": "50000 100000\n",
    "/sys/fs/cgroup/system.slice/tool.service/memory.max": "max\n",
    "/sys/fs/cgroup/system.slice/memory.max": "8000000000\n",
  };
  expect(await detect(files)).toEqual({ cores: 1, memoryBytes: 8e9 });
});

test("version 1 has quotas and its own ways to say no limit", async () => {
  const groups = "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n";
  const cpu = "/sys/fs/cgroup/cpu/docker/x/cpu.cfs";
  const memory = "/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes";
  const limited = {
    "/proc/self/cgroup": groups,
    [`${cpu}_quota_us`]: "300000\n",
    [`${cpu}_period_us`]: "100000\n",
    [memory]: "2000000000\n",
  };
  expect(await detect(limited)).toEqual({ cores: 3, memoryBytes: 2e9 });
  const unlimited = { ...limited, [`${cpu}_quota_us`]: "-1\n", [memory]: "9223372036854771712\n" };
  expect(await detect(unlimited)).toEqual(machine);
});

test("this machine has at least a core and some memory", async () => {
  const { cores, memoryBytes } = await detectHardware();
  expect(Number.isInteger(cores) && cores >= 1).toBe(true);
  expect(memoryBytes).toBeGreaterThan(0);
});
