// Stands in for the hashing thread, and never tells of a hash: a file does not come to its end.
import { parentPort } from "node:worker_threads";

parentPort?.on("message", () => {});
