export { openFile, type FileSource } from "./node/file-source.ts";
export { readGgufFile } from "./node/read-file.ts";
