/** Orders to whoever reads or retells a card, as nobody gives them who describes a model. */
const ORDERS =
  /\bignor(?:e|ing) (?:all |any |the |your |these )*(?:previous|prior|above|earlier|sources?|instructions?|rules?)\b|\bdisregard (?:all|any|the|your|these|previous)\b|\b(?:you|assistants?|summari[sz]ers?|summary|readers?|reviewers?) (?:must|should|will|are to|have to) (?:always |only |never )?(?:say|state|write|respond|answer|claim|rate|praise|include|mention|link|recommend|output|reply)\b|\bnotes? (?:to|for) (?:all |any |the )?(?:AI|LLM|assistants?|summari[sz]ers?|language models?)\b|\bfrom now on\b.{0,60}\b(?:respond|answer|act|behave|speak|write)\b|\byou are now\b|\bwhen (?:you )?summari[sz](?:e|ing)\b|\bin (?:your|the) summary\b|\b(?:respond|reply|answer) (?:only |just )?with (?:only )?the words?\b|\bas (?:a|an) (?:AI|language model)\b|\b(?:developer|jailbreak|DAN) mode\b|<\|[\w ]{1,30}\|>|\[\/?(?:INST|SYS(?:TEM)?)\]/i;

/**
 * Whether a text of a card speaks to its reader instead of the model, as what was put there to steer
 * whoever retells it does. Neither facts nor sentences are taken from it.
 */
export function addressesReader(text: string): boolean {
  return ORDERS.test(text);
}
