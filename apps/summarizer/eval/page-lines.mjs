const LINK = /\[(?:[^\]\\]|\\.)*\]\((\S+?)\)/g;

export function withoutLinks(/** @type {string} */ text) {
  return text
    .replaceAll(/ ?\((?:\[[^\]]*\]\([^)]*\)(?:, )?)+\)/g, "")
    .replaceAll(/^Source: .*$/gm, "");
}

/** Sentences and bullets with the links that vouch for them: their own, or their section's. */
export function linesOf(/** @type {string} */ page) {
  /** @type {import("./measures.mjs").PageLine[]} */
  const lines = [];
  let section = /** @type {string[]} */ ([]);
  for (const line of page.split("\n")) {
    const urls = [...line.matchAll(LINK)].map(([, url = ""]) => url);
    if (line.startsWith("#")) section = [];
    else if (line.startsWith("Source: ")) section = urls;
    else if (line.trim() !== "")
      lines.push({
        text: withoutLinks(line).replace(/^- /, ""),
        urls: urls.length > 0 ? urls : section,
        isOpening: !line.startsWith("- "),
      });
  }
  return lines;
}
