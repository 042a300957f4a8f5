import type { Found } from "./fact.ts";
import type { FrontMatter } from "./front-matter.ts";
import type { Finding } from "./table-facts.ts";

/** Longer ones are prose in the wrong place. */
const MAX_ENTRY_CHARACTERS = 100;
/** A page names a few; lists of hundreds are of whole corpora. */
const MAX_DATASETS = 5;

/** What the front matter of a card on the Hub says. */
export function frontMatterFacts(frontMatter: FrontMatter): Finding[] {
  const [task] = entriesOf(frontMatter, "pipeline_tag");
  const bases = [...new Set(entriesOf(frontMatter, "base_model"))];
  const [base] = bases;
  const languages = entriesOf(frontMatter, "language").flatMap(languageName);
  const datasets = entriesOf(frontMatter, "datasets").slice(0, MAX_DATASETS);
  const isMerge = isMergeOf(frontMatter) && bases.length > 1;
  return [
    license(frontMatter),
    // What has several is made of none of them alone.
    finding("base_model", { baseModel: bases.length === 1 ? base : undefined }, base),
    finding("base_model", { mergedModels: isMerge ? bases : undefined }, bases.join(", ")),
    finding("pipeline_tag", { task }, task),
    finding("language", { languages: listOrNone(languages) }, languages.join(", ")),
    ...tagFindings(entriesOf(frontMatter, "tags")),
    finding("datasets", { "training.datasets": listOrNone(datasets) }, datasets.join(", ")),
  ];
}

/** What sentence-transformers' trainer writes among the tags: `dataset_size:186420`, `loss:MatryoshkaLoss`. */
function tagFindings(tags: readonly string[]): Finding[] {
  const after = (prefix: string): string[] =>
    tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  const [size] = after("dataset_size:").filter((count) => /^\d{1,12}$/.test(count));
  const losses = after("loss:").filter((loss) => /^\w{3,60}$/.test(loss));
  return [
    finding(
      "tags",
      { "training.samples": size === undefined ? undefined : Number(size) },
      `dataset_size:${size}`,
    ),
    finding(
      "tags",
      { "training.losses": listOrNone(losses) },
      losses.map((loss) => `loss:${loss}`).join(", "),
    ),
  ];
}

function isMergeOf(frontMatter: FrontMatter): boolean {
  const tags = entriesOf(frontMatter, "tags").map((tag) => tag.toLowerCase());
  const [relation] = entriesOf(frontMatter, "base_model_relation");
  return relation === "merge" || tags.includes("merge") || tags.includes("mergekit");
}

function listOrNone(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

const LANGUAGE_NAMES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** `sv` → `Swedish`; what is no code of a language, such as `multilingual`, is nothing. */
function languageName(code: string): string[] {
  if (!/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(code)) return [];
  try {
    const name = LANGUAGE_NAMES.of(code);
    return name === undefined ? [] : [name];
  } catch {
    return [];
  }
}

/** A license that the Hub has no name for is `other`, with its name under another key. */
function license(frontMatter: FrontMatter): Finding {
  const named = entriesOf(frontMatter, "license");
  const isNamed = named.length > 0 && !named.includes("other") && !named.includes("unknown");
  const key = isNamed ? "license" : "license_name";
  const licenses = isNamed ? named : entriesOf(frontMatter, key);
  const value = licenses.length === 0 ? undefined : licenses.join(", ");
  const name = key === "license_name" && value !== undefined ? nameOfSlug(value) : value;
  return finding(key, { license: name }, value);
}

/** `aria-community` → `Aria Community License`; what has digits in it is left as it is. */
function nameOfSlug(slug: string): string {
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(slug)) return slug;
  const words = slug.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return /licen[sc]e|terms$/.test(slug) ? words.join(" ") : `${words.join(" ")} License`;
}

function finding(key: string, found: Found, text: string | undefined): Finding {
  return { found, where: { key, text: `${key}: ${text}` } };
}

/** The texts of an entry, which may be one or a list; what is no short text counts as missing. */
function entriesOf(frontMatter: FrontMatter, key: string): string[] {
  const entry: unknown = Object.hasOwn(frontMatter, key) ? frontMatter[key] : undefined;
  const entries: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  return entries
    .filter((text) => typeof text === "string")
    .map((text) => text.trim())
    .filter((text) => text !== "" && text.length <= MAX_ENTRY_CHARACTERS && !text.includes("\n"));
}
