import { homedir } from "node:os";
import { describe, type Gguf, mapShards, readGguf, urlSource } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import {
  FileNotFoundError,
  type HubReference,
  type HubSettings,
  locateRemoteModel,
  parseModelReference,
  QuantizationError,
  readHubCard,
  readHubSettings,
  type UrlReference,
} from "@ggufkit/hub";
import { describeFiles } from "../header.ts";
import { type FetchContext, fetchModel } from "../model-source.ts";
import { SummarizerError } from "../errors.ts";
import type { FetchedHeader, ModelPlaces } from "./model-input.ts";

/** Cards from the Hub; headers from there without the files, or from files that are fetched. */
export function hubPlaces(context: FetchContext): ModelPlaces {
  const settingsOf = (): Promise<HubSettings> =>
    readHubSettings({ env: context.env, platform: process.platform, homedir: homedir() });
  return {
    card: async (repository) => {
      const reference = parseModelReference(repository);
      if (reference.kind !== "hub") throw new TypeError(`${repository}: no repository of the Hub`);
      return readHubCard(reference, { settings: await settingsOf(), signal: context.signal });
    },
    header: async (source) => {
      const reference = parseModelReference(source);
      const isRemote = reference.kind === "hub" || reference.kind === "url";
      if (isRemote) return remoteHeader(reference, await settingsOf(), context);
      const { files } = await fetchModel(source, context);
      const [first = source, ...later] = files;
      return {
        gguf: await readGgufFile(first),
        description: await describeFiles([first, ...later]),
      };
    },
  };
}

/** Undefined for a repository without GGUF files: its card speaks for itself. */
async function remoteHeader(
  reference: HubReference | UrlReference,
  settings: HubSettings,
  { signal }: FetchContext,
): Promise<FetchedHeader | undefined> {
  try {
    const { files, fetch } = await locateRemoteModel(reference, { settings, signal });
    const headers = await mapShards(
      files,
      (file): Promise<Gguf> =>
        readGguf(urlSource(file.url, { fetch }), { signal, file: file.name }),
      signal,
    );
    const [gguf, ...later] = headers;
    if (gguf === undefined) throw new SummarizerError("header", "expected at least one file");
    return { gguf, description: describe(gguf, later) };
  } catch (error) {
    const isAbsent = error instanceof FileNotFoundError || error instanceof QuantizationError;
    if (isAbsent && reference.kind === "hub" && reference.path === undefined) return undefined;
    throw error;
  }
}
