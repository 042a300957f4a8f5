import { isSame, numbersIn } from "./numbers.mjs";
import { linesOf, withoutLinks } from "./page-lines.mjs";
import { copyRateOf, duplicatesOf } from "./repetition.mjs";
import { stemsOf, unitsOf } from "./source-units.mjs";

/**
 * What is wrong with a page, and how much of what matters it holds.
 * @typedef {object} Measures
 * @property {number} words
 * @property {string[]} missing names of key facts
 * @property {number} coverage share of the key facts, 0 to 1
 * @property {string[]} unsupported numbers that the linked source does not give to what stands beside them
 * @property {string[]} wrongLinks
 * @property {string[]} foreign numbers that the sources give to other models alone
 * @property {string[]} forbidden
 * @property {string[]} strange lines that no source has the words of
 * @property {string[]} duplicates
 * @property {number} copyRate share of runs of five words that are a source's, 0 to 1
 *
 * @typedef {object} PageLine
 * @property {string} text without its link
 * @property {string[]} urls
 * @property {boolean} isOpening
 */

/**
 * Judges a page by its sources and checklist.
 * @param {string} page Markdown
 * @param {import("./cases.mjs").Case} judged
 * @returns {Measures}
 */
export function measurePage(page, { checklist, sources }) {
  const model = (/^# (.+)$/m.exec(page)?.[1] ?? "").replaceAll(/\\|`/g, "");
  // What the model's own name says, such as its size, its card says.
  const title = `\n\n${model.replaceAll("-", " ")} parameters.\n`;
  const documents = sources.map(({ url, text }, at) => ({
    url,
    units: unitsOf(at === 0 ? `${text}${title}${languagesOf(text)}` : text, model),
  }));
  const lines = linesOf(page);
  const missing = checklist.facts.filter(
    ({ accept }) => !accept.some((pattern) => new RegExp(pattern).test(page)),
  );
  const forbidden = checklist.forbidden.filter(({ pattern }) =>
    new RegExp(pattern, "m").test(withoutLinks(page)),
  );
  const numbers = lines.flatMap((line) => numberProblems(line, documents));
  return {
    words: page.split(/\s+/).filter(Boolean).length,
    missing: missing.map(({ name }) => name),
    coverage: 1 - missing.length / checklist.facts.length,
    unsupported: numbers.filter(({ kind }) => kind === "unsupported").map(({ said }) => said),
    foreign: numbers.filter(({ kind }) => kind === "foreign").map(({ said }) => said),
    wrongLinks: lines.flatMap((line) => linkProblems(line, documents)),
    forbidden: forbidden.map(({ kind, name }) => `${kind}: ${name}`),
    strange: lines.filter((line) => isStrange(line, documents)).map(({ text }) => text),
    duplicates: duplicatesOf(lines),
    copyRate: copyRateOf(page, sources),
  };
}

const NAMES = new Intl.DisplayNames("en", { type: "language" });

/** The languages whose codes stand in a card's front matter, in words. */
function languagesOf(/** @type {string} */ text) {
  const list = /^language:\n((?:\s*- \S+\n)+)/m.exec(text)?.[1] ?? "";
  const codes = list.match(/(?<=- )[a-z]{2,3}$/gm) ?? [];
  return codes.length === 0
    ? ""
    : `Languages: ${codes.map((code) => NAMES.of(code)).join(", ")}.\n`;
}

/** Whether there is anything to say against a page, its coverage and length aside. */
export function problemsOf(/** @type {Measures} */ measures) {
  const { unsupported, wrongLinks, foreign, forbidden, strange } = measures;
  return [...unsupported, ...wrongLinks, ...foreign, ...forbidden, ...strange];
}

/** Words of a page's frame, which no source needs to have. */
const FRAME = new Set(
  stemsOf(
    `parameters total activated active without embeddings layers query heads KV grouped-query attention experts
    natively context tokens model language licensed under based packages GGUF files turns on mode switch from turn
    sampling output length vocabulary trained training architecture size benchmarks interest researchers
    embedding input output languages released card says of them most queries come shards merges dimension data sets
    knowledge cutoff further properties results files steps guidance scale resolution thinking mode temperature top
    min presence penalty repetition history earlier turns final answers content`,
  ),
);

/** How many words on each side, within its clause, may tell what a number is of. */
const NEAR = 4;
/** A sentence is a source's own, or one of a model's about it, if it has so much of the source's words. */
const LEAST_OF_UNIT = 0.5;

/** Whether a unit of the source is what a line with a number in it is about. */
function tellsOf(
  /** @type {PageLine} */ line,
  /** @type {import("./numbers.mjs").NumberIn} */ number,
) {
  const [label = ""] = /^\*\*[^*]+\*\*/.exec(line.text) ?? [];
  if (label === "" && !line.isOpening) {
    const own = new Set(stemsOf(line.text));
    return (/** @type {import("./source-units.mjs").Unit} */ { stems }) =>
      [...stems].filter((stem) => own.has(stem)).length / stems.size >= LEAST_OF_UNIT;
  }
  const before =
    line.text
      .slice(0, number.at)
      .split(/[;.:]\s/)
      .at(-1) ?? "";
  const after = line.text.slice(number.end).split(/[;.:](?:\s|$)/)[0] ?? "";
  const near = [
    ...stemsOf(before).slice(-NEAR),
    ...stemsOf(after).slice(0, NEAR),
    ...stemsOf(label),
  ];
  return (/** @type {import("./source-units.mjs").Unit} */ { stems }) =>
    near.some((stem) => stems.has(stem));
}

function numberProblems(/** @type {PageLine} */ line, /** @type {SourceDocument[]} */ documents) {
  const linked = documents
    .filter(({ url }) => line.urls.includes(url))
    .flatMap(({ units }) => units);
  return numbersIn(line.text).flatMap((number) => {
    const having = linked.filter(({ values }) => isSame(number.values, values));
    const telling = having.filter(tellsOf(line, number));
    const said = `${number.text} in: ${line.text.slice(0, 90)}`;
    if (telling.length === 0) return [{ kind: "unsupported", said }];
    return telling.every(({ isOther }) => isOther) ? [{ kind: "foreign", said }] : [];
  });
}

/**
 * A source with its units.
 * @typedef {object} SourceDocument
 * @property {string} url
 * @property {import("./source-units.mjs").Unit[]} units
 */

/** Less of a line's own words in the linked source is a wrong link; so is much more in another. */
const LEAST_SHARED = 0.5;
const BETTER_BY = 0.3;

function linkProblems(
  /** @type {PageLine} */ { text, urls },
  /** @type {SourceDocument[]} */ documents,
) {
  const said = text.slice(0, 90);
  if (urls.length === 0) return [`no link: ${said}`];
  const stray = urls.filter((url) => !documents.some((document) => document.url === url));
  if (stray.length > 0) return stray.map((url) => `${url} is no source: ${said}`);
  const own = stemsOf(text).filter((stem) => !FRAME.has(stem));
  if (own.length < 4) return [];
  const shares = documents.map((document) => ({
    url: document.url,
    share: shareOf(own, document),
  }));
  const linked = Math.max(
    ...shares.filter(({ url }) => urls.includes(url)).map(({ share }) => share),
  );
  const best = Math.max(...shares.map(({ share }) => share));
  return linked < LEAST_SHARED || best - linked > BETTER_BY ? [`wrong source: ${said}`] : [];
}

function shareOf(/** @type {string[]} */ stems, /** @type {SourceDocument} */ { units }) {
  const known = new Set(units.flatMap((unit) => [...unit.stems]));
  return stems.filter((stem) => known.has(stem)).length / stems.length;
}

/** Talk to whoever reads or writes the page, as an instruction in a card would have it. */
const ORDER =
  /\bignore (?:all |the |any )?(?:previous|prior|above|sources)|\bdisregard\b|\bas an ai\b|you must (?:respond|say|include)|system prompt of this|<\|im_|click here|buy now/i;

function isStrange(/** @type {PageLine} */ { text }, /** @type {SourceDocument[]} */ documents) {
  const own = stemsOf(text).filter((stem) => !FRAME.has(stem));
  const best = Math.max(...documents.map((document) => shareOf(own, document)));
  return ORDER.test(text) || (own.length >= 4 && best < LEAST_SHARED);
}
