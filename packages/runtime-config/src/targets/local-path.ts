/** A path that no program takes for an option or for a repository's name. */
export function localPath(path: string): string {
  return /^(?:[A-Za-z]:)?[\\/]|^\.\.?[\\/]/.test(path) ? path : `./${path}`;
}
