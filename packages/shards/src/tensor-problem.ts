import { quoted, type Gguf } from "@ggufkit/gguf";

/** What can be wrong with a tensor. */
export type TensorProblemCode = "tensor-name" | "tensor-offset" | "tensor-end";

/** Why the data of a tensor cannot be copied by what its header says. */
export interface TensorProblem {
  readonly code: TensorProblemCode;
  readonly tensor: string;
  readonly expected: number | string;
  readonly got: number | string;
}

/**
 * The first tensor whose name could not be written as it is, or whose data is not right behind that of
 * the tensor before or not within the file: other than `readGguf` by itself, who made the header up may
 * claim anything.
 */
export function findTensorProblem(gguf: Gguf): TensorProblem | undefined {
  const { tensors, alignment, dataOffset, fileSize = Number.MAX_SAFE_INTEGER } = gguf;
  let next = 0;
  for (const { name: tensor, offset, bytes } of tensors) {
    // What is no UTF-8 was decoded to this, and would not be written as it was.
    if (tensor.includes("\ufffd"))
      return { code: "tensor-name", tensor, expected: "UTF-8", got: "other bytes" };
    if (offset !== next) return { code: "tensor-offset", tensor, expected: next, got: offset };
    const end = dataOffset + offset + bytes;
    if (end > fileSize) return { code: "tensor-end", tensor, expected: fileSize, got: end };
    next = Math.ceil((offset + bytes) / alignment) * alignment;
  }
  return undefined;
}

/** What is wrong, without the file. */
export function tensorProblemText({
  code,
  tensor,
  expected,
  got,
}: Omit<TensorProblem, "expected" | "got"> & {
  readonly expected: number | string | undefined;
  readonly got: number | string | undefined;
}): string {
  const name = `tensor ${quoted(tensor)}`;
  switch (code) {
    case "tensor-name":
      return `${name}: the name is no UTF-8, and could not be kept as it is`;
    case "tensor-offset":
      return `${name}: its data begins at ${got}, expected ${expected} from the tensors before it`;
    case "tensor-end":
      return `${name}: its data ends at byte ${got}, the file has ${expected} bytes`;
    default:
      return code satisfies never;
  }
}
