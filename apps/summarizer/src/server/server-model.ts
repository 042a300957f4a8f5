import { asObject, ServerError, shown } from "./server-error.ts";
import { askJson, type ServerConnection } from "./server-http.ts";

/** What is known of the model that a server runs. */
export interface ServerModel {
  /** As requests name it. */
  readonly id: string;
  /** Whose server it is: each has abilities of its own. */
  readonly flavour: "llama-server" | "vllm" | "sglang" | "other";
  /** Tokens that a request has room for. */
  readonly context: number | undefined;
  /** Requests that it works on at once. */
  readonly slots: number | undefined;
}

/** More than any list has that is meant to be read. */
const MOST_NAMED = 8;

/**
 * Asks a server for its model: the one of this name, or the only one there is.
 *
 * @throws ServerError there is no answer, no such model, or more than one and no name
 */
export async function findModel(
  connection: ServerConnection,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ServerModel> {
  const listed = await listModels(connection, wanted, signal);
  const entry = chooseModel(listed, wanted, connection.address.host);
  const id = wanted ?? String(entry?.["id"]);
  const flavour = flavourOf(entry?.["owned_by"]);
  const meta = asObject(entry?.["meta"]);
  const context = countOf(entry?.["max_model_len"]) ?? countOf(meta?.["n_ctx"]);
  if (flavour !== "llama-server") return { id, flavour, context, slots: undefined };
  const props = await propsOf(connection, signal);
  return { id, flavour, context: props.context ?? context, slots: props.slots };
}

type Entry = Readonly<Record<string, unknown>>;

/** A server without a list serves whoever knows the name. */
async function listModels(
  connection: ServerConnection,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  try {
    const value = asObject(await askJson(connection, { path: "/v1/models", signal }));
    const data = value?.["data"];
    const entries = (Array.isArray(data) ? (data as unknown[]) : []).map(asObject);
    return entries.filter((entry) => typeof entry?.["id"] === "string") as Entry[];
  } catch (error) {
    const isMissing = error instanceof ServerError && [404, 405, 501].includes(error.status ?? 0);
    if (wanted !== undefined && isMissing) return [];
    throw error;
  }
}

function chooseModel(
  entries: readonly Entry[],
  wanted: string | undefined,
  host: string,
): Entry | undefined {
  if (wanted !== undefined) {
    const entry = entries.find((one) => one["id"] === wanted || aliasesOf(one).includes(wanted));
    const [first] = entries;
    // llama-server answers to any name with the model that it has; the others say themselves.
    if (entry !== undefined || flavourOf(first?.["owned_by"]) !== "llama-server") return entry;
    throw new ServerError(`${host}: no model ${shown(wanted)}, it has ${namesOf(entries)}`);
  }
  // vLLM lists adapters beside the model that they are made for.
  const models = entries.filter(({ parent }) => typeof parent !== "string");
  const [only] = models;
  if (only === undefined) throw new ServerError(`${host}: the server lists no model`);
  if (models.length === 1) return only;
  throw new ServerError(
    `${host}: the server has ${models.length} models, name one: ${namesOf(models)}`,
  );
}

function namesOf(entries: readonly Entry[]): string {
  const names = entries.slice(0, MOST_NAMED).map(({ id }) => shown(String(id)));
  return [...names, ...(entries.length > MOST_NAMED ? ["…"] : [])].join(", ");
}

function aliasesOf({ aliases }: Entry): unknown[] {
  return Array.isArray(aliases) ? (aliases as unknown[]) : [];
}

function flavourOf(owner: unknown): ServerModel["flavour"] {
  if (owner === "llamacpp") return "llama-server";
  return owner === "vllm" || owner === "sglang" ? owner : "other";
}

/** llama-server's properties; what it does not tell is not known. */
async function propsOf(
  connection: ServerConnection,
  signal: AbortSignal | undefined,
): Promise<Pick<ServerModel, "context" | "slots">> {
  try {
    const props = asObject(await askJson(connection, { path: "/props", signal }));
    const settings = asObject(props?.["default_generation_settings"]);
    return { context: countOf(settings?.["n_ctx"]), slots: countOf(props?.["total_slots"]) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ServerError)) throw error;
    return { context: undefined, slots: undefined };
  }
}

function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
}

/** A server may name its model by the path of its file; a report has room for the file's name. */
export function modelName({ id }: ServerModel): string {
  const isPath = /^(?:\/|[a-z]:\\)/i.test(id);
  return shown(isPath ? (id.split(/[\\/]/).findLast((part) => part !== "") ?? id) : id);
}
