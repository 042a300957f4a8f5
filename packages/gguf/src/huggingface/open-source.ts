import { GgufError } from "../format/gguf-error.ts";
import type { Gguf } from "../format/gguf.ts";
import { readGguf } from "../read/read-gguf.ts";
import { blobSource } from "../source/blob-source.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { urlSource } from "../source/url-source.ts";
import { browserAddress } from "./browser.ts";
import { plainFetch } from "./plain-fetch.ts";
import type { GgufParams } from "./params.ts";

interface OpenSource {
  readonly source: ByteSource;
  /** Path or address, for messages. */
  readonly file: string;
  close?(): Promise<void>;
}

/** Reads the header at an address, or at a path where that is allowed. */
export async function readHeader(
  uri: string,
  params: GgufParams,
  signal?: AbortSignal,
): Promise<Gguf> {
  const opened = await openSource(uri, params);
  try {
    return await readGguf(opened.source, { file: opened.file, signal });
  } finally {
    await opened.close?.();
  }
}

/** Whether it is an address and no path. */
export function isWebAddress(uri: string): boolean {
  return /^https?:\/\//i.test(uri);
}

async function openSource(uri: string, params: GgufParams): Promise<OpenSource> {
  const base = browserAddress();
  if (base !== undefined) return openInBrowser(new URL(uri, base).href, params);
  if (isWebAddress(uri)) return openAddress(uri, params);
  if (!params.allowLocalFile)
    refuse("Access to local file is not enabled, please set allowLocalFile to true");
  // Only now: it needs Node.
  const { openFile } = await import("../node/file-source.ts");
  const source = await openFile(uri);
  return { source, file: uri, close: () => source.close() };
}

async function openInBrowser(address: string, params: GgufParams): Promise<OpenSource> {
  if (params.allowLocalFile) refuse("allowLocalFile cannot be used on browser");
  if (isWebAddress(address)) return openAddress(address, params);
  // Of `URL.createObjectURL`: the page has its bytes already.
  const answer = await (params.fetch ?? fetch)(address);
  return { source: blobSource(await answer.blob()), file: address };
}

function openAddress(address: string, params: GgufParams): OpenSource {
  const { fetch: given, additionalFetchHeaders: headers = {} } = params;
  const source = urlSource(address, { headers, fetch: given && plainFetch(given, headers) });
  return { source, file: source.url, close: () => source.close() };
}

function refuse(reason: string): never {
  throw new GgufError({ code: "cannot-open-file", reason });
}
