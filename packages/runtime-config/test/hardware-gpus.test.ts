import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRun } from "../src/index.ts";
import { detectGpus, type DetectGpusOptions, type Gpu, gpuSources } from "../src/node.ts";
import { runProgram } from "../src/hardware/run-program.ts";
import { qwen3 } from "./models.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** A machine of which only this is known; all else is missing. */
type Fake = {
  /** What programs print, by how the command line begins. */
  programs?: Record<string, string>;
  files?: Record<string, string>;
} & Pick<DetectGpusOptions, "env" | "platform">;

function detect({ programs = {}, files = {}, platform = "linux", ...rest }: Fake): Promise<Gpu[]> {
  return detectGpus({
    ...rest,
    platform,
    run: async (command, args) => {
      const line = [command, ...args].join(" ");
      return Object.entries(programs).find(([start]) => line.startsWith(start))?.[1];
    },
    readText: async (path) => files[path],
    readDirectory: async (path) => [
      ...new Set(
        Object.keys(files)
          .filter((file) => file.startsWith(`${path}/`))
          .map((file) => file.slice(path.length + 1).split("/")[0] ?? ""),
      ),
    ],
  });
}

const nvidia = (text: string, env: DetectGpusOptions["env"] = {}): Promise<Gpu[]> =>
  detect({ programs: { "nvidia-smi": text }, env });

const TWO = `0, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, NVIDIA GeForce RTX 4090, 24564, 23028, [N/A]
1, GPU-ba7d2e01-5a7b-2e4c-9d0a-0c1d2e3f4a5b, NVIDIA GeForce RTX 3060, 12288, 11911, [N/A]
`;
const RTX_4090 = {
  name: "NVIDIA GeForce RTX 4090",
  memoryBytes: 24_564 * MIB,
  freeBytes: 23_028 * MIB,
};
const RTX_3060 = {
  name: "NVIDIA GeForce RTX 3060",
  memoryBytes: 12_288 * MIB,
  freeBytes: 11_911 * MIB,
};

