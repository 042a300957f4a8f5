/** The key of one override of metadata, `KEY=TYPE:VALUE`. */
export function overrideKey(override: string): string {
  return override.split("=", 1)[0] ?? override;
}

/** The whole number that values of `--override-kv` set a key to; the last one holds. */
export function overriddenNumber(values: readonly string[], key: string): number | undefined {
  // Newer builds take several overrides in one value.
  const override = values
    .flatMap((value) => value.split(","))
    .findLast((one) => one.startsWith(`${key}=int:`));
  const number = Number(override?.slice(key.length + 5));
  return Number.isInteger(number) ? number : undefined;
}
