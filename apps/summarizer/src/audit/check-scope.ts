import type { Fact } from "@ggufkit/model-facts";
import { evidenceOfFact, evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { factsOf } from "./world.ts";

/** What a model takes or gives beside text; a card's task tells which of them it can. */
const MODALITIES: readonly {
  readonly name: string;
  readonly claim: RegExp;
  readonly task: RegExp;
}[] = [
  {
    name: "multimodal",
    claim: /\bmulti-?modal(?:ity)?\b/i,
    task: /image|vision|visual|video|audio|speech|any-to-any|multi-?modal|document-question/i,
  },
  {
    name: "vision",
    claim:
      /\b(?:vision(?:-language)?|image (?:input|understanding|generation)s?|(?:understands?|sees?|accepts?|processes|generates?) images)\b/i,
    task: /image|vision|visual|video|any-to-any|multi-?modal|document-question/i,
  },
  {
    name: "audio",
    claim:
      /\b(?:audio (?:input|understanding|generation)s?|speech (?:recognition|synthesis)|(?:understands?|accepts?|processes|generates?) (?:audio|speech))\b/i,
    task: /audio|speech|voice|any-to-any|multi-?modal/i,
  },
];

/** Tasks of which a card says that they are text alone. */
const TEXT_TASK =
  /^(?:text-generation|text2text-generation|conversational|fill-mask|feature-extraction|sentence-similarity|text-classification|translation|summarization|token-classification|question-answering)$|\bcausal language models?\b|\btext-only\b/i;

/** A model for text alone is told as one for more than text. */
export function checkScope(scrutiny: Scrutiny, text: string): Note[] {
  const { claimant, world } = scrutiny;
  if (!claimant.isOwn) return [];
  const made = checkOutput(scrutiny, text);
  if (made !== undefined) return [made];
  const tasks = (["task", "type"] as const).flatMap((key) => factsOf(world, key, undefined));
  const given = MODALITIES.find(({ claim }) => claim.test(text) && !isDenied(text, claim));
  const granted = tasks.find((fact) => given?.task.test(textOf(fact)) === true);
  if (granted !== undefined)
    return [
      {
        verdict: "supported",
        code: "scope",
        why: "",
        evidence: [evidenceOfFact(granted, world.subject)],
      },
    ];
  const limit = tasks.find((fact) => TEXT_TASK.test(textOf(fact)));
  if (limit === undefined) return [];
  const told = MODALITIES.filter(
    ({ claim, task }) => claim.test(text) && !tasks.some((fact) => task.test(textOf(fact))),
  ).filter(({ claim }) => !isOfCard(scrutiny, claim));
  const claimed = told.find(({ claim }) => !isDenied(text, claim));
  if (claimed !== undefined) return [scopeNote(claimed.name, limit, scrutiny)];
  const evidence = [evidenceOfFact(limit, world.subject)];
  return told.length === 0 ? [] : [{ verdict: "supported", code: "scope", why: "", evidence }];
}

/** `not multimodal`, `text-only`, `a multimodal sibling`. */
function isDenied(text: string, claim: RegExp): boolean {
  const at = claim.exec(text)?.index ?? 0;
  return /\b(?:not|no|non|without|neither|nor|unlike)\b[^.;]{0,30}$/i.test(text.slice(0, at));
}

/** The card itself says so of its model. */
function isOfCard(scrutiny: Scrutiny, claim: RegExp): boolean {
  return scrutiny.world.index.passages.some(
    ({ text, source, entity, kind }) =>
      source.role === "card" && entity.kind !== "other" && kind !== "code" && claim.test(text),
  );
}

function scopeNote(name: string, limit: Fact, scrutiny: Scrutiny): Note {
  const why = `${name}: the card says ${textOf(limit)}`;
  const near = acceptedOf(scrutiny, 0.3)
    .slice(0, 1)
    .filter(({ passage }) => passage.source.role !== "card");
  const evidence = [
    evidenceOfFact(limit, scrutiny.world.subject),
    ...near.map(({ passage }) => evidenceOfPassage(passage)),
  ];
  return { verdict: "contradicted", code: "scope", why, evidence };
}

function textOf({ value }: Fact): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const MAKES =
  /\b(?:generat\w+|produc\w+|creat\w+|outputs?|draws?) (?:\w+ )?(images?|pictures?|videos?|audio|speech|music)\b/i;

/** A model whose card lists what it gives is told to give something else. */
function checkOutput({ world }: Scrutiny, text: string): Note | undefined {
  const made = MAKES.exec(text);
  const [output] = factsOf(world, "modalities.output", undefined);
  if (made === null || output === undefined) return undefined;
  const [kind = ""] = /^(?:image|picture|video|audio|speech|music)/i.exec(made[1] ?? "") ?? [];
  if (textOf(output).toLowerCase().includes(kind.toLowerCase()) || isDenied(text, MAKES))
    return undefined;
  const why = `the card's output is ${textOf(output)}`;
  return {
    verdict: "contradicted",
    code: "scope",
    why,
    evidence: [evidenceOfFact(output, world.subject)],
  };
}
