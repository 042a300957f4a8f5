import type { RewriteShape } from "./rewrite-shape.ts";
import { prohibition, recommendation } from "./rewrite-shapes/advice.ts";
import { aspect, introduction, means, method, origin, stages } from "./rewrite-shapes/methods.ts";
import {
  benefit,
  comparison,
  parity,
  provision,
  strength,
  suitability,
  support,
} from "./rewrite-shapes/traits.ts";

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
];
