/**
 * One small file out of a tar archive that is in memory, and the names of the
 * others: what reading a `.deb` needs of tar (POSIX.1-1988 ustar; names longer
 * than 100 bytes, which such archives have none of, are not put together).
 *
 * Pure.
 *
 * @module
 */

const BLOCK_BYTES = 512;
/** Entries looked at; a control archive has about ten. */
const ENTRIES_MAX = 10_000;

/** A regular file of an archive. */
export interface TarFile {
  /** As it stands there: `./control`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The regular files of the archive, or the end of a sentence that begins with
 * what it is: "is cut off".
 */
export function tarFiles(archive: Uint8Array): TarFile[] | string {
  const files: TarFile[] = [];
  let at = 0;
  for (let entries = 0; entries < ENTRIES_MAX; entries++) {
    const header = archive.subarray(at, at + BLOCK_BYTES);
    if (header.length === 0 || header.every((byte) => byte === 0)) return files;
    if (header.length < BLOCK_BYTES) return "is cut off";
    if (!hasGoodSum(header)) return "is no tar archive";
    const size = octal(header.subarray(124, 136));
    if (size === null) return "has an entry without a size";
    const begin = at + BLOCK_BYTES;
    const bytes = archive.subarray(begin, begin + size);
    if (bytes.length < size) return "is cut off";
    const type = header[156] ?? 0;
    if (type === 0 || type === 0x30) {
      files.push({ name: textUpToNul(header.subarray(0, 100)), bytes });
    }
    at = begin + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return `has more than ${ENTRIES_MAX} entries`;
}

/** The sum of the header's bytes, its own field counted as spaces. */
function hasGoodSum(header: Uint8Array): boolean {
  let sum = 0;
  for (const [index, byte] of header.entries()) {
    sum += index >= 148 && index < 156 ? 0x20 : byte;
  }
  return octal(header.subarray(148, 156)) === sum;
}

function octal(field: Uint8Array): number | null {
  const text = textUpToNul(field).trim();
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : null;
}

function textUpToNul(field: Uint8Array): string {
  const end = field.indexOf(0);
  const bytes = end === -1 ? field : field.subarray(0, end);
  return new TextDecoder("latin1").decode(bytes);
}
