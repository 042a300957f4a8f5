/** What our own YAML is made of. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly (string | number)[]
  | { readonly [key: string]: YamlValue | undefined };

/** Characters that YAML takes for line ends, or not at all, though JSON needs no escape for them. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Keys that are read as text by every reader of YAML, without quotes. */
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Read as something else than text by some: `no` and its like. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A YAML document of mappings and lists; strings are quoted as in JSON, which YAML reads. */
export function yamlText(value: { readonly [key: string]: YamlValue | undefined }): string {
  return mappingLines(value)
    .map((line) => `${line}\n`)
    .join("");
}

function mappingLines(mapping: { readonly [key: string]: YamlValue | undefined }): string[] {
  return Object.entries(mapping).flatMap(([key, value]) =>
    value === undefined ? [] : pairLines(yamlKey(key), value),
  );
}

function pairLines(key: string, value: YamlValue): string[] {
  if (typeof value === "string") return [`${key}: ${yamlString(value)}`];
  if (typeof value !== "object") return [`${key}: ${String(value)}`];
  if (isList(value)) return [`${key}:`, ...value.map((item) => `  - ${yamlScalar(item)}`)];
  return [`${key}:`, ...mappingLines(value).map((line) => `  ${line}`)];
}

function isList(value: YamlValue): value is readonly (string | number)[] {
  return Array.isArray(value);
}

function yamlScalar(value: string | number): string {
  return typeof value === "string" ? yamlString(value) : String(value);
}

/** A key as text, in quotes where it needs them. */
export function yamlKey(key: string): string {
  return PLAIN_KEY.test(key) && !RESERVED.test(key) ? key : yamlString(key);
}

/** A double-quoted scalar: all of JSON's escapes are YAML's, too. */
export function yamlString(text: string): string {
  return JSON.stringify(text).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
