import { statusError } from "./http.ts";
import type { RemoteFile } from "./transfer/remote-file.ts";

/** A file of a web server, which is asked without credentials. */
export function urlRemote(name: string, url: string, isPinned: boolean): RemoteFile {
  return { name, url, authorization: () => undefined, errorOf: statusError, isPinned };
}
