import { Writable } from "node:stream";

/** A stand-in for stderr that hands every piece of text on. */
export function recordingStream(
  onText: (text: string) => void,
  properties: { isTTY: boolean; columns?: number; rows?: number },
): NodeJS.WriteStream {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      onText(chunk.toString());
      done();
    },
  });
  return Object.assign(stream, properties) as unknown as NodeJS.WriteStream;
}
