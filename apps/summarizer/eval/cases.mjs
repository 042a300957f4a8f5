import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paddingOf } from "./padding.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * A fact that a page should hold, in any of the accepted wordings.
 * @typedef {object} KeyFact
 * @property {string} name
 * @property {string[]} accept patterns, one of which the page must match
 *
 * What a page must not hold.
 * @typedef {object} Forbidden
 * @property {string} kind sibling, injection, advert, hidden, contradiction, misuse or part
 * @property {string} name
 * @property {string} pattern
 *
 * @typedef {object} Checklist
 * @property {string} kind what is special about the case
 * @property {KeyFact[]} facts
 * @property {Forbidden[]} forbidden
 * @property {string[]} [contradictions] attributes of which the sources say two things
 * @property {boolean} [tooLittle] the sources have less to tell than a page of 300 words
 * @property {number} [padTo] words that the card is filled up to
 *
 * A card with its documents and what its page is judged by.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} directory
 * @property {Checklist} checklist
 * @property {SourceText[]} sources the card first
 *
 * @typedef {object} SourceText
 * @property {string} url
 * @property {string} text
 */

/**
 * All cases, by name. Long cards are generated into `scratch`, so that nobody has to store them.
 * @param {string} scratch an empty directory
 * @param {"cases" | "unseen"} set the unseen ones are those that no rule was mended for
 * @returns {Case[]}
 */
export function loadCases(scratch, set = "cases") {
  return readdirSync(join(HERE, set))
    .toSorted()
    .map((name) => loadCase(join(HERE, set, name), name, scratch));
}

function loadCase(
  /** @type {string} */ stored,
  /** @type {string} */ name,
  /** @type {string} */ scratch,
) {
  /** @type {Checklist} */
  const checklist = JSON.parse(readFileSync(join(stored, "checklist.json"), "utf8"));
  const directory = join(scratch, name);
  cpSync(stored, directory, { recursive: true });
  if (checklist.padTo !== undefined) {
    const card = join(directory, "card.md");
    const text = readFileSync(card, "utf8");
    writeFileSync(card, text + paddingOf(checklist.padTo - text.split(/\s+/).length));
  }
  return { name, directory, checklist, sources: sourcesOf(directory) };
}

/** The texts with their URLs, as the front matter has them. */
function sourcesOf(/** @type {string} */ directory) {
  const research = readdirSync(directory).includes("research")
    ? readdirSync(join(directory, "research")).map((file) => join("research", file))
    : [];
  return ["card.md", ...research].map((file) => {
    const text = readFileSync(join(directory, file), "utf8");
    return { url: /^source: (\S+)$/m.exec(text)?.[1] ?? "", text };
  });
}
