import { comparable, trimEnd } from "./model-name.ts";
import { sizeOf, stemOf, type Subject } from "./subject.ts";

/** Words after a name that make it the series'. */
const OF_SERIES = /^[ -](?:series|family|models?|checkpoints|variants|and|base)\b/i;
/** A name that stands later is not whom the text speaks of. */
export const MOST_BEFORE: number = 25;

/**
 * The model that a text speaks of whose name is the beginning of the subject's, as `Basalt-2` is of
 * `Basalt-2-Air`; `series` where the text means all whose names begin so.
 */
export function ancestorIn(text: string, subject: Subject): string | undefined {
  const model = comparable(subject.model);
  const ancestors = (subject.siblings ?? []).filter((name) =>
    model.startsWith(`${comparable(name)}-`),
  );
  const plain = comparable(text.slice(0, MOST_BEFORE + 100));
  for (const name of ancestors) {
    const at = plain.indexOf(comparable(name));
    const before = plain[at - 1] ?? "-";
    const rest = text.slice(at + name.length, at + name.length + 100);
    if (at === -1 || /[a-z\d]/.test(before) || /^(?:[\w]|[-.][\w])/.test(rest)) continue;
    if (OF_SERIES.test(rest)) return "series";
    const isNamesake = comparable(name) === comparable(subject.family);
    const counts =
      rest === "" || (at <= 4 && /^ [a-z]/.test(rest) && /\d/.test(text.slice(at + name.length)));
    if (isNamesake ? counts : at <= MOST_BEFORE) return name;
  }
  return undefined;
}

/** The name of another model that a text speaks of without naming the subject's series. */
export function otherModel(text: string, subject: Subject): string | undefined {
  return (
    otherVersion(text, subject) ??
    otherRelease(text, subject) ??
    relative(text, subject) ??
    baseIn(text, subject) ??
    otherSize(text, subject)
  );
}

/** The name of another version of the series, where `text` begins with one: `Qwen2.5-72B`. */
function otherVersion(text: string, { family }: Subject): string | undefined {
  const stem = /^([a-z][a-z-]*[a-z])-?v?\d[\d.]*$/i.exec(family)?.[1];
  const first = /^(?:(?:The|Our|Even|Previous|Earlier) )?([\w.-]{1,100})/.exec(text)?.[1];
  if (stem === undefined || !first?.toLowerCase().startsWith(stem.toLowerCase())) return undefined;
  return /^-?v?\d/i.test(first.slice(stem.length)) ? trimEnd(first) : undefined;
}

/** `v1.2 had an average of 66.05` on the card of v1.3. */
function otherRelease(text: string, { model }: Subject): string | undefined {
  const own = /[-_ ]v(\d+(?:\.\d+)*)$/i.exec(model)?.[1];
  const said =
    /^.{0,25}?\b[vV](\d{1,3}(?:\.\d{1,3})*) (?:had|has|was|is|got|scored|reached)\b/.exec(
      text,
    )?.[1];
  return own === undefined || said === undefined || said === own ? undefined : `v${said}`;
}

/** Part of a name that follows its first word: `-Sun-70B`, ` Large 3`. */
const NAME_REST = "(?:-[\\w.]{1,40}|[ ](?:v?\\d[\\w.]{0,12}|[A-Z][\\w.]{0,30}(?=[ -])|[A-Z]{2,6}))";

/**
 * The name of a model of the same makers, where `text` names one and not the model or its series:
 * `Saffron-Sun-70B` beside `Saffron-Moon-13B`.
 */
function relative(text: string, subject: Subject): string | undefined {
  const [first = "", ...rest] = stemOf(subject);
  const stem = `[${first}${first.toUpperCase()}]${rest.join("")}`;
  const names = [...text.matchAll(new RegExp(`(?<![\\w./-])${stem}${NAME_REST}{1,5}`, "gu"))]
    .map(([found]) => trimEnd(found))
    // `brook-ai` makes models, where these are written `Brook`.
    .filter((name) => /\d/.test(name) && (/^[A-Z]/.test(name) || /^[a-z]/.test(subject.model)));
  return names.some((name) => isShortened(name, subject)) ? undefined : names[0];
}

/** Whether a name leaves out parts of the subject's and has no others: `Aria 2` for `Aria-2-1125-7B`. */
function isShortened(name: string, { model }: Subject): boolean {
  const own = comparable(model).split("-");
  const parts = comparable(name).split("-");
  return parts.every((part, at) => own.includes(part, at === 0 ? 0 : 1));
}

/** The name of what the model was made of, where `text` begins with it. */
function baseIn(text: string, subject: Subject): string | undefined {
  const own = comparable(subject.model);
  return (subject.bases ?? []).find((base) => {
    const stem = /^[A-Za-z]{3,}[\d.]*/.exec(base)?.[0] ?? base;
    const isRelated =
      own.startsWith(comparable(base)) || comparable(base).startsWith(stemOf(subject));
    const rest = text.startsWith(stem) ? text.slice(stem.length) : undefined;
    return !isRelated && rest !== undefined && /^[-\s]/.test(rest);
  });
}

const SIZE_WORD = /^(?:nano|tiny|mini|small|base|medium|large|xl|xxl|giant)$/;
const SIZE_WORD_NAMED =
  /^(?:the|our|its) (nano|tiny|mini|small|medium|large|xl|xxl|giant) (?:models?|versions?|variants?|checkpoints?)\b/i;
const SIZE_NAMED =
  /^(?:(?:the|our|its|in the|for the) )?(\d{1,4}(?:\.\d{1,3})?[BM])[- ](?:models?|versions?|variants?|checkpoints?|siblings?|sizes?)\b/i;

/** The sibling that `text` speaks of by its size alone: `The 27B model has 62 layers`. */
function otherSize(text: string, subject: Subject): string | undefined {
  const word = SIZE_WORD_NAMED.exec(text)?.[1]?.toLowerCase();
  const parts = comparable(subject.model).split("-");
  const isSizeWord = parts.some((part) => SIZE_WORD.test(part));
  if (word !== undefined && isSizeWord && !parts.includes(word)) return `${subject.family} ${word}`;
  const own = sizeOf(subject)?.toUpperCase();
  if (own === undefined || new RegExp(`(?<![\\d.])${own}\\b`, "i").test(text)) return undefined;
  const size = SIZE_NAMED.exec(text)?.[1];
  return size === undefined ? undefined : `${subject.family} ${size}`;
}
