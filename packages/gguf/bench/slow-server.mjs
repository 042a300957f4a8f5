import { createServer } from "node:http";

/**
 * A web server on 127.0.0.1 that serves ranges of one file, each after a wait.
 * @param {Uint8Array} file
 * @param {number} latency milliseconds until the first byte of an answer
 * @returns {Promise<{ url: string, requests(): number, close(): void }>} `requests` counts those
 * since it was last called
 */
export async function startSlowServer(file, latency) {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from);
    const end = Math.min(Number(to || file.length - 1) + 1, file.length);
    setTimeout(() => {
      const isRange = request.headers.range !== undefined;
      response.writeHead(isRange ? 206 : 200, {
        "content-length": String(end - start),
        "content-range": `bytes ${start}-${end - 1}/${file.length}`,
      });
      response.end(file.subarray(start, end));
    }, latency);
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  );
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}/model.gguf`,
    requests() {
      const seen = count;
      count = 0;
      return seen;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
