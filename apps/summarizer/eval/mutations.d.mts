import type { Case } from "./cases.mjs";

export type Mutation = { readonly kind: string; readonly page: string; readonly what: string };

export function mutationsOf(page: string, judged: Case): Mutation[];
