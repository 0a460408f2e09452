/** Files of the registry editor, as tests need them. */

/** Files of real machines. */
export const RECORDED =
  new URL("../fixtures/windows/", import.meta.url).pathname;

export const UNINSTALL =
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall";

/** A file of one key. */
export function file(...lines: string[]): string {
  return [
    "Windows Registry Editor Version 5.00",
    "",
    `[${UNINSTALL}\\one]`,
    ...lines,
    "",
  ].join("\r\n");
}

/** With a byte order mark; half characters stay as they are. */
export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 + 2 * at, text.charCodeAt(at), true);
  }
  return bytes;
}
