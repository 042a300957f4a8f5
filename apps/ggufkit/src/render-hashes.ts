import type { CheckedEntry, HashDigest, Manifest, ManifestCheck } from "@ggufkit/gguf";
import { type Colours, singleLine } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import { jsonText } from "./json-text.ts";

/** A check with what it was between. */
export interface CheckReport extends ManifestCheck {
  /** Path of the file checked. */
  readonly path: string;
  /** Path of the manifest. */
  readonly manifest: string;
  /** What the manifest lists. */
  readonly files: Manifest["files"];
}

/** llama-gguf-hash's column of the algorithms. */
const ALGORITHM_WIDTH = 8;
const STATUS = { ok: "Ok", mismatch: "Mismatch", missing: "Missing" } as const;
/** File names that a message lists. */
const MOST_FILES_NAMED = 3;

/** Digests as one JSON document; `tensor` is null for the digest over all of them. */
export function digestsJson(digests: readonly HashDigest[], file: string): string {
  return jsonText({ file, digests });
}

/**
 * A check as llama-gguf-hash reports one: each line of the manifest with the file's own digest and a
 * verdict, and a last line that sums up. `Missing` are tensors that only the manifest has,
 * `Not Listed` those that only the file has.
 */
export function renderCheck(report: CheckReport, colour: Colours): string {
  const lines = report.entries.map((entry) => checkedLine(entry, colour));
  const unlisted = report.unlisted.map((tensor) =>
    reportLine("-", "-", `${report.file}:${tensor}`, colour.yellow("Not Listed")),
  );
  const result = report.ok ? colour.green("Success") : colour.red(failure(report));
  const last = `Verification results for ${singleLine(report.manifest)} - ${result}`;
  return `${[...lines, ...unlisted, "", last].join("\n")}\n`;
}

function checkedLine(entry: CheckedEntry, colour: Colours): string {
  const { algorithm, got, file, tensor, status } = entry;
  const name = tensor === undefined ? file : `${file}:${tensor}`;
  const paint = status === "ok" ? colour.green : colour.red;
  return reportLine(algorithm, got ?? "-", name, paint(STATUS[status]));
}

function reportLine(algorithm: string, digest: string, name: string, verdict: string): string {
  return `${algorithm.padEnd(ALGORITHM_WIDTH)}  ${digest}  ${singleLine(name)}  -  ${verdict}`;
}

function failure({ entries }: CheckReport): string {
  if (entries.length === 0) return "Manifest Missing Entry";
  return entries.some(({ status }) => status === "mismatch") ? STATUS.mismatch : STATUS.missing;
}

/** A check as one JSON document. */
export function checkJson(report: CheckReport): string {
  const { path, manifest, ok, entries, unlisted } = report;
  return jsonText({
    file: path,
    manifest,
    ok,
    ...countsOf(report),
    entries: entries.map(({ line, algorithm, tensor, status, digest: expected, got }) => ({
      line,
      algorithm,
      tensor,
      status,
      expected,
      got,
    })),
    unlisted,
  });
}

/** Why a check has failed, in one line. */
export function whyItFailed(report: CheckReport): string {
  const { path, manifest, entries, files } = report;
  if (entries.length > 0) {
    const { mismatched, missing } = countsOf(report);
    const of = `of ${grouped(entries.length)} digests differ`;
    const absent = missing > 0 ? `, ${grouped(missing)} are of tensors that it lacks` : "";
    return `${path}: does not match ${manifest}: ${grouped(mismatched)} ${of}${absent}`;
  }
  const named = files.slice(0, MOST_FILES_NAMED).join(", ");
  const others =
    files.length > MOST_FILES_NAMED ? ` and ${files.length - MOST_FILES_NAMED} more` : "";
  const lists = files.length === 0 ? "it is empty" : `it lists ${named}${others}`;
  return `${manifest}: has no line to check ${path} by: ${lists}`;
}

function countsOf({ entries }: CheckReport): Record<"checked" | "mismatched" | "missing", number> {
  const count = (status: CheckedEntry["status"]): number =>
    entries.filter((entry) => entry.status === status).length;
  return { checked: entries.length, mismatched: count("mismatch"), missing: count("missing") };
}
