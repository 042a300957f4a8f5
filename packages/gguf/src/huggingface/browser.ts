/** What of a browser's globals is looked at; Node's types have none of them. */
interface BrowserGlobals {
  readonly window?: { readonly document?: { readonly baseURI: string } };
  readonly self?: object;
  readonly location?: { readonly href: string };
}

/**
 * What relative addresses refer to in a page or in one of its workers; undefined outside of
 * browsers.
 */
export function browserAddress(): string | undefined {
  const { window, self, location } = globalThis as BrowserGlobals;
  if (window?.document !== undefined) return window.document.baseURI;
  const isWorker = self?.constructor.name.endsWith("WorkerGlobalScope");
  return isWorker ? location?.href : undefined;
}
