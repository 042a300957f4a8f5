import type { Found } from "./fact.ts";
import { parseParameterCount } from "./quantity.ts";
import {
  readContext,
  readCount,
  readDate,
  readFrequency,
  readHeads,
  readLabel,
  readLanguages,
  readParameters,
  readQuantizations,
  readTrainingTokens,
  readVocabulary,
} from "./property-values.ts";

export interface PropertyRule {
  readonly key: RegExp;
  readonly read: (value: string) => Found;
}

/** What `Key: value` says, by its whole key in lower case. The first rule whose key fits is taken. */
export const PROPERTY_RULES: readonly PropertyRule[] = [
  {
    key: /^(?:number of )?(?:param\w*,? \(?non-?embeddings?\)?|non-?embedding param\w*)$/,
    read: (value) => ({ "parameters.nonEmbedding": parseParameterCount(value) }),
  },
  {
    key: /^(?:number of )?activ(?:e|ated) param\w*(?: count)?$/,
    read: (value) => ({ "parameters.active": parseParameterCount(value) }),
  },
  {
    // Cards of the Qwen team write "Paramaters".
    key: /^(?:number of )?(?:total )?(?:params|par[ae]m[ae]ters?)(?: count)?(?: \(total\))?$|^model size$/,
    read: readParameters,
  },
  {
    key: /^(?:number of )?(?:hidden |transformer )?layers$/,
    read: (value) => ({ layers: readCount(value, "layers") }),
  },
  {
    key: /^(?:number of )?(?:attention|query|q) heads(?: \((?:gqa|mqa|mha)\))?$/,
    read: readHeads,
  },
  {
    key: /^(?:number of )?(?:kv|key[-/ ]value) heads$/,
    read: (value) => ({ "heads.keyValue": readCount(value, "heads") }),
  },
  {
    key: /^(?:number of )?(?:activ(?:e|ated)|selected) experts(?: per token)?$|^experts per token$/,
    read: (value) => ({ "experts.active": readCount(value, "experts") }),
  },
  {
    key: /^(?:number of )?(?:total )?experts$/,
    read: (value) => ({ "experts.total": readCount(value, "experts") }),
  },
  {
    key: /^(?:max(?:imum)? )?(?:context(?: (?:length|window|size))?|(?:input )?sequence length|input length)$/,
    read: readContext,
  },
  { key: /^(?:available )?quanti[sz]ations?$/, read: readQuantizations },
  {
    key: /^vocab(?:ulary)?(?: size)?$/,
    read: (value) => ({ vocabulary: readVocabulary(value) }),
  },
  {
    key: /^(?:hidden|model|embedding) (?:size|dim(?:ension)?)$|^d[_ ]model$/,
    read: (value) => ({ "hidden.size": readCount(value, "dimensions") }),
  },
  {
    key: /^(?:output |vector |embedding )dim(?:ension)?(?:s|ality)$|^dimensions$/,
    read: (value) => ({ "embedding.dimensions": readCount(value, "dimensions") }),
  },
  {
    key: /^pooling(?: (?:method|strategy|mode))?$/,
    read: (value) => ({ "embedding.pooling": readLabel(value) }),
  },
  {
    key: /^(?:pre-?)?train(?:ed on|ing tokens|ing data|ing corpus|ing budget|ing token count)$|^token count$/,
    read: (value) => ({ "training.tokens": readTrainingTokens(value) }),
  },
  {
    key: /^(?:training )?gpu hours$|^training time \(gpu hours\)$/,
    read: (value) => ({ "training.gpuHours": parseParameterCount(value) }),
  },
  {
    key: /^(?:(?:knowledge|data|training data) cut-?off(?: date)?|(?:date )?cut-?off)$/,
    read: (value) => ({ "training.cutoff": readDate(value) }),
  },
  {
    key: /^(?:model )?release(?:d|d on| date)?$/,
    read: (value) => ({ "release.date": readDate(value) }),
  },
  {
    key: /^(?:supported )?languages?(?: supported| covered)?(?:\(s\))?(?: \(nlp\))?$/,
    read: (value) => readLanguages(value.split(/\. /)[0] ?? value),
  },
  {
    key: /^(?:(?:model )?(?:developers?|authors?)|developed by|created by)$/,
    read: (value) => ({ developer: readLabel(value) }),
  },
  {
    key: /^base model$/,
    read: (value) => ({ baseModel: /^[\w./-]{3,100}$/.test(value) ? value : undefined }),
  },
  { key: /^licen[sc]e$/, read: (value) => ({ license: readLabel(value) }) },
  {
    key: /^(?:model )?(?:input|inputs|input modalit(?:y|ies)|modalities in)$/,
    read: readInput,
  },
  {
    key: /^(?:model )?(?:output|outputs|output modalit(?:y|ies)|modalities out)$/,
    read: (value) => ({ "modalities.output": readModality(value) }),
  },
  {
    key: /^(?:audio )?sampl(?:ing|e) rate$/,
    read: (value) => ({ "audio.samplingRate": readFrequency(value) }),
  },
  {
    key: /^(?:image |output )?resolution$/,
    read: (value) => ({ "image.resolution": /^\d{2,5} ?[x×] ?\d{2,5}$/i.exec(value)?.[0] }),
  },
  {
    key: /^(?:merge )?method$/,
    read: (value) => ({ "merge.method": readLabel(value) }),
  },
  { key: /^(?:(?:model )?architecture|shape)$/, read: readArchitecture },
  { key: /^(?:model )?type$/, read: (value) => ({ type: readLabel(value) }) },
  {
    key: /^(?:prompt|chat) (?:format|template)$/,
    read: (value) => ({
      "prompt.format": /^[A-Z][\w. -]{1,30}$/.test(value) ? value : undefined,
    }),
  },
  { key: /^training stage$/, read: (value) => ({ "training.stage": readLabel(value) }) },
];

