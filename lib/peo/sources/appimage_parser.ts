/**
 * AppImages: programs in one executable file each, which nobody keeps account
 * of. They are known by their first bytes (ELF, with `AI` and 1 or 2 where ELF
 * leaves room for it), whatever they are called. What they are called is then
 * all that tells name and version without opening them.
 *
 * Pure, and never throws.
 *
 * @module
 */

/** The name of this source in a list. */
export const APPIMAGE_SOURCE = "appimage";

/** Bytes of the beginning of a file that are looked at. */
export const APPIMAGE_HEAD_BYTES = 20;

/** ELF's numbers of the processors that AppImages are made for. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, "i686"],
  [40, "armhf"],
  [62, "x86_64"],
  [183, "aarch64"],
  [243, "riscv64"],
]);

/**
 * What it runs on, from the first bytes of a file: empty for a processor that
 * is not known, null when it is no AppImage.
 */
export function appImageArchitecture(head: Uint8Array): string | null {
  const isElf = head.length >= APPIMAGE_HEAD_BYTES && head[0] === 0x7f &&
    head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
  const isAppImage = head[8] === 0x41 && head[9] === 0x49 &&
    (head[10] === 1 || head[10] === 2);
  if (!isElf || !isAppImage) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  return MACHINES.get(view.getUint16(18, head[5] === 1)) ?? "";
}

/** Words of a file's name that say what it runs on, at the name's end. */
const PLATFORM =
  /[-_. ](?:x86[-_]64|x64|amd64|aarch64|arm64|armhf|armv7l?|i[36]86|x86|64bit|32bit|linux(?:64|32)?|gnu|glibc[\d.]*|appimage|release|stable)$/i;

/** AppImageLauncher puts the MD5 of the path behind the name. */
const LAUNCHERS_HASH = /_[0-9a-f]{32}$/;

/** `Krita-5.2.2`: two numbers at least, or `v` and one, or a date. */
const VERSION =
  /^(.+?)[-_ ](?:v(\d[\w.+~-]*)|(\d+(?:\.\d+)+[\w.+~-]*)|(\d{8}\w*))$/i;

/** Name and version of `Krita-5.2.2-x86_64.AppImage`; it may tell no version. */
export function appImageName(
  file: string,
): { readonly name: string; readonly version: string } {
  let rest = file.replace(/\.appimage$/i, "").replace(LAUNCHERS_HASH, "");
  while (PLATFORM.test(rest)) rest = rest.replace(PLATFORM, "");
  const [, name, ...versions] = VERSION.exec(rest) ?? [];
  return {
    name: name ?? (rest === "" ? file : rest),
    version: versions.find((version) => version !== undefined) ?? "",
  };
}
