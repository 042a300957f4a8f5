import type { JoinFiles } from "../src/index.ts";

export declare const HEAD: number;
export declare const joinBehindHead: JoinFiles;
