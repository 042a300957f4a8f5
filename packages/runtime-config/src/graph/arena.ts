/** A part of an arena. */
type Span = { offset: number; size: number };

/** Memory that grows as far as it is needed; offsets and sizes in bytes. */
export type Arena = {
  /** Takes the smallest gap that holds so many bytes, or room at the end; returns the offset. */
  take: (bytes: number) => number;
  give: (offset: number, bytes: number) => void;
  /** The end of what was ever taken. */
  peak: () => number;
};

/** ggml's `TENSOR_ALIGNMENT`, of the CPU. */
const ALIGNMENT = 32;

/**
 * Memory with ggml's way of filling it (`ggml_dyn_tallocr` in ggml-alloc.c): the best fitting gap
 * first, of equal ones the last, and room at the end only where no gap is large enough.
 */
export function createArena(): Arena {
  // By offset; the last one is all that is free at the end.
  const free: Span[] = [{ offset: 0, size: Infinity }];
  let peak = 0;
  return {
    take: (bytes) => {
      const size = aligned(bytes);
      const span = bestFit(free, size);
      const { offset } = span;
      span.offset += size;
      span.size -= size;
      if (span.size === 0) free.splice(free.indexOf(span), 1);
      peak = Math.max(peak, offset + size);
      return offset;
    },
    give: (offset, bytes) => release(free, { offset, size: aligned(bytes) }),
    peak: () => peak,
  };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function bestFit(free: readonly Span[], size: number): Span {
  let best: Span | undefined;
  for (const span of free)
    if (span.size >= size && span.size <= (best?.size ?? Infinity)) best = span;
  if (best === undefined) throw new TypeError("the end of an arena is endless");
  return best;
}

/** Puts a span back, joined with its neighbours. */
function release(free: Span[], span: Span): void {
  if (span.size === 0) return;
  const at = free.findIndex(({ offset }) => offset > span.offset);
  const before = free[at - 1];
  const after = free[at];
  if (after === undefined) throw new TypeError("the end of an arena is always free");
  if (span.offset + span.size === after.offset) {
    after.offset = span.offset;
    after.size += span.size;
    if (before === undefined || before.offset + before.size !== after.offset) return;
    before.size += after.size;
    free.splice(at, 1);
  } else if (before !== undefined && before.offset + before.size === span.offset)
    before.size += span.size;
  else free.splice(at, 0, span);
}
