import type { RewriteShape } from "../rewrite-shape.ts";

export const prohibition: RewriteShape = {
  name: "prohibition",
  match: /^do not .+, (?:as|because|since) it /i,
  opening: () => "Because it",
  sentence: /^Because it .+, .+ should not be \w+\.$/,
  pairs: [
    [
      "DO NOT use beam search, as it can lead to dull text and slow answers.",
      "Because it can lead to dull text and slow answers, beam search should not be used.",
    ],
    [
      "DO NOT use a very large batch, as it can lead to memory errors and long waits.",
      "Because it can lead to memory errors and long waits, a very large batch should not be used.",
    ],
    [
      "Do not use lossy caching, as it can hide failures and mislead readers.",
      "Because it can hide failures and mislead readers, lossy caching should not be used.",
    ],
  ],
};

export const recommendation: RewriteShape = {
  name: "recommendation",
  match: /^we recommend ((?:setting|using) .+ to (?!\d)\w+ .+)$/i,
  opening: () => "To",
  sentence: /^To .+, an? .+ is recommended .+\.$/,
  pairs: [
    [
      "We recommend setting `page_size` to 64 for small machines to avoid slow answers.",
      "To avoid slow answers, a `page_size` of 64 is recommended for small machines.",
    ],
    [
      "We recommend using a short system prompt for chat models to save memory.",
      "To save memory, a short system prompt is recommended for chat models.",
    ],
    [
      "We recommend setting `decay_rate` to 0.25 for trained adapters to reduce sudden jumps.",
      "To reduce sudden jumps, a `decay_rate` of 0.25 is recommended for trained adapters.",
    ],
  ],
};
