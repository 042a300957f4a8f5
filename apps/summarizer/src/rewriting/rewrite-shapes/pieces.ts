/** Pieces that the patterns of shapes are made of; each clause is a group. */

/** A clause without marks that part it; commas in numbers don't. */
export const CLAUSE: string = String.raw`((?:(?![,;:.!?—](?:\s|$)).)+?)`;

/** What would end the last clause before the note ends, and so what may not move with it. */
export const NOT_SPLIT: string = String.raw`(?!.*(?:, (?:and|but|so|yet|or|which|who|while|where|whereas|with|as|because|since|although|though|not|instead|far)\b|[;:!?—]\s|\.\s))`;

/** The note's last clause, to its end. */
export const LAST_CLAUSE: string = `${NOT_SPLIT}(.+)`;

/** What is reported to be so: a clause behind it may be part of the report. */
export const NO_REPORT: string = String.raw`(?!.*\b(?:report|find|found|say|said|show|note|claim|state|believe|think|suggest|argue|mean|ensure|hope)\w* that\b)`;

/** A sentence with a phrase before its subject has no room for another one before that. */
export const NO_LEAD: string = String.raw`(?!(?:in|on|at|with|without|for|by|from|after|before|during|if|when|while|because|since|although) )`;

/** A phrase behind a relative clause may be that clause's: only one of the subject's is let through. */
export const NO_RELATIVE: string = String.raw`(?=(?:\w+ that )?(?!.* (?:that|which|who|whose|where) ))`;

/** How a model came to be, by a verb. */
export const MADE: string =
  "pretrained|pre-trained|trained|tuned|fine-tuned|post-trained|finetuned";

/** The first words of a clause, without what ends them. */
export function firstWords(text: string, count: number): string {
  return text.split(" ").slice(0, count).join(" ").replace(/[,.]$/, "");
}

/** A clause that moves to the front leaves its full stop behind. */
export function unended(clause: string): string {
  return clause.replace(/[.!]$/, "");
}

/** `is` or `are`, `was` or `were`, for a subject that begins with its head: a list, a count or a plural. */
export function agreeing(subject: string, past: boolean): string {
  const [head = ""] = subject.split(/ (?:of|from|in|on|at|with|that|including|such|for|to)\b|[,(]/);
  const isList = /, (?:an?|the) /.test(subject) || / (?:and|&) /.test(head);
  const isPlural = isList || (/[^s]s$/.test(head.trim()) && !/^an? /i.test(subject));
  if (past) return isPlural ? "were" : "was";
  return isPlural ? "are" : "is";
}
