/** What our own Python is made of. */
export type PythonValue =
  | string
  | number
  | boolean
  | readonly (string | number)[]
  | { readonly [key: string]: PythonValue };

/**
 * A value as Python writes it. JSON's strings are Python's, but for surrogates that stand alone:
 * Python takes those, too, and refuses them where they are encoded.
 */
export function pythonLiteral(value: PythonValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (isList(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  const pairs = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`,
  );
  return `{${pairs.join(", ")}}`;
}

function isList(value: PythonValue): value is readonly (string | number)[] {
  return Array.isArray(value);
}

/** Keyword arguments, each in a line of its own. */
export function pythonArguments(values: Readonly<Record<string, PythonValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => `    ${name}=${pythonLiteral(value)},\n`)
    .join("");
}
