import {
  type Attribute,
  type Fact,
  type FactSheet,
  factSheet,
  type FactValues,
  parseDocument,
  type Source,
  type Statement,
  type Subject,
} from "@ggufkit/model-facts";
import type { Engine } from "../src/engine/engine.ts";
import type { Evidence } from "../src/evidence.ts";

export const CARD: Source = {
  url: "https://huggingface.co/Aria/Aria2-7B-GGUF",
  title: "model card",
  role: "card",
};

export const PAPER: Source = {
  url: "https://arxiv.org/abs/2601.00001",
  title: "arXiv:2601.00001",
  role: "research",
};

export const SUBJECT: Subject = { name: "Aria2-7B-GGUF", model: "Aria2-7B", family: "Aria2" };

/** A statement of the card about the model, unless told otherwise. */
export function statement(text: string, changes: Partial<Statement> = {}): Statement {
  return {
    text,
    entity: { kind: "model", name: SUBJECT.model },
    source: CARD,
    headings: [],
    kind: "paragraph",
    line: 1,
    ...changes,
  };
}

/** The card's facts. */
export function sheetOf(values: Partial<FactValues>): FactSheet {
  const facts = Object.entries(values).map(([attribute, value]): Fact => ({
    attribute: attribute as Attribute,
    value,
    entity: SUBJECT.model,
    source: CARD,
    where: { line: 1, text: `${attribute}: ${JSON.stringify(value)}` },
  }));
  return factSheet(facts);
}

export function evidenceOf(
  values: Partial<FactValues>,
  statements: readonly Statement[] = [],
): Evidence {
  const documents = [CARD, PAPER].map(({ url = "", title, role }) =>
    parseDocument(`# ${title}\n\nText.`, {
      name: title,
      role: role === "card" ? "card" : "research",
      url,
    }),
  );
  return { subject: SUBJECT, sheet: sheetOf(values), statements, documents };
}

/** An engine that answers as `answer` says, and keeps the requests. */
export function fakeEngine(
  answer: (prompt: string, call: number) => string,
  room: (prompt: string) => boolean = () => true,
): Engine & { readonly requests: { readonly prompt: string; readonly temperature: number }[] } {
  const requests: { prompt: string; temperature: number }[] = [];
  return {
    model: "fake.gguf",
    requests,
    hasRoomFor: room,
    async complete({ prompt, temperature, signal }) {
      signal?.throwIfAborted();
      requests.push({ prompt, temperature });
      return answer(prompt, requests.length);
    },
    usage: () => ({ readTokens: 1, readSeconds: 1, writtenTokens: 1, writeSeconds: 1 }),
    dispose: async () => {},
  };
}
