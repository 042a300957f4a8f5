// Windows gives these to devices, whatever the extension and spaces before it.
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/i;
// Control characters; halves of surrogate pairs, which no URL and no file system can carry;
// backslashes, which separate folders on Windows; colons, which stand in drives and streams.
const UNSAFE = /[\p{Cc}\p{Cs}\\:]/u;

/**
 * Whether a path of a repository stays inside its folder, and names what it seems to name, on every
 * system: `/` between plain names, none of them empty, `.`, `..`, a device of Windows, or ending in
 * the dot or space that Windows drops.
 */
export function isPlainPath(path: string): boolean {
  if (UNSAFE.test(path)) return false;
  return path.split("/").every((part) => part !== "" && !/[. ]$/.test(part) && !DEVICE.test(part));
}
