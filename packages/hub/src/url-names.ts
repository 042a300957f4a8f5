import { createHash } from "node:crypto";
import { completeShardSet } from "@ggufkit/gguf";

/** The URLs of all shards when the path's last part is a shard's name; else the URL alone. */
export function shardUrls(url: string): string[] {
  const { names } = completeShardSet(fileNameOf(url), []);
  if (names.length <= 1) return [url];
  return names.map((name) => {
    const shard = new URL(url);
    shard.pathname = shard.pathname.replace(/[^/]*$/, encodeURIComponent(name));
    return shard.href;
  });
}

/** The last part of a URL's path, decoded. */
export function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** A name for a URL, or a path, that is a file name: 64 hex digits. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
