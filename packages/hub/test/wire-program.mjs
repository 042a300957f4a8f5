// Reads answers over one connection: node THIS '{"url", "proxy"?, "lengths", "delay"?}'. Prints JSON:
// the sha256 of each body, or the error. A process of its own, since Node reads the certificates that
// it trusts (NODE_EXTRA_CA_CERTS) when it starts.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "../dist/wire/connection.js";

const job = JSON.parse(process.argv[2] ?? "{}");
const url = new URL(job.url);
const proxy = job.proxy === undefined ? undefined : new URL(job.proxy);
const options = { proxy, answerTimeout: 10_000, stallTimeout: 10_000 };
try {
  const connection = await Connection.open(url, options, new AbortController().signal);
  const bodies = [];
  for (const length of job.lengths) {
    const hash = createHash("sha256");
    let order = Promise.resolve();
    await connection.get(url, {});
    await connection.readBody(length, {
      // Two writes may be under way: their bytes are looked at late, and in their order.
      write: (bytes) =>
        (order = order.then(() => sleep(job.delay ?? 0)).then(() => hash.update(bytes))),
      onBytes: () => 0,
    });
    bodies.push(hash.digest("hex"));
  }
  connection.destroy(new Error("done"));
  console.log(JSON.stringify({ bodies }));
} catch (error) {
  const { name, message } = /** @type {Error} */ (error);
  console.log(JSON.stringify({ name, message }));
}
