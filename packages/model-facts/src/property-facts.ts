import type { Found } from "./fact.ts";
import { PROPERTY_RULES } from "./property-rules.ts";
import { translated } from "./translations.ts";

/** Sections on a part of the model, or on another one beside it, whose numbers are not the model's. */
const PART =
  /(?<![\w-])(?:encoder|decoder|draft|teacher|reward model|tokenizer|vision|audio|projector|adapter|lora|ablations?|baselines?|evaluation|other models)(?![\w-])/i;

const MAX_VALUE_CHARACTERS = 300;
const MAX_KEY_CHARACTERS = 60;

/** Whether text, or a heading, is on a part of the model or on something beside it. */
export function isOnPart(text: string): boolean {
  return PART.test(text);
}

/** What a line says as `Key: value`, under its headings; nothing where it is no such line. */
export function propertyFacts(text: string, headings: readonly string[]): Found {
  const [, name = "", said = ""] = /^([^:：]{1,60})(?:: |：)(.*)$/s.exec(text) ?? [];
  return pairFacts(name, said, headings);
}

/** What a key and its value say, as a table or a line has them. */
export function pairFacts(name: string, said: string, headings: readonly string[]): Found {
  if (name.length > MAX_KEY_CHARACTERS || said.length > MAX_VALUE_CHARACTERS) return {};
  const plain = said.trim().replace(/\.$/, "");
  const { key, value } = translated(plainKey(name), plain);
  const rule = PROPERTY_RULES.find((candidate) => candidate.key.test(key));
  return rule === undefined || headings.some(isOnPart) ? {} : rule.read(value);
}

/** `#Total Params` → `total params` */
function plainKey(name: string): string {
  return name.replace(/^[#*\s]+|[*\s]+$/g, "").toLowerCase();
}

/** Whether there is a rule for a key, whatever its value. */
export function isKnownKey(name: string): boolean {
  const { key } = translated(plainKey(name), "");
  return PROPERTY_RULES.some((rule) => rule.key.test(key));
}
