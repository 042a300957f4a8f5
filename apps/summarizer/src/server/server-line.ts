/** The rest of a line: up to its end. */
export function restOfLine(text: string): { line: string; isDone: boolean } {
  const at = text.search(/[\r\n]/);
  return at < 0 ? { line: text, isDone: false } : { line: text.slice(0, at), isDone: true };
}

const THOUGHTS = "<think>";
const END_OF_THOUGHTS = "</think>";

/**
 * The first line of a chat's answer that is none of its thoughts, without `opening`, the words of
 * ours that it may begin with.
 */
export function lineOfChat(text: string, opening: string): { line: string; isDone: boolean } {
  const answer = withoutThoughts(text.trimStart());
  if (answer === undefined) return { line: "", isDone: false };
  const { line, isDone } = restOfLine(answer.trimStart());
  return { line: withoutOpening(unwrapped(line.trim()), opening), isDone };
}

/** What follows the thoughts; undefined while there may be more of them. */
function withoutThoughts(text: string): string | undefined {
  if (text.startsWith(THOUGHTS)) {
    const at = text.indexOf(END_OF_THOUGHTS);
    return at < 0 ? undefined : text.slice(at + END_OF_THOUGHTS.length);
  }
  return THOUGHTS.startsWith(text) ? undefined : text;
}

/** Chats put an answer in quotes, or its label before it. */
function unwrapped(line: string): string {
  const said = line.replace(/^(?:\*\*)?Sentence:(?:\*\*)?\s*/i, "");
  return /^["“](.*)["”]$/.exec(said)?.[1] ?? said;
}

function withoutOpening(line: string, opening: string): string {
  const isThere = line.toLowerCase().startsWith(opening.toLowerCase());
  return opening !== "" && isThere ? line.slice(opening.length) : line;
}
