export type Written = {
  readonly markdown: string | undefined;
  readonly error: string;
  readonly contradictions: readonly string[];
  readonly seconds: number;
  readonly worded: number;
};

export function writePage(directory: string, engine: string): Promise<Written>;
