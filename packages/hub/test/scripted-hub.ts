import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubContext } from "../src/hub-client.ts";
import { placeContext } from "../src/place-context.ts";
import { closing, settingsIn } from "./support.ts";

/** An answer: JSON, or text as it is. */
export interface Script {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A server that answers as it is told; the shared test Hub is for what real Hubs answer. */
export interface ScriptedHub {
  url: string;
  requests: IncomingMessage[];
}

/** The commit that a {@link ScriptedHub} has. */
export const SCRIPTED_COMMIT = "0123456789abcdef0123456789abcdef01234567";

/**
 * Starts one. `answer` gets the number of the request, from 0; requests for the commit are answered
 * with `info` and not counted.
 */
export async function scriptedHub(
  answer: (count: number) => Script,
  info: Script = { body: { sha: SCRIPTED_COMMIT } },
): Promise<ScriptedHub> {
  const requests: IncomingMessage[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    const isInfo = request.url?.includes("/revision/");
    const { status = 200, headers = {}, body } = isInfo ? info : answer(count++);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  closing({ close });
  return { url: `http://127.0.0.1:${port}`, requests };
}

/** A context that asks a server, three times at most and without waits. */
export function contextOf(endpoint: string, env: Record<string, string> = {}): HubContext {
  const settings = settingsIn("/nowhere", { HF_ENDPOINT: endpoint, ...env });
  return { ...placeContext({ settings }), retry: { attempts: 3, firstWait: 0, longestWait: 600 } };
}