describe("nvidia-smi", () => {
  test("tells of each GPU in MiB, on Linux and, by its path, on Windows", async () => {
    expect(await nvidia(TWO)).toEqual([RTX_4090, RTX_3060]);
    const windows = await detect({
      platform: "win32",
      programs: { [String.raw`D:\Win\System32\nvidia-smi.exe`]: TWO.replaceAll("\n", "\r\n") },
      env: { SystemRoot: String.raw`D:\Win` },
    });
    expect(windows).toEqual([RTX_4090, RTX_3060]);
  });

  test("keeps commas in a name, and the number of free bytes only where it can be", async () => {
    expect(await nvidia("0, GPU-1, Board, 2 chips, 1000, 2000, Disabled\n")).toEqual([
      { name: "Board, 2 chips", memoryBytes: 1000 * MIB },
    ]);
    expect(await nvidia("0, GPU-1, [N/A], 1000, [N/A], Disabled\n")).toEqual([
      { memoryBytes: 1000 * MIB },
    ]);
  });

  test.each([
    ["nothing", ""],
    [
      "no driver",
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
    ],
    ["no devices", "No devices were found\n"],
    ["an unknown field", 'Field "mig.mode.current" is not a valid field to query.\n'],
    ["a header alone", "index, uuid, name, memory.total [MiB], memory.free [MiB], mig\n"],
    ["a missing column", "0, GPU-1, 24564, 23028\n"],
    ["units", "0, GPU-1, A, 24564 MiB, 23028 MiB, [N/A]\n"],
    ["a separator of thousands", "0, GPU-1, A, 24.564, 23.028, [N/A]\n"],
    ["a negative number", "0, GPU-1, A, -24564, 0, [N/A]\n"],
    ["no memory", "0, GPU-1, A, 0, 0, [N/A]\n"],
    ["more than can be addressed", "0, GPU-1, A, 99999999999999999999, 0, [N/A]\n"],
    ["shared memory, as a GB10", "0, GPU-1, NVIDIA GB10, [N/A], [N/A], [N/A]\n"],
    [
      "a container that sees a part",
      "0, GPU-1, NVIDIA H100, [Insufficient Permissions], [Insufficient Permissions], Enabled\n",
    ],
    ["a GPU in parts, whole", "0, GPU-1, NVIDIA A100-SXM4-40GB, 40960, 40000, Enabled\n"],
    ["the list of parts", "  MIG 1g.5gb      Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7)\n"],
  ])("%s: no GPU", async (_, text) => {
    expect(await nvidia(text)).toEqual([]);
  });

  test.each([
    ["1,0", [RTX_3060, RTX_4090]],
    ["1", [RTX_3060]],
    [" 0 , 1 ", [RTX_4090, RTX_3060]],
    ["0,2,1", [RTX_4090]],
    ["0,-1,1", [RTX_4090]],
    ["1,1", [RTX_3060]],
    ["", []],
    ["-1", []],
    ["none", []],
    ["GPU-ba7d", [RTX_3060]],
    ["GPU-BA7D2E01-5a7b-2e4c-9d0a-0c1d2e3f4a5b,0", [RTX_3060, RTX_4090]],
    ["GPU-", []],
    ["MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f", []],
  ])("with CUDA_VISIBLE_DEVICES=%j", async (list, gpus) => {
    expect(await nvidia(TWO, { CUDA_VISIBLE_DEVICES: list })).toEqual(gpus);
  });

  test("numbers GPUs by their index, also where one cannot be read or comes late", async () => {
    const text = `1, GPU-b, B, 2000, 1000, [N/A]\n0, GPU-a, A, [N/A], [N/A], [N/A]\n`;
    expect(await nvidia(text, { CUDA_VISIBLE_DEVICES: "0,1" })).toMatchObject([{ name: "B" }]);
  });

  test("more GPUs than an engine takes are left out, so that a plan can be made", async () => {
    const line = (index: number): string => `${index}, GPU-${index}, A, 81920, 81920, Disabled\n`;
    const gpus = await nvidia(Array.from({ length: 40 }, (_, index) => line(index)).join(""));
    expect(gpus).toHaveLength(16);
    expect(() => planRun(qwen3, {}, { cores: 4, gpus })).not.toThrow();
  });

  test("names cannot move a terminal's cursor", async () => {
    const [gpu] = await nvidia(`0, GPU-1, A\u001B[2J\u0007\tB${"x".repeat(500)}, 1000, 1, [N/A]\n`);
    expect(gpu?.name).toMatch(/^A \[2J Bx+$/);
    expect(gpu?.name?.length).toBeLessThan(100);
  });

  test("whatever it prints, what comes is a machine that a plan takes", async () => {
    const cell = fc.oneof(fc.string(), fc.nat().map(String), fc.double().map(String));
    const line = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(", "));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.option(fc.string()), async (lines, visible) => {
        const env = visible === null ? {} : { CUDA_VISIBLE_DEVICES: visible };
        const gpus = await nvidia(lines.join("\n"), env);
        expect(() => planRun(qwen3, {}, { cores: 4, gpus })).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });
});

/** A card as the amdgpu driver shows it. */
function card(
  number: number,
  address: string,
  { total, used = "20971520\n", ...rest }: { total: string; used?: string; [file: string]: string },
): Record<string, string> {
  const device = `/sys/class/drm/card${number}/device`;
  const others = Object.entries(rest).map(([file, text]) => [`${device}/${file}`, text]);
  return {
    [`${device}/mem_info_vram_total`]: total,
    [`${device}/mem_info_vram_used`]: used,
    [`${device}/uevent`]: `DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_SLOT_NAME=${address}\n`,
    [`/sys/class/drm/card${number}-DP-1/status`]: "connected\n",
    "/sys/class/drm/version": "drm 1.1.0 20060810\n",
    ...Object.fromEntries(others),
  };
}

describe("AMD", () => {
  const big = card(1, "0000:03:00.0", { total: "25753026560\n", unique_id: "5d6e1f2a3b4c5d6e\n" });
  const integrated = card(0, "0000:0c:00.0", { total: "536870912\n" });
  const small = card(2, "0000:08:00.0", { total: "8573157376\n", product_name: "Radeon RX\n" });
  const files = { ...small, ...big, ...integrated };
  const BIG = { memoryBytes: 25_753_026_560, freeBytes: 25_753_026_560 - 20_971_520 };
  const SMALL = {
    name: "Radeon RX",
    memoryBytes: 8_573_157_376,
    freeBytes: 8_573_157_376 - 20_971_520,
  };

  test("cards come in the order of the bus, and not a processor's own graphics", async () => {
    expect(await detect({ files })).toEqual([BIG, SMALL]);
  });

  test.each([
    [{ ROCR_VISIBLE_DEVICES: "1,0" }, [SMALL, BIG]],
    [{ ROCR_VISIBLE_DEVICES: "1,0", HIP_VISIBLE_DEVICES: "1" }, [BIG]],
    [{ HIP_VISIBLE_DEVICES: "1", CUDA_VISIBLE_DEVICES: "0" }, [SMALL]],
    [{ CUDA_VISIBLE_DEVICES: "0" }, [BIG]],
    [{ ROCR_VISIBLE_DEVICES: "GPU-5d6e1f2a3b4c5d6e" }, [BIG]],
    [{ HIP_VISIBLE_DEVICES: "2" }, []],
  ])("as %j leaves them", async (env, gpus) => {
    expect(await detect({ files, env })).toEqual(gpus);
  });

  test("other vendors' cards, and numbers that cannot be, are none", async () => {
    const intel = { "/sys/class/drm/card0/device/uevent": "DRIVER=i915\n" };
    expect(await detect({ files: intel })).toEqual([]);
    const odd = card(0, "0000:03:00.0", { total: "-1\n" });
    expect(await detect({ files: odd })).toEqual([]);
    const used = card(0, "0000:03:00.0", { total: "8573157376\n", used: "9573157376\n" });
    expect(await detect({ files: used })).toEqual([{ memoryBytes: 8_573_157_376 }]);
  });

  test("are not mixed with NVIDIA's: no engine is built for both", async () => {
    expect(await detect({ files, programs: { "nvidia-smi": TWO } })).toEqual([RTX_4090, RTX_3060]);
  });
});

describe("Apple Silicon", () => {
  const mac = (memory: number, limit?: string): Promise<Gpu[]> => {
    const sysctl = "/usr/sbin/sysctl -n ";
    return detect({
      platform: "darwin",
      programs: {
        [`${sysctl}hw.optional.arm64`]: "1\n",
        [`${sysctl}hw.memsize`]: `${memory}\n`,
        [`${sysctl}machdep.cpu.brand_string`]: "Apple M2 Max\n",
        ...(limit === undefined ? {} : { [`${sysctl}iogpu.wired_limit_mb`]: limit }),
      },
    });
  };

  // What Metal told llama.cpp on such machines, in MiB.
  test.each([
    [16, 10_922.67],
    [32, 21_845.34],
    [64, 49_152],
    [96, 73_728],
  ])("of %s GiB the GPU may use %s MiB", async (gib, mib) => {
    for (const limit of ["0\n", undefined]) {
      const [gpu] = await mac(gib * GIB, limit);
      expect(gpu).toMatchObject({ name: "Apple M2 Max", unified: true });
      expect((gpu?.memoryBytes ?? 0) / MIB).toBeCloseTo(mib, 1);
    }
  });

  test("a limit that somebody set counts, within what there is", async () => {
    expect(await mac(32 * GIB, "26624\n")).toMatchObject([{ memoryBytes: 26 * GIB }]);
    expect(await mac(32 * GIB, "99999\n")).toMatchObject([{ memoryBytes: 32 * GIB }]);
  });

  test("a Mac with an Intel processor has none that is known", async () => {
    const programs = { "/usr/sbin/sysctl -n hw.memsize": "17179869184\n" };
    expect(await detect({ platform: "darwin", programs })).toEqual([]);
  });
});

test("this machine is looked at without an error, and quickly", async () => {
  const gpus = await detectGpus({ env: process.env });
  for (const { memoryBytes } of gpus) expect(memoryBytes).toBeGreaterThan(0);
  expect(gpuSources("linux")).toEqual(["nvidia-smi (NVIDIA)", "/sys/class/drm (AMD)"]);
});

describe("a program", () => {
  const node = (code: string, timeoutMs?: number): Promise<string | undefined> =>
    runProgram(process.execPath, ["-e", code], timeoutMs);

  test("that works is read; one that is missing, fails or never stops printing is not", async () => {
    expect(await node("console.log('24564')")).toBe("24564\n");
    expect(await runProgram("no-such-program-anywhere", [])).toBeUndefined();
    expect(await runProgram("nul\0byte", [])).toBeUndefined();
    expect(await node("console.log('half'); process.exitCode = 9")).toBeUndefined();
    expect(await node("for (;;) console.log('x'.repeat(1000))")).toBeUndefined();
  });

  test("that hangs is left behind in time, and so is what it started", async () => {
    const started = performance.now();
    expect(await node("setInterval(() => {}, 1000)", 300)).toBeUndefined();
    const child =
      "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], { stdio: 'inherit' })";
    expect(await node(child, 300)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2_500);
  });
});
