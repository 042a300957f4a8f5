import { GgufError } from "../format/gguf-error.ts";
import type { Gguf } from "../format/gguf.ts";
import { padTo } from "../format/padding.ts";
import { alignmentOf } from "../write/alignment.ts";
import { layoutOf } from "../write/encode-kv.ts";
import { encodedBytes, putZeros, type HeaderLayout } from "../write/encoder.ts";
import { checkKvCount } from "../write/plan-gguf.ts";
import { encodeEdit } from "./encode-edit.ts";
import { applyChanges, type EditedKv, type KvChange, type KvEdit } from "./kv-change.ts";
import { ROOM_KEY, roomOf, smallestRoom } from "./room.ts";

/** How an edit is to be made. */
export interface PlanEditOptions {
  /**
   * Bytes to keep free in the header for later edits. Heeded where the file is rewritten, as only
   * then its data can move. Default 0.
   */
  readonly room?: number | undefined;
  /** Whether the result goes into another file, which is then written as a whole. Default false. */
  readonly elsewhere?: boolean | undefined;
}

/**
 * Why a file is rewritten: the result goes elsewhere; the header needs more bytes than there are
 * before the data; or it needs fewer, and what would be left cannot be filled up.
 */
export type RewriteReason = "elsewhere" | "header-grows" | "header-shrinks";

/** An edit worked out: all that is to be written but the data, which stays as it is. */
export interface EditPlan {
  /** What happens to the keys, in the order of the changes. */
  readonly edits: readonly KvEdit[];
  readonly way: "in-place" | "rewrite";
  /** Undefined for an edit in place. */
  readonly reason: RewriteReason | undefined;
  /** The new header and the padding after it: `dataOffset` bytes. */
  readonly header: Uint8Array;
  /** Byte offset of the data section in the new file; what follows it is copied. */
  readonly dataOffset: number;
  /** The same in the file as it is. */
  readonly oldDataOffset: number;
  /** Bytes of the header that later edits may use, taken up by the pair `ggufkit.room`. */
  readonly room: number;
  /** The same in the file as it is. */
  readonly oldRoom: number;
  /** Size of the new file; undefined where that of the old one is. */
  readonly fileSize: number | undefined;
  /** Bytes that will be written; undefined where the file is rewritten and its size unknown. */
  readonly bytesToWrite: number | undefined;
}

/**
 * Works out how to change the KV pairs of a file. Pairs that no change concerns and the tensor
 * infos are copied byte for byte, and data is never touched. The data section begins at the end of
 * the header, padded; so an edit is possible in place only where the header ends at the same
 * multiple of the alignment as before. A shorter header is filled up with a pair `ggufkit.room`,
 * whose bytes a later, longer one takes.
 *
 * @throws {GgufError} `no-such-key`, `key-exists`, `empty-key`, `duplicate-change`, `reserved-key`,
 * `alignment-change` (tensors would have to move), `bad-alignment`, `bad-value`, `bad-kv-count`,
 * `header-too-large`
 */
export function planEdit(
  gguf: Gguf,
  changes: readonly KvChange[],
  options: PlanEditOptions = {},
): EditPlan {
  const wanted = checkedRoom(options.room);
  const edited = applyChanges(gguf, changes);
  checkKvCount(edited.pairs.size);
  const alignment = checkedAlignment(gguf, edited);
  const plainBytes = encodeEdit(gguf, edited.pairs, 0).length;
  const fitting = fittingRoom(gguf, edited, plainBytes, alignment);
  const isElsewhere = options.elsewhere === true;
  // Where the file is written anyway and room is wanted, the data may as well move.
  const isMoving = fitting === undefined || (isElsewhere && wanted !== undefined);
  const layout = layoutOf(gguf);
  const room = isMoving ? atLeastSmallest(wanted ?? 0, layout) : fitting;

  const encoder = encodeEdit(gguf, edited.pairs, room);
  putZeros(encoder, padTo(encoder.length, alignment) - encoder.length);
  const header = encodedBytes(encoder);
  const way = isMoving || isElsewhere ? "rewrite" : "in-place";
  const fileSize = newFileSize(gguf, header.length);
  return {
    edits: edited.edits,
    way,
    reason: way === "in-place" ? undefined : reasonFor(gguf, plainBytes, isElsewhere),
    header,
    dataOffset: header.length,
    oldDataOffset: gguf.dataOffset,
    room,
    oldRoom: roomOf(gguf.kv.get(ROOM_KEY), layout),
    fileSize,
    bytesToWrite: way === "in-place" ? header.length : fileSize,
  };
}

function checkedRoom(room: number | undefined): number | undefined {
  if (room === undefined || (Number.isSafeInteger(room) && room >= 0)) return room;
  const reason = `the room to keep is ${room}, expected a number of bytes`;
  throw new GgufError({ code: "bad-value", reason, got: room });
}

/** Tensors lie at multiples of the alignment: another one would move them. */
function checkedAlignment(gguf: Gguf, { pairs }: EditedKv): number {
  const values = [...pairs].map(([key, { value }]) => [key, value] as const);
  const alignment = alignmentOf(new Map(values));
  const [start, end] = gguf.raw.tensorInfos;
  if (start === end || alignment === gguf.alignment) return alignment;
  const reason = `would become ${alignment} instead of ${gguf.alignment}: every tensor would move`;
  const key = "general.alignment";
  const sizes = { expected: gguf.alignment, got: alignment };
  throw new GgufError({ code: "alignment-change", reason, key, ...sizes });
}

/**
 * Size of the pair `ggufkit.room` with which the data stays where it is; undefined where there is
 * none.
 */
function fittingRoom(
  gguf: Gguf,
  { edits }: EditedKv,
  plainBytes: number,
  alignment: number,
): number | undefined {
  const { dataOffset } = gguf;
  if (endsBeforeData(gguf)) return undefined;
  if (padTo(plainBytes, alignment) === dataOffset) return 0;
  const gap = dataOffset - plainBytes;
  const isUnwanted = edits.some(({ type, key }) => type === "removed" && key === ROOM_KEY);
  const canFill = gap >= smallestRoom(layoutOf(gguf)) && dataOffset % alignment === 0;
  return canFill && !isUnwanted ? gap : undefined;
}

/** A file without tensors may lack the padding. */
function endsBeforeData({ fileSize, dataOffset }: Gguf): boolean {
  return fileSize !== undefined && fileSize < dataOffset;
}

function atLeastSmallest(room: number, layout: HeaderLayout): number {
  return room === 0 ? 0 : Math.max(room, smallestRoom(layout));
}

function reasonFor(gguf: Gguf, plainBytes: number, isElsewhere: boolean): RewriteReason {
  if (isElsewhere) return "elsewhere";
  const isLarger = plainBytes > gguf.dataOffset || endsBeforeData(gguf);
  return isLarger ? "header-grows" : "header-shrinks";
}

function newFileSize({ fileSize, dataOffset }: Gguf, newDataOffset: number): number | undefined {
  return fileSize === undefined ? undefined : newDataOffset + Math.max(0, fileSize - dataOffset);
}
