import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type BatchFailure, type BatchRecord, filesOf, parseRecord } from "./batch-record.ts";
import type { PageFormat } from "../render-summary.ts";
import { writeWhole } from "../write-whole.ts";

const FAILED = "failed.jsonl";

/** The record of a page of this name, if its page is there as well. */
export async function readRecord(
  out: string,
  name: string,
  format: PageFormat,
): Promise<BatchRecord | undefined> {
  const { record: recordName, page } = filesOf(name, format);
  const text = await readFile(join(out, recordName), "utf8").catch(() => undefined);
  const record = text === undefined ? undefined : parseRecord(text);
  if (record === undefined || record.file !== page) return undefined;
  if (page === undefined) return record;
  const isThere = await stat(join(out, page)).then(
    (stats) => stats.isFile() && stats.size > 0,
    () => false,
  );
  return isThere ? record : undefined;
}

/** Writes down what failed, for people and for programs; nothing is left of an earlier run's. */
export async function writeFailures(out: string, failures: readonly BatchFailure[]): Promise<void> {
  const path = join(out, FAILED);
  if (failures.length === 0) return rm(path, { force: true });
  await writeWhole(path, failures.map((failure) => `${JSON.stringify(failure)}\n`).join(""));
}
