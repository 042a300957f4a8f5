/** What commander's `configureOutput` takes: its messages in the form of all others. */
export function commandOutput(name: string): {
  outputError: (text: string, write: (text: string) => void) => void;
} {
  return { outputError: (text, write) => write(`${name}: ${text.replace(/^error: /, "")}`) };
}
