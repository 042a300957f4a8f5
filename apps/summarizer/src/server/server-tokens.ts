/**
 * More tokens than any usual tokenizer makes of a text: two letters a token, each digit and each
 * mark one, each byte of any other script one. English has half as many.
 */
export function tokensAtMost(text: string): number {
  let tokens = 1; // the one that begins a text
  for (const [run] of text.matchAll(/[a-z]+|[^\p{ASCII}]+|[\s\S]/giu)) {
    if (/^[a-z]/i.test(run)) tokens += Math.ceil(run.length / 2);
    else if (run !== " ") tokens += Buffer.byteLength(run); // a word's token has its space
  }
  return tokens;
}

/**
 * A text in which nothing looks like a control token any more, for servers that would take
 * `<|im_end|>` in a card for the end of a turn.
 */
export function withoutControlTokens(text: string): string {
  return text.replace(/<(?=[|｜/a-z<])/gi, "< ").replace(/\[(?=\/?[A-Z_]{3,}\])/g, "[ ");
}
