import { named, type Rule, type Surroundings } from "./typed-rule.ts";

export function training({ before, after, label, quantity }: Surroundings): ReturnType<Rule> {
  if (!/^[-\s]*tokens?\b/i.test(after)) return undefined;
  const isMany = (quantity.spans[0]?.[0] ?? 0) >= 1e9;
  const isTraining = isMany
    ? /\btrain(?:ed|ing|s)?\b|\bpre-?train/i.test(`${label} ${before} ${after}`)
    : (/^training$/i.test(label) && before === "") || /\btrained (?:on|over) $/i.test(before);
  return isTraining ? named("training.tokens", "training tokens") : undefined;
}

const OUTPUT = /\b(?:output|answers?|responses?|generat\w+)\b/i;
const USUAL =
  /\b(?:most|usual\w*|typical\w*|normal\w*|general\w*|everyday|ordinary) (?:quer\w+|prompts|tasks|questions|use|cases)/i;
const HARD =
  /\b(?:complex|hard|difficult|challenging|math\w*|programming|coding|competition\w*|benchmark\w*)\b/i;

export function output({ before, after, label, quantity }: Surroundings): ReturnType<Rule> {
  const clauseBefore = before.split(/[;,]\s|\band\b/).at(-1) ?? "";
  const clause = after.split(/[;,]\s|\band\b(?= [\d~])/)[0] ?? "";
  const isCount = quantity.scale === "K" || (quantity.spans[0]?.[0] ?? 0) >= 1000;
  const isTokens = /^[-\s]*tokens?\b/i.test(after) || /\blengths?\b/i.test(before);
  if (!isCount || !isTokens || !OUTPUT.test(`${label} ${before}`)) return undefined;
  if (/\bcontext\b/i.test(clauseBefore + clause)) return undefined;
  if (USUAL.test(clauseBefore + clause))
    return named("output.usual", "output length for most queries");
  if (HARD.test(clauseBefore + clause))
    return named("output.hard", "output length for hard problems");
  return named("output.usual", "output length", ["output.hard"]);
}

/** `AIME 2025`. */
const YEAR = /^(?:19|20)\d\d$/;
const NO_CONTEXT =
  /\b(?:output|generat\w+|answer\w*|respon\w+|queries|corpus|pre-?train\w*|trained|budget|vocab\w*)\b/i;

export function context({ before, after, label, quantity }: Surroundings): ReturnType<Rule> {
  const isCount =
    quantity.scale === "K" || quantity.scale === "M" || (quantity.spans[0]?.[0] ?? 0) >= 1000;
  const isTokens =
    /^[-\s]*(?:context|tokens?|natively|with YaRN|window)\b/i.test(after) ||
    /\b(?:context|window|YaRN|tokens|natively|native)\b/i.test(before) ||
    /^\s*\/\s*\d+K/i.test(after);
  const isContext = /\bcontext|\bnativ|\bYaRN|\bwindow|\blong[- ]text/i.test(
    `${before} ${after} ${label}`,
  );
  if (
    !isCount ||
    !isTokens ||
    !isContext ||
    (YEAR.test(quantity.raw) && !/^[-\s]*tokens?\b/i.test(after)) ||
    NO_CONTEXT.test(before.slice(-40) + (after.slice(0, 40).split(/[,;]\s/)[0] ?? ""))
  )
    return undefined;
  const isNative =
    /\bnativ\w*(?: context)?(?: (?:length|window|support\w*))?(?: (?:of|is|for|up to|a))*[\s:=(]*$/i.test(
      before,
    ) || /^[\s-]*(?:tokens? )?(?:of )?(?:context )?(?:window )?\(?nativ/i.test(after);
  const isExtended =
    /^[\s-]*(?:tokens?,? )?(?:of context )?\(?(?:with|via|using|through|under) (?:\w+ )?(?:YaRN|RoPE|scaling)/i.test(
      after,
    ) ||
    /(?:extend|expand|extensible|stretch|scal)\w*(?: (?:up )?to| the context)?[^.;\d]{0,25}$/i.test(
      before,
    );
  if (isNative && !isExtended) return named("context.native", "native context", ["context.header"]);
  if (isExtended && !isNative) return named("context.extended", "extended context");
  return named("context.native", "context", ["context.extended", "context.header"]);
}
