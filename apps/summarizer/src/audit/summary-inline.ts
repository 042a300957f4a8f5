/** A link of a summary, where its words stood in the plain text. */
export interface SummaryLink {
  readonly text: string;
  readonly url: string;
  readonly line: number;
  /** `citation`: it stands beside what it is to support; `mention`: its words are part of the sentence. */
  readonly kind: "citation" | "mention";
  /** Offset in the plain text: a citation supports what is before it. */
  readonly at: number;
}

export interface InlineText {
  readonly text: string;
  readonly label: string | undefined;
  readonly links: readonly SummaryLink[];
}

const LINK = String.raw`\[(?:[^\[\]\n]|\[[^\[\]\n]{0,80}\]){0,300}\](?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?(?: "[^"\n]{0,200}")?\)|\[[^\[\]\n]{0,100}\])`;
/** `([blog](…))`, `(see [a](…), [b](…))`: links that are no part of the sentence. */
const CITATION = new RegExp(
  String.raw`\s*[(\[](?:\s*(?:see|source|sources|from|via|per|cf\.?|ref\.?):?\s+)?\s*${LINK}(?:\s*(?:[,;&]|and)?\s*${LINK}){0,10}\s*[)\]]`,
  "giy",
);
const ONE_LINK = new RegExp(LINK, "y");
const AUTOLINK = /<(https?:\/\/[^\s<>]{1,2000})>|https?:\/\/[^\s<>()\]]{1,2000}/iy;
/** Words of links that name a source and nothing else. */
const SOURCE_WORD =
  /^\W{0,3}(?:source|sources|ref|reference|link|here|blog|card|model card|paper|arxiv|report|github|repo|repository|docs?|documentation|\d{1,3})\W{0,3}$/i;
const TAG = /<\/?[a-z][^<>]{0,300}>/iy;

/** The plain words of a text with its links; citations leave no words behind. */
export function readInline(
  raw: string,
  firstLine: number,
  definitions: ReadonlyMap<string, string>,
): InlineText {
  const [, label, rest] =
    /^\s*(?:\*\*|__)([^*\n]{1,100}?):?(?:\*\*|__)\s*[:—–-]?\s+(.*)$/s.exec(raw) ?? [];
  const isLabel = label !== undefined && rest !== undefined && isLabelled(raw);
  const reader: Reader = {
    raw: isLabel ? rest : raw,
    at: 0,
    line: firstLine,
    text: "",
    links: [],
    definitions,
  };
  while (reader.at < reader.raw.length) readNext(reader);
  return { text: reader.text, label: isLabel ? plain(label) : undefined, links: reader.links };
}

/** `**Label**: text`, `**Label:** text`, `**Label** — text`; other bold words are part of a sentence. */
function isLabelled(raw: string): boolean {
  return /^\s*(?:\*\*|__)[^*\n]{1,100}?(?::(?:\*\*|__)|(?:\*\*|__)\s*[:—–]|(?:\*\*|__)\s+-\s)/.test(
    raw,
  );
}

interface Reader {
  readonly raw: string;
  at: number;
  line: number;
  text: string;
  readonly links: SummaryLink[];
  readonly definitions: ReadonlyMap<string, string>;
}

function readNext(reader: Reader): void {
  const { raw, at } = reader;
  const char = raw[at] ?? "";
  if (char === " " || char === "(" || char === "[") {
    const cited = matchAt(CITATION, raw, at);
    if (cited !== undefined) {
      for (const link of cited.match(new RegExp(LINK, "g")) ?? [])
        addLink(reader, link, "citation");
      reader.at += cited.length;
      return;
    }
  }
  if (char === "[") {
    const link = matchAt(ONE_LINK, raw, at);
    if (link !== undefined) return readMention(reader, link);
  }
  if (char === "<" || char === "h") {
    const url = matchAt(AUTOLINK, raw, at);
    if (url !== undefined) {
      const target = url.replace(/^<|>$/g, "").replace(/[.,;:]+$/, "");
      push(reader, { text: target, url: target, kind: "mention" });
      reader.at += url.startsWith("<") ? url.length : target.length;
      return;
    }
    const tag = matchAt(TAG, raw, at);
    if (tag !== undefined) {
      reader.at += tag.length;
      return;
    }
  }
  if (char === "\n") reader.line++;
  if (char === "\\" && /[!-/:-@[-`{-~]/.test(raw[at + 1] ?? "")) {
    reader.text += raw[at + 1] ?? "";
    reader.at += 2;
    return;
  }
  const isMark =
    char === "*" || (char === "_" && !/\w_\w/.test(raw.slice(Math.max(0, at - 1), at + 2)));
  reader.text += isMark && !/[\\`]/.test(raw[at - 1] ?? "") ? "" : char;
  reader.at++;
}

function readMention(reader: Reader, link: string): void {
  const text = plain(/^\[(.*?)\](?:\(|\[[^\]]*\]$)/s.exec(link)?.[1] ?? "");
  const kind = SOURCE_WORD.test(text) ? "citation" : "mention";
  addLink(reader, link, kind);
  if (kind === "mention") reader.text += text;
  reader.at += link.length;
}

function addLink(reader: Reader, link: string, kind: SummaryLink["kind"]): void {
  const [, text = "", url, name] =
    /^\[(.*)\](?:\(([^\s]*?)(?: "[^"]*")?\)|\[([^\]]*)\])$/s.exec(link) ?? [];
  const target =
    url ?? reader.definitions.get((name === "" ? text : (name ?? "")).toLowerCase()) ?? "";
  push(reader, { text: plain(text), url: target, kind });
}

function push(
  { links, line, text }: Reader,
  link: Pick<SummaryLink, "text" | "url" | "kind">,
): void {
  links.push({ ...link, line, at: text.length });
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function plain(text: string): string {
  return text.replace(/[*`]|\\(?=[!-/:-@[-`{-~])/g, "").trim();
}
