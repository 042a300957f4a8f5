import { isNameOf, isShortNameOf, type Subject } from "./subject.ts";

type IsOwn = (subject: Subject, name: string) => boolean;

/** `abliterated-v2 (this)`, `Ours`, `This model`. */
const isMarked: IsOwn = (_, name) =>
  /\((?:this(?: model)?|ours)\)\W*$|^\W*(?:ours|this model)\W*$/i.test(name.slice(0, 100));

/** How tables call a model, the surest first. */
const WAYS: readonly IsOwn[] = [isNameOf, isShortNameOf, isMarked];

/**
 * Where the model's name stands among others', if it stands there once: whole, or else shortened, or
 * else marked as the card's own. Undefined where it does not, or not surely.
 */
export function ownPlace(names: readonly string[], subject: Subject): number | undefined {
  for (const isOwn of WAYS) {
    const places = names.flatMap((name, at) => (isOwn(subject, name) ? [at] : []));
    if (places.length > 0) return places.length === 1 ? places[0] : undefined;
  }
  return undefined;
}
