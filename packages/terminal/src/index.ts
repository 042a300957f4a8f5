export { formatBytes, formatCount, formatDuration, formatMemory } from "./amounts.ts";
export { type BarState, type ProgressUpdate, type Unit, renderBar } from "./bar.ts";
export { type ColourTarget, type Colours, type Environment, colours } from "./colours.ts";
export { commandOutput } from "./command-output.ts";
export { singleLine, stripControl } from "./control.ts";
export { formatError } from "./error-text.ts";
export {
  ClosedOutputError,
  InvalidInputError,
  TerminalError,
  type TerminalErrorOptions,
  UsageError,
} from "./errors.ts";
export { follow } from "./follow.ts";
export { writeOut } from "./output.ts";
export { EXIT, type MainContext, type RunMainOptions, runMain } from "./run-main.ts";
export { type Part, renderShareBar } from "./share-bar.ts";
export { type Align, type TableOptions, renderTable } from "./table.ts";
export type { TransferEvent, TransferPlan } from "./transfer-event.ts";
export { displayWidth, truncateToWidth } from "./width.ts";
