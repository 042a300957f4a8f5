import { NetworkError, type HttpStatusError } from "./http-errors.ts";
import { request, type Answer, type Fetch, type RequestContext } from "./http.ts";

/** How a {@link rangeFetch} answers for a place. */
interface RangeFetchOptions {
  /** What goes to the first URL's origin alone. */
  authorization?: (url: string) => string | undefined;
  errorOf: (answer: Answer) => HttpStatusError;
}

/** Statuses with which `Response` takes no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** Statuses that asking again will not change. */
const FINAL: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/**
 * A fetch for sources of bytes, over {@link request}: redirects are followed by hand, so that no
 * credential reaches another origin. The body is streamed; what the server says for good is thrown
 * as this package's error, every other status is left to the caller. A network failure is a TypeError
 * with this package's error as its cause.
 */
export function rangeFetch(context: RequestContext, options: RangeFetchOptions): Fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const authorization = options.authorization?.(url);
    const signal = init?.signal ?? context.signal;
    const sending = request(url, { headers, authorization }, { ...context, signal });
    const answer = await sending.catch(rethrowAsFetchDoes);
    if (FINAL.has(answer.status)) {
      answer.discard();
      throw options.errorOf(answer);
    }
    const { status } = answer;
    return new Response(BODILESS.has(status) ? null : bodyOf(answer), {
      status,
      headers: answer.headers,
    });
  };
}

/** What `fetch` throws where the network fails, so that a caller knows that asking again may help. */
function rethrowAsFetchDoes(error: unknown): never {
  throw error instanceof NetworkError ? new TypeError(error.message, { cause: error }) : error;
}

/** Streams on demand; cancelling lets go of the connection. */
function bodyOf(answer: Answer): ReadableStream<Uint8Array> {
  const chunks = answer.chunks();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next().catch(rethrowAsFetchDoes);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      // Not `chunks.return()`: it would wait for the piece that is on its way.
      cancel: () => answer.discard(),
    },
    { highWaterMark: 0 },
  );
}
