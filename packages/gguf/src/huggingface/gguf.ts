import type { GGUFParseOutput } from "@huggingface/gguf";

import { readHeader } from "./open-source.ts";
import { parameterCountOf, parseOutput, typedMetadataOf } from "./parse-output.ts";
import type { GgufParams, WithParameterCount, WithTypedMetadata } from "./params.ts";

/**
 * Reads the header of a GGUF file at an address, or with `allowLocalFile` at a path, every value
 * decoded: a drop-in for `gguf` of @huggingface/gguf 0.4.6, over the strict reader of this package.
 *
 * @throws {GgufError} as `readGguf`, and {HttpError} as `urlSource`; `cannot-open-file` where a
 * local file is not allowed
 */
export async function gguf(
  uri: string,
  params: GgufParams & { typedMetadata: true; computeParametersCount: true },
): Promise<GGUFParseOutput & WithParameterCount & WithTypedMetadata>;
export async function gguf(
  uri: string,
  params: GgufParams & { typedMetadata: true },
): Promise<GGUFParseOutput & WithTypedMetadata>;
export async function gguf(
  uri: string,
  params: GgufParams & { computeParametersCount: true },
): Promise<GGUFParseOutput & WithParameterCount>;
export async function gguf(uri: string, params?: GgufParams): Promise<GGUFParseOutput>;
export async function gguf(
  uri: string,
  params: GgufParams & { typedMetadata?: boolean; computeParametersCount?: boolean } = {},
): Promise<GGUFParseOutput & Partial<WithParameterCount & WithTypedMetadata>> {
  const header = await readHeader(uri, params);
  const typedMetadata = typedMetadataOf(header);
  return {
    ...parseOutput(header, typedMetadata),
    ...(params.computeParametersCount && { parameterCount: parameterCountOf(header) }),
    ...(params.typedMetadata && { typedMetadata }),
  };
}
