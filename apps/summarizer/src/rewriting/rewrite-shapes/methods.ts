import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import { firstWords } from "./pieces.ts";

export const aspect: RewriteShape = {
  name: "aspect",
  match: /^an? (\w+ (?:aspect|idea|step)) is (leveraging|using|combining) .+, \w+ing /i,
  opening: ([, , verb = ""]) => upperFirst(verb),
  sentence: /^\w+ing .+ is an? \w+ \w+ that \w+s .+\.$/,
  pairs: [
    [
      "A new step is using Aria2-VL for text reading from scans and Aria2 models for spam removal, raising both corpus size and value.",
      "Using Aria2-VL for text reading from scans and Aria2 models for spam removal is a new step that raises both corpus size and value.",
    ],
    [
      "A clever idea is combining Nimbus-Ear for speech detection in films and Nimbus models for caption checks, lifting both clip count and accuracy.",
      "Combining Nimbus-Ear for speech detection in films and Nimbus models for caption checks is a clever idea that lifts both clip count and accuracy.",
    ],
    [
      "A fresh aspect is leveraging Lumen-Doc for table finding in reports and Lumen models for label repair, improving both data range and trust.",
      "Leveraging Lumen-Doc for table finding in reports and Lumen models for label repair is a fresh aspect that improves both data range and trust.",
    ],
  ],
};

export const means: RewriteShape = {
  name: "means",
  match: /^[^,:]+ by ((?:\w+ly )?\w+ing) [^,:]+$/i,
  note: ([whole]) => whole.replaceAll('"', ""),
  opening: ([, how = ""]) => `By ${how}`,
  sentence: /^By (?:\w+ly )?\w+ing [^,]+, .+\.$/,
  pairs: [
    [
      "Aria-2 lowers the memory use of long inputs by storing keys in eight bits.",
      "By storing keys in eight bits, Aria-2 lowers the memory use of long inputs.",
    ],
    [
      "The authors reach strong results in small Lumen models by carefully filtering noise from their recordings.",
      "By carefully filtering noise from their recordings, the authors reach strong results in small Lumen models.",
    ],
    [
      "Nimbus lets readers freely choose the length of each answer by adding a length control.",
      "By adding a length control, Nimbus lets readers freely choose the length of each answer.",
    ],
    [
      "The group gets fast replies in tiny Aria models by quietly sharing a prefix across requests.",
      "By quietly sharing a prefix across requests, the group gets fast replies in tiny Aria models.",
    ],
  ],
};

export const origin: RewriteShape = {
  name: "origin",
  match:
    /^((?:(?! is | are | that | which ).)+) (?:was|were) trained on (.+), ((?:sourced|taken|drawn|gathered|collected) from .+?)\.?$/i,
  opening: ([, , , from = ""]) => upperFirst(firstWords(from, 2)),
  parts: ([, name = "", data = "", from = ""]) => [
    `${from},`,
    `${data},`,
    "were used to train",
    inSentence(name),
  ],
  sentence: /^\w+ from .+, .+ were used to train .+\.$/,
  pairs: [
    [
      "Aria2 models were trained on an immense ~2 trillion tokens, triple Aria1's 0.7T, taken from a broad mix of book and forum-like pages.",
      "Taken from a broad mix of book and forum-like pages, an immense ~2 trillion tokens, triple Aria1's 0.7T, were used to train Aria2 models.",
    ],
    [
      "Nimbus encoders were trained on an ample ~90 million clips, twice Nimbus0's 45M, drawn from a rich set of radio and lecture-like recordings.",
      "Drawn from a rich set of radio and lecture-like recordings, an ample ~90 million clips, twice Nimbus0's 45M, were used to train Nimbus encoders.",
    ],
    [
      "Lumen models were trained on an average ~600 billion words, half LumenX's 1.2T, gathered from a careful mix of news and law-like texts.",
      "Gathered from a careful mix of news and law-like texts, an average ~600 billion words, half LumenX's 1.2T, were used to train Lumen models.",
    ],
  ],
};

export const method: RewriteShape = {
  name: "method",
  match: /^(.+ (?:was|were) .+ through .+?)(?:—|, )((?:enabling|allowing) .+)$/i,
  note: ([, what, effect]) => `${what}, ${effect}`,
  opening: () => "Through",
  sentence: /^Through [^,]+, .+ (?:was|were) .+, which \w+s .+\.$/,
  pairs: [
    [
      "Legal and medical data were widely extended through careful translation using dedicated Aria-Law and Aria-Med models, enabling good answers and safe drafts even in rare languages.",
      "Through careful translation using dedicated Aria-Law and Aria-Med models, legal and medical data were widely extended, which enables good answers and safe drafts even in rare languages.",
    ],
    [
      "Speech and music data were fully cleaned through noise removal using special Nimbus-Wave filters, enabling clear output and steady voices even on cheap phones.",
      "Through noise removal using special Nimbus-Wave filters, speech and music data were fully cleaned, which enables clear output and steady voices even on cheap phones.",
    ],
    [
      "Chart and table reading was greatly improved through repeated drills using older Lumen-1 models, enabling sound results even in small sizes.",
      "Through repeated drills using older Lumen-1 models, chart and table reading was greatly improved, which enables sound results even in small sizes.",
    ],
  ],
};

export const stages: RewriteShape = {
  name: "stages",
  match:
    /^the ([^,:]+ (?:process|procedure|pipeline|recipe)) (?:features|has|uses) an? ([^:]+): (.+)$/i,
  opening: ([, , plan = ""]) => `${/^[aeio]/i.test(plan) ? "An" : "A"} ${plan}`,
  sentence: /^An? .+ is used in the [^:]+: .+\.$/,
  pairs: [
    [
      "The tuning process features a careful 3-stage plan: Supervised warm start (SWS), DPO with human votes, and merging of chat/tool skills.",
      "A careful 3-stage plan is used in the tuning process: supervised warm start (SWS), DPO with human votes, and merging of chat/tool skills.",
    ],
    [
      "The release process features a public 5-stage review: Long draft notes (LDN), QA with outside experts, audit of short/long answers, translation checks, and final vote.",
      "A public 5-stage review is used in the release process: long draft notes (LDN), QA with outside experts, audit of short/long answers, translation checks, and final vote.",
    ],
    [
      "The cleaning process features a fast 2-stage filter: Removal of copies (hash) and scoring with a small classifier.",
      "A fast 2-stage filter is used in the cleaning process: removal of copies (hash) and scoring with a small classifier.",
    ],
  ],
};

export const introduction: RewriteShape = {
  name: "introduction",
  match: /^(\w[\w.-]*) introduces a method to .+ compared to .+\.$/i,
  opening: ([, name = ""]) => `The method introduced by ${name}`,
  sentence: /^The method introduced by \S+ \w+s .+\.$/,
  pairs: [
    [
      "FoldNet introduces a method to shrink the key store of speech models (using shared slots, SLS) with far less code and tuning compared to earlier tricks.",
      "The method introduced by FoldNet shrinks the key store of speech models (using shared slots, SLS) with far less code and tuning compared to earlier tricks.",
    ],
    [
      "Glide introduces a method to widen the search range of vision models (using sliding crops) with much less memory and time compared to prior work.",
      "The method introduced by Glide widens the search range of vision models (using sliding crops) with much less memory and time compared to prior work.",
    ],
    [
      "TinyStep introduces a method to speed the training loop of graph models (using delayed sums, DS) with notably less power and noise compared to older plans.",
      "The method introduced by TinyStep speeds the training loop of graph models (using delayed sums, DS) with notably less power and noise compared to older plans.",
    ],
  ],
};
