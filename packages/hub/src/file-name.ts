// Windows gives these to devices, whatever the extension.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
// A directory entry holds 255 bytes; the rest is for the suffix of a partial file.
const MAX_NAME_LENGTH = 200;

/** A file name that is one plain name on every system, made from the last part of a path. */
export function safeFileName(path: string, fallback: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? "";
  // oxlint-disable-next-line no-control-regex -- they are what must go
  const plain = last.replaceAll(/[\u0000-\u001f\u007f<>:"|?*]/g, "_").replace(/^\.+|[. ]+$/g, "");
  const name = plain.slice(-MAX_NAME_LENGTH);
  if (name === "") return fallback;
  return DEVICE.test(name) ? `_${name}` : name;
}
