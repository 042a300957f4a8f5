/** For an option that may be given again and again: puts its words in a list. */
export function collect(word: string, words: readonly string[] | undefined): readonly string[] {
  return [...(words ?? []), word];
}
