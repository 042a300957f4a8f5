import { numbersIn, spelledNumbers } from "./numbers.mjs";

/**
 * The smallest part of a source that says something: a sentence, or a cell of a table with the names
 * of its row and column.
 * @typedef {object} Unit
 * @property {string} text
 * @property {boolean} isOther it speaks of another model
 * @property {number[]} values
 * @property {Set<string>} stems
 */

/**
 * Reads a source by simple means of its own: nothing of the summariser that it judges.
 * @param {string} text
 * @param {string} model
 * @returns {Unit[]}
 */
export function unitsOf(text, model) {
  const visible = text.replace(/<!--[^]*?-->|<script[^]*?<\/script>/g, "");
  const html = visible
    .replace(/<table[^]*?<\/table>/g, pipesOf)
    .replace(/<br>|<su[bp]>|&nbsp;/g, " ")
    .replace(/<[a-z/][^>]*>/gi, "");
  const lines = html.split("\n").map((line) => line.trim());
  const units = [];
  let prose = "";
  let head = /** @type {string[]} */ ([]);
  for (const line of [...lines, ""]) {
    const cells = line.startsWith("|") ? cellsOf(line) : undefined;
    if (cells === undefined) head = [];
    if (cells !== undefined && !/^[\s|:-]+$/.test(line)) {
      if (head.length === 0) head = cells;
      units.push(...cellUnits(cells, head));
    }
    const isProse = cells === undefined && line !== "";
    if (isProse && !/^(?:[-*#>]|\d+\.|- )/.test(line)) prose += ` ${line}`;
    else {
      units.push(...sentencesOf(prose));
      prose = isProse ? line : "";
    }
  }
  return [...units, ...sentencesOf(prose)].map((unit) => unitOf(unit, model));
}

/** A table of HTML as one of Markdown; what reaches over several rows stands in each. */
function pipesOf(/** @type {string} */ table) {
  /** @type {{ text: string, rows: number }[]} */
  const above = [];
  return table
    .split(/<tr[^>]*>/)
    .slice(1)
    .map((row) => {
      const cells = [...row.matchAll(/<t[hd]([^>]*)>([^]*?)<\/t[hd]>/g)];
      const texts = [];
      while (cells.length > 0 || (above[texts.length]?.rows ?? 0) > 0) {
        const at = texts.length;
        const over = above[at];
        if (over !== undefined && over.rows > 0) over.rows--;
        else {
          const [, attributes = "", text = ""] = cells.shift() ?? [];
          const rows = Number(/rowspan="?(\d+)/.exec(attributes)?.[1] ?? 1) - 1;
          above[at] = { text: text.replace(/\s+/g, " ").trim(), rows };
        }
        texts.push(above[at]?.text ?? "");
      }
      return `| ${texts.join(" | ")} |`;
    })
    .join("\n");
}

function cellsOf(/** @type {string} */ line) {
  return line
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

/** A cell with what names it: its row, the column, and a column of settings if there is one. */
function cellUnits(/** @type {string[]} */ cells, /** @type {string[]} */ head) {
  const [row = ""] = cells;
  const labels = cells.slice(1).filter((cell) => !/^\**~?\d/.test(cell));
  return cells.map((cell, at) => `${row} ${labels.join(" ")} ${head[at] ?? ""} ${head[0]} ${cell}`);
}

function sentencesOf(/** @type {string} */ text) {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
  return plain.split(/(?<=[.!?:;])\s+(?=\p{Lu}|[`*])/u).filter((sentence) => sentence !== "");
}

function unitOf(/** @type {string} */ text, /** @type {string} */ model) {
  const values = [...numbersIn(text).flatMap((number) => number.values), ...spelledNumbers(text)];
  return { text, values, stems: new Set(stemsOf(text)), isOther: namesOther(text, model) };
}

/** Whether a text names another model with the first word of this one's name, and not this one. */
function namesOther(/** @type {string} */ text, /** @type {string} */ model) {
  const stem = /^[A-Za-z]+/.exec(model)?.[0] ?? model;
  const pattern = new RegExp(`\\b${stem}[\\w.]*(?:-[\\w.]+)*(?: \\d[\\d.]*[BM]\\b)?`, "gi");
  const own = plainName(model);
  // `against the logits of Aria-1`: what stands at the end behind a preposition is not what a text is on.
  const isAside = (/** @type {RegExpMatchArray} */ { index = 0 }) =>
    index > text.length * 0.4 && /\b(?:of|from|than|against|by|to) $/.test(text.slice(0, index));
  const others = [...text.matchAll(pattern)]
    .filter((match) => !isAside(match))
    .map(([name]) => plainName(name))
    .filter((name) => /\d/.test(name));
  // Tables may add the size to a name that has none.
  const isOwn = (/** @type {string} */ name) =>
    name === own ||
    own.startsWith(`${name}-`) ||
    name.replace(/-\d+b$/, "") === own ||
    isFileOf(name, own);
  return others.length > 0 && !others.some(isOwn);
}

function plainName(/** @type {string} */ name) {
  const plain = name
    .toLowerCase()
    .replace(/[ _]/g, "-")
    .replace(/[.-]+$/, "");
  // A tuned model has the architecture and the training of the one that it was tuned from.
  return plain.replace(/(?:-gguf|\.gguf)$/, "").replace(/-(?:chat|instruct|base)$/, "");
}

/** `own-q4-k-m` is a file of `own`. */
function isFileOf(/** @type {string} */ name, /** @type {string} */ own) {
  return (
    name.startsWith(own) &&
    /^(?:-(?:instruct|chat|i?q\d|bf16|f16|k|m|s|l|xs|xl|\d|\d{5}|of|gguf))*$/.test(
      name.slice(own.length),
    )
  );
}

const FUNCTION_WORDS = new Set(
  `a an the of to in on at by for from with into than that which who it its they their and or but not as is
  are was were be been has have had can may will if then so no this these those all each per up one it's`.split(
    /\s+/,
  ),
);

/** The German and English of what templates say, for cards in German. */
const GLOSSES = /** @type {Record<string, string>} */ ({
  sequence: "context",
  schichten: "layer",
  kontextlänge: "context",
  vokabular: "vocab",
  trainingsdaten: "train",
  trainiert: "train",
  dimension: "hidden",
  参数量: "param",
  层数: "layer",
  上下文长度: "context",
  词表大小: "vocab",
  训练数据: "train",
});

/** The first letters of the content words: enough to know a word again in another form. */
export function stemsOf(/** @type {string} */ text) {
  // Identifiers in their words: `TopP` and `top_p` are `top p`.
  const words =
    text
      .replace(/([a-z])(?=[A-Z])/g, "$1 ")
      .toLowerCase()
      .match(/\p{L}[\p{L}\d]*/gu) ?? [];
  return words
    .filter((word) => !FUNCTION_WORDS.has(word))
    .flatMap((word) => [GLOSSES[word] ?? "", word])
    .filter((word) => word !== "")
    .map((word) => word.replace(/(?:ies|es|s|ed|ing)$/, "").slice(0, 5));
}
