/** The model's name from its path or address: the file's, without its ending and its shard number. */
export function basename(path: string): string {
  const file = path.split(/[\\/]/).at(-1) ?? path;
  return file.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, "");
}
