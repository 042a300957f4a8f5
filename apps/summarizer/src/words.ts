/** Function words: they carry a sentence's grammar, not its content. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a an the of to in on at by for from with without within into onto over under between among across
  through during before after as than that which who whose this these those it its they them their
  theirs he she we our us you your i is are was were be been being am do does did has have had having
  will would shall should can could may might must and or but nor so yet if then else while when where
  because since although though both either neither not no also too very more most less least such same
  other another each every all any some many much few own per via there here how what why thus`.split(
    /\s+/,
  ),
);

/** A word with its inner hyphens, dots, slashes and underscores, without marks around. */
export const WORD: RegExp = /[\p{L}\p{N}](?:[\p{L}\p{N}]|[-.+_/'’](?=[\p{L}\p{N}]))*[%+]?/gu;

/** The words of a text. */
export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** Lower-case words that carry content; hyphenated ones in their parts. */
export function contentWords(text: string): string[] {
  return words(text)
    .flatMap((word) =>
      word
        .toLowerCase()
        .replace(/['’]s$/, "")
        .split(/[-/]/),
    )
    .filter((word) => word !== "" && !FUNCTION_WORDS.has(word));
}

/** Verbs and joints that a sentence needs when clauses change places; they claim nothing. */
const NEUTRAL = new Set(
  "use used uses using model models possible which recommended avoid avoided introduced has have they enables allows".split(
    " ",
  ),
);

export function isNeutral(word: string): boolean {
  return NEUTRAL.has(word);
}

/** Words, and the prefix, that turn a claim into its opposite. */
export const NEGATION: RegExp =
  /\b(?:not|no|never|neither|nor|none|without|cannot|avoid(?:ed|s|ing)?|\w+n't|non(?=-))\b/gi;

/** Whether a word is a name or a number: `Qwen2.5`, `YaRN`, `RAG`, `128K`. */
export function isNamed(word: string): boolean {
  return /\d|.\p{Lu}/u.test(word) && !FUNCTION_WORDS.has(word.toLowerCase());
}

/** A text without its parentheses: what they add may be left out of a sentence. */
export function withoutParentheses(text: string): string {
  return text.replace(/ ?\([^()]*\)/g, "");
}

/** Whether two lower-case words are forms of one: `enable` and `enabling`, `reach` and `reaches`. */
export function sharesStem(a: string, b: string): boolean {
  if (a === b) return true;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length < 4 || /\d/.test(longer)) return false;
  return stem(shorter) === stem(longer);
}

/** Cuts the endings of English inflection; crude, but the same for both words compared. */
function stem(word: string): string {
  const cut = word
    .replace(/(?:ies|ied)$/, "y")
    .replace(
      /(?:ations?|ements?|ments?|ness|ing|(?<!e)ed|(?<=[sx]|[cs]h)es|(?<!p)ly|(?<!s)s)$/,
      "",
    );
  const base = cut.length >= 3 ? cut : word;
  return base.replace(/e$/, "").replace(/([bdfglmnprt])\1$/, "$1");
}

/** `Careful alignment` → `careful alignment`; a name keeps its capital. */
export function lowerFirst(text: string): string {
  const [first = ""] = words(text);
  return isNamed(first) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Words that no name begins with. */
const FRAMING =
  /^(?:the|an?|this|that|these|those|it|its|they|their|each|every|all|both|some|most|many|one|two|three|no|we|our|such|more|fewer|less|in|on|at|with|without|for|by|from|only|as|after|before|during)$/;

/** Words, and endings of words, that seldom are names unless a name's other words follow. */
const COMMON =
  /^(?:long(?:er)?|short(?:er)?|small(?:er)?|large[rst]*|very|text|videos|photos|code|speech|audio|data|expert|instruction|output|input|memory|quality|accuracy|recall|depth|width|system|prompt|greedy|static|noise|human|early|late|legal|intermediate|additional|different|multiple|several|general|typical|local|global|final|initial|special|visual|low|high|full|(?:mid|pre|post)-training)$|[^suaio]s$|(?:ing|ion|ed|ly|ive|ity|ment|ness|ous|ful|able)$/;

/** Names of models that look like common words. */
const NAMES = /^(?:hermes|kling|ling|ming|orion|stable)$/;

/** A text as it goes on within a sentence: names, and what may be one, keep their capitals. */
export function inSentence(text: string): string {
  const [first = "", next = ""] = words(text);
  const lower = first.charAt(0).toLowerCase() + first.slice(1);
  const isCommon = !isNamed(first) && COMMON.test(lower) && !NAMES.test(lower) && !isNamed(next);
  return FRAMING.test(lower) || isCommon ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A label is no sentence: six words at most. */
const LABEL = /^(\p{Lu}[\p{L}\d&/-]*(?: [\p{L}\d&/-]+){0,5}): (\p{Lu}.*)$/u;

/** `Output Length: We recommend …` is a label and its body; a text without a label is all body. */
export function splitLabel(text: string): { label: string | undefined; body: string } {
  const [, label, body = text] = LABEL.exec(text) ?? [];
  return { label, body };
}
