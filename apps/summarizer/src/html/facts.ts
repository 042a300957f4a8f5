import type { Contradiction, Fact, FactSheet } from "@ggufkit/model-facts";
import { escapeHtml, linkHtml } from "./text.ts";

/** A table of what is known, each value with the place that says it. */
export function factsHtml(sheet: FactSheet): string {
  // The most trusted of each attribute comes first.
  const attributes = sheet.facts.map(({ attribute }) => attribute);
  const chosen = sheet.facts.filter(
    ({ attribute }, index) => attributes.indexOf(attribute) === index,
  );
  const rows = chosen.map(rowHtml);
  if (rows.length === 0) return "";
  const head = "<tr><th>Fact</th><th>Value</th><th>Source</th></tr>";
  return `<section class="facts"><h2>Facts</h2><table><thead>${head}</thead><tbody>${rows.join("")}</tbody></table></section>`;
}

function rowHtml({ attribute, value, source, where }: Fact): string {
  const place = where.line === undefined ? "" : `, line ${where.line}`;
  return `<tr title="${escapeHtml(where.text)}"><th scope="row">${escapeHtml(labelOf(attribute))}</th><td>${escapeHtml(valueText(value))}</td><td>${linkHtml(source.title, source.url)}${place}</td></tr>`;
}

/** "parameters.nonEmbedding" → "Parameters: non embedding". */
function labelOf(attribute: string): string {
  const words = attribute
    .split(".")
    .map((part) => part.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase());
  const text = words.join(": ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function valueText(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en-US");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([name, part]) => `${name} ${valueText(part)}`)
    .join(", ");
}

/** What two sources say differently. */
export function contradictionsHtml(contradictions: readonly Contradiction[]): string {
  if (contradictions.length === 0) return "";
  const items = contradictions.map(({ attribute, trusted, other }) => {
    const said = `${escapeHtml(valueText(trusted.value))} (${linkHtml(trusted.source.title, trusted.source.url)})`;
    const against = `${escapeHtml(valueText(other.value))} (${linkHtml(other.source.title, other.source.url)})`;
    return `<li><b>${escapeHtml(labelOf(attribute))}</b>: ${said}, but ${against}</li>`;
  });
  return `<section class="contradictions"><h2>Where sources differ</h2><ul>${items.join("")}</ul></section>`;
}
