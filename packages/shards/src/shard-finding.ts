import { GgufError, kvNumber, kvString, type Gguf } from "@ggufkit/gguf";
import { shardPlaces } from "./shard-places.ts";
import { SPLIT_COUNT, SPLIT_NO, SPLIT_TENSORS_COUNT } from "./split-keys.ts";
import { findTensorProblem, type TensorProblemCode } from "./tensor-problem.ts";

/** What can be wrong with a set of shards; named after the key that is wrong, where one is. */
export type ShardFindingCode =
  | TensorProblemCode
  | "missing-shard"
  | "unreadable-shard"
  | "split-no"
  | "split-count"
  | "split-tensors-count"
  | "architecture"
  | "byte-order"
  /** Its name is of another set, or stands where another one belongs. */
  | "shard-name"
  /** It is another shard of the set, under this one's name. */
  | "same-shard"
  /** Some of its tensors are in another shard, too. */
  | "duplicate-tensor"
  /** The whole file's hash is not what the Hub says. */
  | "sha256"
  /** Among raw pieces: a file that begins with a GGUF header of its own. */
  | "not-a-piece"
  /** It is not as long as its header says. */
  | "file-size"
  /** A merged file has not the header that its shards merge to. */
  | "merged-header";

/** One thing that is wrong with one shard. `undefined` stands for a key that is not there. */
export interface ShardFinding {
  code: ShardFindingCode;
  /** The shard's file name. */
  shard: string;
  expected: number | string | undefined;
  got: number | string | undefined;
  /** The shard that has the same tensors, or the same everything. */
  other?: string;
  /** The tensor concerned, or the first of them. */
  tensor?: string;
}

/** A shard's name with its header, or without where it could not be read. */
export interface ShardHeader {
  name: string;
  gguf: Gguf | undefined;
}

/**
 * Compares the headers of a set, in the set's order, with their names and with each other: shards that
 * are missing, swapped, doubled or of another set, of another architecture or byte order, and tensors
 * that are in two of them. A file without header is taken for one that its reader has told of.
 * llama-gguf-split checks none of this and merges what does not belong together. Pure.
 */
export function findShardProblems(shards: readonly ShardHeader[]): ShardFinding[] {
  const { count, places, findings } = shardPlaces(shards.map(({ name }) => name));
  const readable = shards.flatMap(({ name, gguf }, index): Shard[] =>
    gguf ? [{ name, gguf, place: places[index] ?? index }] : [],
  );
  const { copies, sound } = partCopies(readable);
  const isWhole = sound.length === count && count === shards.length;
  const expected = expectedOf(sound, count, isWhole);
  const find = count === 1 ? findInOnlyFile : findInShard;
  return [
    ...findings,
    ...copies,
    ...sound.flatMap((shard) => [...find(shard, expected), ...findInData(shard, expected)]),
    ...findSharedTensors(sound),
  ];
}

type Value = number | string | undefined;

/** A shard, and which it is by its name, from 0. */
interface Shard {
  readonly name: string;
  readonly gguf: Gguf;
  readonly place: number;
}

/** What the shards of a set have in common. */
interface Expected {
  readonly count: number;
  readonly tensorsCount: Value;
  readonly architecture: Value;
  readonly byteOrder: Gguf["byteOrder"] | undefined;
}

function expectedOf(shards: readonly Shard[], count: number, isWhole: boolean): Expected {
  const [first] = shards;
  const architectures = shards.map(({ gguf }) => text(gguf, "general.architecture"));
  return {
    count,
    tensorsCount: expectedTensors(shards, isWhole),
    // The first shard has it; where that cannot be read, another may.
    architecture: first?.place === 0 ? architectures[0] : architectures.find(isThere),
    byteOrder: first?.gguf.byteOrder,
  };
}

/**
 * How many tensors the shards should say that they have together: those that there are; but where they
 * contradict each other, what most of them say, since the one of another set counts its own tensors in.
 */
function expectedTensors(shards: readonly Shard[], isWhole: boolean): Value {
  const times = new Map<Value, number>();
  for (const { gguf } of shards) {
    const said = number(gguf, SPLIT_TENSORS_COUNT);
    times.set(said, (times.get(said) ?? 0) + 1);
  }
  const sum = shards.reduce((total, { gguf }) => total + gguf.tensors.length, 0);
  const most = Math.max(...times.values());
  const likely = [...times.keys()].filter((said) => times.get(said) === most);
  const isSum = isWhole && (times.size === 1 || likely.includes(sum));
  return isSum ? sum : likely[0];
}

