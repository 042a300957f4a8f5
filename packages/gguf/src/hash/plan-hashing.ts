import type { HashAlgorithm } from "./hash-algorithm.ts";
import type { HashRequest, LayerHash } from "./hash-request.ts";

/**
 * One worker's share: one reading of a file from front to back, of all tensors where there is a
 * whole-model digest among its own, else of those in `layers`.
 */
export interface HashPass {
  readonly whole: readonly HashAlgorithm[];
  /** In file order. */
  readonly layers: readonly LayerHash[];
  /** How many bytes it reads. */
  readonly bytes: number;
}

// Nanoseconds a byte, measured; only their ratios count.
const COST: Readonly<Record<HashAlgorithm, number>> = {
  xxh64: 0.1,
  sha1: 0.6,
  uuid: 0.6,
  sha256: 0.65,
};
const READ_COST = 0.1;
// A worker takes some 25 ms to start, in which this much is hashed.
const LEAST_BYTES_A_WORKER = 2 ** 24;
/** More readers than this only wait for each other at the disk. */
const MOST_WORKERS = 16;

/** A digest that one worker takes alone: no digest can be divided. */
interface Unit {
  readonly algorithm: HashAlgorithm;
  /** Undefined for the whole model. */
  readonly tensor: number | undefined;
  readonly bytes: number;
}

/** A pass in the making. */
interface Share {
  readonly whole: HashAlgorithm[];
  readonly layers: LayerHash[];
  readonly tensorsRead: Set<number>;
  cost: number;
}

/**
 * Divides the digests among at most `threads` workers: the costliest first, each to where it would
 * be done soonest. What a worker reads anyway, it hashes without reading it again.
 *
 * @param sizes bytes of each tensor, in file order
 */
export function planHashing(
  request: HashRequest,
  sizes: readonly number[],
  threads: number,
): HashPass[] {
  const units = unitsOf(request, sizes).toSorted((a, b) => aloneCost(b) - aloneCost(a));
  const shares = Array.from({ length: workersFor(units, threads) }, emptyShare);
  for (const unit of units) assign(unit, cheapest(shares, unit));
  return shares
    .filter(({ whole, layers }) => whole.length > 0 || layers.length > 0)
    .map((share) => passOf(share, sizes));
}

function unitsOf({ whole, layers }: HashRequest, sizes: readonly number[]): Unit[] {
  const bytes = sum(sizes);
  return [
    ...whole.map((algorithm) => ({ algorithm, tensor: undefined, bytes })),
    ...layers.map(({ algorithm, tensor }) => ({ algorithm, tensor, bytes: sizes[tensor] ?? 0 })),
  ];
}

/** The costliest digest is the shortest that all can take: more workers than fill it are idle. */
function workersFor(units: readonly Unit[], threads: number): number {
  const costliest = units[0] ? aloneCost(units[0]) : 0;
  const total = sum(units.map(aloneCost));
  const useful = costliest > 0 ? Math.ceil(total / costliest) : 1;
  const worthwhile = Math.ceil(sum(units.map(({ bytes }) => bytes)) / LEAST_BYTES_A_WORKER);
  return Math.max(1, Math.min(threads, useful, worthwhile, MOST_WORKERS));
}

function cheapest(shares: readonly Share[], unit: Unit): Share {
  const finish = (share: Share): number => share.cost + costFor(share, unit);
  return shares.reduce((best, share) => (finish(share) < finish(best) ? share : best));
}

function assign(unit: Unit, share: Share): void {
  const { algorithm, tensor } = unit;
  share.cost += costFor(share, unit);
  if (tensor === undefined) {
    share.whole.push(algorithm);
  } else {
    share.layers.push({ tensor, algorithm });
    share.tensorsRead.add(tensor);
  }
}

function costFor(share: Share, unit: Unit): number {
  const isRead =
    share.whole.length > 0 || (unit.tensor !== undefined && share.tensorsRead.has(unit.tensor));
  return isRead ? unit.bytes * COST[unit.algorithm] : aloneCost(unit);
}

function aloneCost({ algorithm, bytes }: Unit): number {
  return bytes * (COST[algorithm] + READ_COST);
}

function emptyShare(): Share {
  return { whole: [], layers: [], tensorsRead: new Set(), cost: 0 };
}

function passOf({ whole, layers, tensorsRead }: Share, sizes: readonly number[]): HashPass {
  const read = whole.length > 0 ? sizes : [...tensorsRead].map((tensor) => sizes[tensor] ?? 0);
  return { whole, layers: layers.toSorted((a, b) => a.tensor - b.tensor), bytes: sum(read) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
