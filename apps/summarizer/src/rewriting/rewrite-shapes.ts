import type { RewriteShape } from "./rewrite-shape.ts";
import { prohibition, recommendation } from "./rewrite-shapes/advice.ts";
import {
  concession,
  condition,
  consequence,
  finding,
  outcome,
  reason,
} from "./rewrite-shapes/clauses.ts";
import { ability, background, kind, possession } from "./rewrite-shapes/kinds.ts";
import { deed, maker } from "./rewrite-shapes/makers.ts";
import { corpus, instrument, material, mixture, phases } from "./rewrite-shapes/making.ts";
import { aspect, introduction, means, method, origin, stages } from "./rewrite-shapes/methods.ts";
import { afterthought, aim, extent, manner, setting } from "./rewrite-shapes/phrases.ts";
import {
  benefit,
  comparison,
  parity,
  provision,
  strength,
  suitability,
  support,
} from "./rewrite-shapes/traits.ts";
import { advice, effect, faculty, order, usage } from "./rewrite-shapes/voices.ts";
import { report, witness } from "./rewrite-shapes/witnesses.ts";

/** The first shape that matches a note is taken. */
export const REWRITE_SHAPES: readonly RewriteShape[] = [
  prohibition,
  recommendation,
  support,
  comparison,
  strength,
  aspect,
  means,
  parity,
  suitability,
  origin,
  method,
  benefit,
  provision,
  stages,
  introduction,
  kind,
  possession,
  background,
  ability,
  corpus,
  mixture,
  material,
  phases,
  report,
  witness,
  maker,
  deed,
  order,
  advice,
  aim,
  manner,
  finding,
  reason,
  outcome,
  consequence,
  concession,
  condition,
  afterthought,
  setting,
  extent,
  instrument,
  usage,
  effect,
  faculty,
];