/** A file whose name is no shard's, or the one shard of its set: a merged file's count is 0. */
function findInOnlyFile({ name: shard, gguf }: Shard, { tensorsCount }: Expected): ShardFinding[] {
  const count = number(gguf, SPLIT_COUNT);
  if (count === undefined || count === 0) return [];
  if (count !== 1) return [{ code: "split-count", shard, expected: 1, got: count }];
  const got = number(gguf, SPLIT_TENSORS_COUNT);
  if (got === undefined || got === tensorsCount) return [];
  return [{ code: "split-tensors-count", shard, expected: tensorsCount, got }];
}

function findInShard({ name, gguf, place }: Shard, expected: Expected): ShardFinding[] {
  const findings: ShardFinding[] = [];
  const expect = (code: ShardFindingCode, wanted: Value, got: Value): void => {
    if (got !== wanted) findings.push({ code, shard: name, expected: wanted, got });
  };
  expect("split-no", place, number(gguf, SPLIT_NO));
  expect("split-count", expected.count, number(gguf, SPLIT_COUNT));
  expect("split-tensors-count", expected.tensorsCount, number(gguf, SPLIT_TENSORS_COUNT));
  // llama-gguf-split writes the architecture into the first shard alone, others into each.
  const own = text(gguf, "general.architecture");
  if (own !== undefined) expect("architecture", expected.architecture, own);
  // Not every file has one, but what says nothing of its model is a later shard.
  else if (place === 0 && !hasModelKeys(gguf)) expect("architecture", "a name", own);
  return findings;
}

function hasModelKeys({ kv }: Gguf): boolean {
  return [...kv.keys()].some((key) => !key.startsWith("split.") && key !== "general.alignment");
}

function findInData({ name: shard, gguf }: Shard, { byteOrder }: Expected): ShardFinding[] {
  const problem = findTensorProblem(gguf);
  const findings: ShardFinding[] = problem ? [{ ...problem, shard }] : [];
  if (gguf.byteOrder === byteOrder) return findings;
  return [{ code: "byte-order", shard, expected: byteOrder, got: gguf.byteOrder }, ...findings];
}

/** Shards that are another one of the set under a name of their own, and the others. */
function partCopies(shards: readonly Shard[]): { copies: ShardFinding[]; sound: Shard[] } {
  const byPlace = new Map(shards.map((shard) => [shard.place, shard]));
  const copies: ShardFinding[] = [];
  const sound = shards.filter(({ name: shard, gguf, place: expected }) => {
    const got = number(gguf, SPLIT_NO);
    const other = got === expected || typeof got !== "number" ? undefined : byPlace.get(got);
    if (other === undefined || !isSame(gguf.raw.bytes, other.gguf.raw.bytes)) return true;
    copies.push({ code: "same-shard", shard, expected, got, other: other.name });
    return false;
  });
  return { copies, sound };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** One finding for each two shards that have tensors of the same names. */
function findSharedTensors(shards: readonly Shard[]): ShardFinding[] {
  const owners = new Map<string, string>();
  const findings: ShardFinding[] = [];
  for (const { name: shard, gguf } of shards) {
    const shared = new Map<string, { count: number; readonly tensor: string }>();
    for (const { name: tensor } of gguf.tensors) {
      const other = owners.get(tensor);
      if (other === undefined) {
        owners.set(tensor, shard);
        continue;
      }
      const known = shared.get(other);
      if (known) known.count++;
      else shared.set(other, { count: 1, tensor });
    }
    for (const [other, { count: got, tensor }] of shared)
      findings.push({ code: "duplicate-tensor", shard, expected: 0, got, other, tensor });
  }
  return findings;
}

function isThere(value: Value): boolean {
  return value !== undefined;
}

function number(gguf: Gguf, key: string): Value {
  return valueOr(gguf, key, kvNumber);
}

function text(gguf: Gguf, key: string): Value {
  return valueOr(gguf, key, kvString);
}

/** The value, or the name of its type when that is the wrong one. */
function valueOr(
  gguf: Gguf,
  key: string,
  read: (gguf: Gguf, key: string) => number | string | undefined,
): Value {
  try {
    return read(gguf, key);
  } catch (error) {
    if (error instanceof GgufError) return `a value of type ${gguf.kv.get(key)?.type}`;
    throw error;
  }
}
