import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, loadCases } from "../eval/cases.mjs";
import { measurePage, problemsOf } from "../eval/measures.mjs";
import { mutationsOf } from "../eval/mutations.mjs";
import { writePage, type Written } from "../eval/run.mjs";

let scratch = "";
let all: Case[] = [];
/** Those with enough to tell. */
let cases: Case[] = [];
const pages = new Map<string, Written>();
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "ggufkit-evaluation-"));
  all = loadCases(join(scratch, "cases"));
  cases = all.filter(({ checklist }) => checklist.tooLittle !== true);
  for (const { name, directory } of all) pages.set(name, await writePage(directory, "extractive"));
}, 240_000);
afterAll(() => rm(scratch, { recursive: true }));

/** What a case's page is judged to be, for all cases, so that a failure names them. */
function ofAll<T>(judge: (page: string, judged: Case) => T): Record<string, T> {
  const judged = cases.map((one) => [one.name, judge(pages.get(one.name)?.markdown ?? "", one)]);
  return Object.fromEntries(judged) as Record<string, T>;
}

/** The same for all cases. */
function each<T>(value: T): Record<string, T> {
  return Object.fromEntries(cases.map(({ name }) => [name, value]));
}

describe("pages of cards of every kind, written extractively", () => {
  it("are there", () => {
    expect(cases.length).toBeGreaterThanOrEqual(12);
    expect(Object.fromEntries(cases.map(({ name }) => [name, pages.get(name)?.error]))).toEqual(
      each(""),
    );
  });

  it("have 300 to 500 words", () => {
    const words = ofAll((page, judged) => measurePage(page, judged).words);
    expect(Object.entries(words).filter(([, count]) => count < 300 || count > 500)).toEqual([]);
  });

  it("say nothing that their sources don't say of the model", () => {
    expect(ofAll((page, judged) => problemsOf(measurePage(page, judged)))).toEqual(each([]));
  });

  it("hold at least four fifths of what matters", () => {
    const coverage = ofAll((page, judged) => measurePage(page, judged).coverage);
    expect(Object.entries(coverage).filter(([, share]) => share < 0.8)).toEqual([]);
  });

  it("say nothing twice", () => {
    expect(ofAll((page, judged) => measurePage(page, judged).duplicates)).toEqual(each([]));
  });

  it("come with the contradictions of their sources", () => {
    const found = cases.flatMap(({ name, checklist: { contradictions = [] } }) =>
      contradictions.filter((one) => !pages.get(name)?.contradictions.includes(one)),
    );
    expect(found).toEqual([]);
  });
});

it("a card that has too little to tell gets no page, and its user is told why", () => {
  const short = all.filter(({ checklist }) => checklist.tooLittle === true);
  expect(short.length).toBeGreaterThan(0);
  for (const { name } of short)
    expect(pages.get(name)?.error).toMatch(/support a page of \d+ words, expected at least 300/);
});

it("the measures find nine of ten wrong pages out", () => {
  const caught = cases.flatMap((judged) => {
    const page = pages.get(judged.name)?.markdown ?? "";
    const known = problemsOf(measurePage(page, judged)).length;
    return mutationsOf(page, judged).map(
      (wrong) => problemsOf(measurePage(wrong.page, judged)).length > known,
    );
  });
  expect(caught.length).toBeGreaterThan(100);
  expect(caught.filter(Boolean).length / caught.length).toBeGreaterThanOrEqual(0.9);
});
