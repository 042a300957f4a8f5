import { inspect } from "node:util";
import { singleLine, stripControl } from "./control.ts";

/** A chain of causes longer than this says nothing more to a reader. */
const MAX_CAUSES = 8;

/**
 * An error as a person should read it: `name: message`, then the messages of its causes where they
 * add something (a package's own error has told them already), all on one line. Lists (`details` of strings, the errors of an AggregateError)
 * follow one a line. Control characters are removed and there is no stack trace.
 */
export function formatError(name: string, error: unknown): string {
  const chain = causeChain(error);
  const messages: string[] = [];
  for (const link of chain) {
    const message = singleLine(messageOf(link)).trim();
    if (message !== "" && !messages.some((earlier) => earlier.includes(message))) {
      messages.push(message);
    }
  }
  const items = chain.flatMap(listOf).map((item) => `\n  ${singleLine(item)}`);
  return `${name}: ${messages.join(": ") || "unknown error"}${items.join("")}`;
}

/** The same with stack traces and fields, for whoever debugs the tool. */
export function formatErrorForDebugging(name: string, error: unknown): string {
  return stripControl(`${name}: ${inspect(error, { colors: false })}`);
}

function causeChain(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let link = error;
  while (link !== undefined && chain.length < MAX_CAUSES && !chain.includes(link)) {
    chain.push(link);
    link = link instanceof Error && !isComplete(link) ? link.cause : undefined;
  }
  return chain;
}

/** The packages' own errors, known by their kebab-case codes, have told of their causes themselves. */
function isComplete(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && /^[a-z][a-z-]*$/.test(error.code);
}

/** Node's connection errors may have an empty message and a code: ECONNREFUSED says more than nothing. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error);
  if (error.message !== "") return error.message;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function listOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.map(messageOf);
  if (!(error instanceof Error) || !("details" in error) || !Array.isArray(error.details)) {
    return [];
  }
  return error.details.filter((item) => typeof item === "string");
}
