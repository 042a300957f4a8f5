/**
 * A given `fetch` behind the face of the global one. Wrappers that were written for
 * @huggingface/gguf spread the headers, which it gives as a plain object; and some come from packages
 * whose answers have a body that is no web stream.
 */
export function plainFetch(
  given: typeof fetch,
  headers: Readonly<Record<string, string>>,
): typeof fetch {
  // `Headers` puts names into lower case.
  const spellings = new Map(["Range", ...Object.keys(headers)].map((n) => [n.toLowerCase(), n]));
  return async (address, init) => {
    const sent = [...new Headers(init?.headers)];
    const plain = sent.map(([name, value]) => [spellings.get(name) ?? name, value] as const);
    return streaming(await given(address, { ...init, headers: Object.fromEntries(plain) }));
  };
}

async function streaming(answer: Response): Promise<Response> {
  if (typeof answer.body?.getReader === "function") return answer;
  const { status, headers } = answer;
  // Some statuses must not have a body; of those that are no success, nobody reads it.
  const body = status === 200 || status === 206 ? await answer.arrayBuffer() : null;
  return new Response(body, { status, headers: new Headers([...headers]) });
}
