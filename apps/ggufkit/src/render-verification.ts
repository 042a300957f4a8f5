import { type Colours, formatBytes, renderTable, singleLine } from "@ggufkit/terminal";

import { findingLine } from "./finding.ts";
import { grouped } from "./grouped.ts";
import type { Verification } from "./verification.ts";

type VerifiedFile = Verification["files"][number];

/** A table of the files, then what is wrong with them, or that nothing is; ended by a newline. */
export function renderVerification(verification: Verification, colour: Colours): string {
  const { files, findings } = verification;
  const rows = files.map((file) => [
    file.name,
    file.bytes === undefined ? "missing" : formatBytes(file.bytes),
    file.tensors === undefined ? "" : grouped(file.tensors),
    digestText(file, verification.against),
  ]);
  const table = renderTable([["file", "size", "tensors", "sha256"], ...rows], {
    align: ["left", "right", "right"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  const verdict = verification.valid
    ? [`${colour.green("whole")}: ${singleLine(sumText(verification))}`]
    : findings.map((found) => findingLine(found, colour));
  return `${[table, "", ...verdict].join("\n")}\n`;
}

function digestText({ bytes, sha256 }: VerifiedFile, against: string | undefined): string {
  if (bytes === undefined) return "";
  if (sha256 === undefined) return "not known";
  const { expected, got, from } = sha256;
  if (expected !== got) return `expected ${expected}, got ${got}`;
  return from === "given" ? `as ${against} says` : "as the Hub says";
}

const KINDS = { shards: "shard", pieces: "piece", file: "file" } as const;

function sumText({ kind, files }: Verification): string {
  const count = `${files.length} ${KINDS[kind]}${files.length === 1 ? "" : "s"}`;
  const tensors = files.reduce((sum, file) => sum + (file.tensors ?? 0), 0);
  return files.some((file) => file.tensors !== undefined)
    ? `${count}, ${grouped(tensors)} ${tensors === 1 ? "tensor" : "tensors"}`
    : count;
}
