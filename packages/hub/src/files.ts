// What programs need that read and write model files beside a download. It loads nothing of what
// speaks to the Hub.
export { digestOfSource } from "./digest.ts";
export { hashWholeFile, type HashingEvent, type HashWholeFileOptions } from "./hash-whole-file.ts";
export { knownSha256, type KnownSha256 } from "./known-sha256.ts";
export { pieceSource } from "./piece-source.ts";
export { readRecord, writeRecord } from "./record.ts";
export { isHeld, takeClaim, type Claim, type Claimant } from "./transfer/claim.ts";
export { availableBytes } from "./transfer/disk-space.ts";
export { piecesInPlace, type Piece } from "./transfer/pieces.ts";
export { progressEvent } from "./transfer/progress-event.ts";
export { rateMeter, type RateMeter } from "./transfer/rate-meter.ts";
