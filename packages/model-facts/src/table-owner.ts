import { isNameOf, isShortNameOf, type Subject } from "./subject.ts";

/** Where the model's name stands among others', if it stands there once: whole, or else shortened. */
export function ownPlace(names: readonly string[], subject: Subject): number | undefined {
  for (const isOwn of [isNameOf, isShortNameOf]) {
    const places = names.flatMap((name, at) => (isOwn(subject, name) ? [at] : []));
    if (places.length > 0) return places.length === 1 ? places[0] : undefined;
  }
  return undefined;
}