/** `mono audio, sampled at 16 kHz, up to 24 minutes in one pass` */
function readInput(value: string): Found {
  return {
    "modalities.input": readModality(value),
    "audio.samplingRate": readFrequency(value),
  };
}

/** `13.8B parameters, dense decoder-only Transformer model, 40 layers`, or a name. */
function readArchitecture(value: string): Found {
  const parts = value.split(/, | with /);
  const read = (unit: RegExp): string | undefined =>
    parts.map((part) => unit.exec(part)?.[1]).find((found) => found !== undefined);
  const parameters = read(/^(~?\d[\d.]* ?(?:[BM]|[bm]illion)) parameters$/);
  const layers = read(/^(\d{1,3}) (?:transformer |hidden )?layers$/i);
  const hidden = read(/^hidden size(?: of)? (\d{1,3}(?:,\d{3})|\d{3,5})$/i);
  const query = read(/^(\d{1,3}) (?:attention |query )?heads$/i);
  const keyValue = read(/^(\d{1,3}) KV heads$/i);
  const kind = parts.find((part) =>
    /^(?:an? )?[\p{L} -]{3,60}\b(?:model|transformer|network)$/iu.test(part),
  );
  const counts = { layers, hidden, query, keyValue };
  const isNamed =
    Object.values(counts).every((count) => count === undefined) &&
    parameters === undefined &&
    kind === undefined;
  const label = isNamed ? readLabel(value) : undefined;
  return {
    "parameters.total": parameters === undefined ? undefined : parseParameterCount(parameters),
    layers: numberOf(layers),
    "hidden.size": numberOf(hidden),
    "heads.query": numberOf(query),
    "heads.keyValue": numberOf(keyValue),
    kind: kind?.replace(/^an? /i, ""),
    property: label === undefined ? undefined : { name: "Architecture", value: label },
  };
}

function numberOf(count: string | undefined): number | undefined {
  return count === undefined ? undefined : Number(count.replaceAll(",", ""));
}

const MODALITY = /\b(?:text|images?|audio|speech|videos?|pictures?|documents?|wav)\b/i;
const MAX_MODALITY_CHARACTERS = 100;

function readModality(value: string): string | undefined {
  const isShort = value.length <= MAX_MODALITY_CHARACTERS && !/https?:|\. /.test(value);
  return isShort && MODALITY.test(value) ? value : undefined;
}
