/** Words that praise and say nothing. */
export const HYPE: RegExp =
  /\b(?:groundbreaking|revolutionary|unprecedented|remarkabl[ey]|extraordinar\w+|surprising(?:ly)?|cutting-edge|game-chang\w+|world-class|amazing|incredibl[ey]|punch above|set new standards?|crucible|superior|excel(?:s|ling|lent)|immersive|engaging|seamless(?:ly)?|state-of-the-art|unparalleled|outstanding|next-level|blazing(?:ly)?|delight\w*)\b/gi;

/** Sentences that point at something that the page does not show, or that guide through the card. */
export const DANGLING: RegExp =
  /^(?:it|its|(?!this (?:is an?|model|checkpoint|repository|merge|version)\b)(?:they|their|this|these|those|that|he|she|however|specifically|also|additionally|for examples?|in this|here|there|such|both|then|the (?:first|second|third|latter|former|others?)|an? (?:higher|lower|larger|smaller)|es|sie|diese[rsmn]?|dies|dabei|danach|dazu|zuletzt))\b|\b(?:(?:shown|described|listed|see|mentioned) (?:above|below)|the following|as follows|check out|^(?:run|use|try|download) (?:it|them|this|these)|in the (?:\w+ )?(?:table|figure|column|row|list)s?|(?:table|figure)s? (?:\d|below|above)|for more details|please|refer to|cite|demonstration)\b/i;

/** What is sold or asked for beside the model. */
export const ADVERT: RegExp =
  /\b(?:discord|patreon|ko-?fi|telegram|wechat|newsletter|sponsor\w*|donat\w+|patrons?|subscri\w+|follow us|join (?:us|our|the)|early access|promo(?:tion)? code|use code|discounts?|\d+% off|buy me|support (?:me|us|my|our work)|check out (?:my|our)|sign up|free trial|pricing|waitlist|hire|star (?:us|the repo)|thanks to|thank you|huge thanks|fastest and cheapest)\b/i;

/** What tells of a repository's life, not of the model. */
export const REPOSITORY: RegExp =
  /\b(?:endpoints?|playground|commits|contributors|stars|forks|repo|repository|cadence|community|guide|bindings|encouraged to)\b/i;

/** How a model came to be is what researchers look for first. */
export const METHOD: RegExp =
  /\b(?:\d|two|three|four|five|six)[- ]stages?\b|\b(?:post-training|cold start|reinforcement learning|distill\w+|preference optimi[sz]ation|ablations?|curriculum|pruned|router|tokenizer|MCP)\b/i;

export const FIRST_PERSON: RegExp = /\b(?:we|our|us|you|your)\b/i;
/** Headings of what is about using, citing or keeping the card, not about the model. */
export const SIDE_MATTER: RegExp =
  /\b(?:citation|news|updates?|changelog|acknowledg\w+|contact)\b/i;
/** Under such headings little is about the model: what is comes last. */
export const HOW_TO: RegExp = /\b(?:quick ?start|installation|usage|how to|examples?|license)\b/i;
/** Headings of what is about other things, or sold. */
export const ELSEWHERE: RegExp =
  /\b(?:sponsors?|thanks|credits|related (?:models|work)|(?:sibling|other) models|support (?:me|us)|verwandte modelle)\b/i;

/** What stands under such a heading is what the model must not do: torn out of its list it reads as a claim. */
export const MISUSE: RegExp = /\b(?:misuse|malicious|out[- ]of[- ]scope|prohibited|unintended)\b/i;

/** A verb in a finite form, or what looks like one behind a subject; items of lists often have none. */
export const FINITE_VERB: RegExp =
  /\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|might|will|would|should|must)\b|\b(?:models?|it|they|we|team|users?|which|that|\p{Lu}[\w.-]+)\s+(?:\w+ly\s+)?\w{2,}(?:s|ed|e)\b/u;
