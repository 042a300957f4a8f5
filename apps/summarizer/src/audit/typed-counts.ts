import { isValue } from "./quantity.ts";
import { named, type Rule, type Surroundings } from "./typed-rule.ts";

const ACTIVE_BEFORE =
  /\b(?:activat\w+|active|select\w*|rout\w+(?: \w+)? to|uses?|using|top)(?: only| just)?(?: the)?(?: top)?[\s:=–-]*$/i;
const ACTIVE_AFTER =
  /^[-\s]*(?:\w+ ){0,2}?(?:of (?:them|which|these|those) )?(?:(?:is|are|being|get|gets) )?(?:activ\w+|selected|chosen|used|routed)\b/i;

export function experts({ before, after, label }: Surroundings): ReturnType<Rule> {
  const isUnit =
    /^[-\s]*(?:[\w-]+ ){0,2}?experts?\b/i.test(after) || /\bexperts?[\s:=(]*$/i.test(before);
  const isShare = /^ (?:out )?of (?:the |its |a total of )?\d+(?: [\w-]+){0,2} experts\b/i.test(
    after,
  );
  const isOfThem =
    /\bexperts?\b/i.test(before) &&
    /^ (?:of (?:them|which|these)|(?:are )?activ|per token|per inference)/i.test(after);
  if (!isUnit && !isShare && !isOfThem) return undefined;
  if (/\bshared\b/i.test(after.slice(0, 25)) || /\bshared\b.{0,10}$/i.test(before))
    return undefined;
  const isWhole = /\b(?:of|among|from) (?:its |the |all |these )?$/i.test(before);
  if (isWhole) return named("experts.total", "experts");
  const unit = /^[-\s]*(?:[\w-]+ ){0,2}?experts?\b(.*)$/is.exec(after)?.[1];
  const isActive =
    isShare ||
    isOfThem ||
    ACTIVE_BEFORE.test(before) ||
    /^[-\s]*(?:activ\w+|selected|routed) /i.test(after) ||
    /\bactiv\w+ experts?[\s:=(]*$/i.test(before) ||
    (unit !== undefined &&
      (/^\s*(?:per (?:token|inference|forward)|at a time)/i.test(unit) || ACTIVE_AFTER.test(unit)));
  if (isActive) return named("experts.active", "activated experts");
  return /activ/i.test(label) && !/\bof\b/.test(before)
    ? named("experts.active", "activated experts")
    : named("experts.total", "experts");
}

export function heads({ before, after, label }: Surroundings): ReturnType<Rule> {
  const isHeads =
    /\bheads?\b/i.test(before + after + label) || /\b(?:GQA|MQA|attention)\b/i.test(before + label);
  if (!isHeads) return undefined;
  if (
    /^[-\s]*(?:for )?(?:(?:shared|grouped) )?(?:kv\b|key)/i.test(after) ||
    /\b(?:kv|key[-/ ]values?)(?: heads?)?[\s:=]*$/i.test(before)
  )
    return named("heads.keyValue", "KV heads");
  if (
    /^[-\s]*(?:for )?(?:q\b|quer)/i.test(after) ||
    /^[-\s]*(?:attention )?heads?\b/i.test(after) ||
    /\b(?:query|attention) heads?(?: \(\w+\))?[\s:=]*$/i.test(before)
  )
    return named("heads.query", "query heads");
  return undefined;
}

export function layers({ before, after }: Surroundings): ReturnType<Rule> {
  const isUnit =
    /^[-\s]*(?:(?:transformer|hidden|decoder) )?(?:layers?|blocks?)\b/i.test(after) ||
    /\blayers[\s:=]*$/i.test(before);
  return isUnit ? named("layers", "layers") : undefined;
}

export function shards({ after }: Surroundings): ReturnType<Rule> {
  return /^[-\s]*(?:[\w-]+ )?(?:shards|parts|segments|split files)\b/i.test(after)
    ? named("split.count", "shards")
    : undefined;
}

/** Corpora are counted in tokens, and files in bytes. */
const NO_WEIGHTS =
  /^\s*[-]?(?:tokens?|bytes?|words?|documents?|samples?|images?|pairs?|hours?|GB|stars?)\b/i;

export function parameters({ before, after, label, quantity }: Surroundings): ReturnType<Rule> {
  const clauseBefore = before.split(/[,;]\s|\band\b/).at(-1) ?? "";
  const clause = after.split(/[,;]\s|\band\b|\bof which\b|\bwith (?=[~\d])|\(/)[0] ?? "";
  const isPlain = /\b(?:with|has|have) $/i.test(before) && /^ parameters\b/i.test(after);
  const isScaled =
    isPlain ||
    /^[MBT]$/.test(quantity.scale) ||
    isValue(quantity, Math.max(1e6, quantity.spans[0]?.[0] ?? 0));
  const isParameters =
    /\bparam/i.test(clause) ||
    /\bparam/i.test(label) ||
    /\bparam\w*[\s:=(]*(?:of |is |are )?$/i.test(before) ||
    (/\bparam/i.test(before) && /activ|embed|total/i.test(clause));
  if (!isScaled || NO_WEIGHTS.test(after)) return undefined;
  const isShort =
    quantity.scale === "B" &&
    (/^[-\s]*(?:in )?(?:total|activ)/i.test(clause) ||
      /^[- ](?:MoE|dense|model)/i.test(after) ||
      /\b(?:total|activ\w+)[\s:=]*$/i.test(before));
  if (!isParameters && !isShort) return undefined;
  if (
    /(?:non-?embedding|without (?:the )?embedding|excluding (?:the )?embedding)/i.test(
      clauseBefore + clause,
    )
  )
    return named("parameters.nonEmbedding", "parameters without embeddings");
  if (
    /activ/i.test(clause) ||
    /\bactiv\w+(?: only| just)?(?: param\w*)?[\s:=]*$/i.test(clauseBefore) ||
    /\bof which[\s~]*$/i.test(before)
  )
    return named("parameters.active", "activated parameters");
  return named(
    "parameters.total",
    "parameters",
    /total/i.test(clauseBefore + clause) ? [] : ["parameters.nonEmbedding"],
  );
}

/** Entries of the vocabulary, and the width between layers. */
export function sizes({ before, after, label, quantity }: Surroundings): ReturnType<Rule> {
  if ((quantity.spans[0]?.[0] ?? 0) < 100) return undefined;
  const near = `${label} ${before.slice(-30)}`;
  if (
    /\bvocab\w*(?: size)?[\s:=]*(?:of |is |has |holds )?$/i.test(near.trimEnd() + " ") ||
    /^[-\s]*(?:entries|tokens) (?:in (?:its|the) )?vocab/i.test(after)
  )
    return named("vocabulary", "vocabulary");
  return /\bhidden (?:size|dimension)[\s:=]*(?:of |is )?$/i.test(near)
    ? named("hidden.size", "hidden size")
    : undefined;
}
