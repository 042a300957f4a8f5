// A repository can hold thousands of files; a message should fit on a screen.
const SHOWN_NAMES = 10;

/** Some names for a message: `a, b and 3 more`. */
export function nameSome(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  const shown = names.slice(0, SHOWN_NAMES).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
