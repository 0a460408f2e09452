/**
 * The end of a zip: where its directory is, how long, and of how many entries.
 * APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16.
 *
 * The usual way is to look for the end record from the end of the file on
 * backwards, past a comment of any text; two tools can find two records. Here
 * it is the last 22 bytes of the file or it is nowhere, there is no comment, and
 * the directory ends where the end records begin.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { FILES_MAX, MANIFEST_BYTES_MAX } from "../manifest/types.ts";
import { isAt, u16, u32, u64 } from "./numbers.ts";
import type { ZipFile } from "./reader.ts";
import { spokenNumber } from "./rules.ts";

/** Where the directory of a zip is. */
export interface DirectoryPlace {
  /** How many entries it has. */
  readonly count: number;
  /** Where it begins; all of the entries are before it. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/**
 * The longest directory, in bytes. It takes less room than the manifest, which
 * names the same files, so one that claims more is a trap and not a package.
 */
export const DIRECTORY_BYTES_MAX = MANIFEST_BYTES_MAX;

/** Every file and directory that a manifest may name, and the manifest. */
export const ENTRIES_MAX = 2 * FILES_MAX + 1;

const END_SIGNATURE = 0x0605_4b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const LOCATOR_SIGNATURE = 0x0706_4b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x0606_4b50;
const END64_BYTES = 56;
/** The record's own length says how much follows it (4.3.14.1). */
const END64_REST = 44;

const NOT_A_ZIP = "It is not a zip, or it is cut off";
const WRONG_PLACE =
  "The zip's directory is not where the end of the zip says, or is cut off";

/**
 * Finds the directory. The fault is a whole sentence.
 *
 * @throws what the disk throws.
 */
export async function findDirectory(
  file: ZipFile,
): Promise<Outcome<DirectoryPlace, string>> {
  const length = Math.min(file.size, END_BYTES + COMMENT_BYTES_MAX);
  const tail = await file.read(file.size - length, length);
  if (tail === null || length < END_BYTES) return fault(NOT_A_ZIP);
  const at = length - END_BYTES;
  const problem = faultOfTail(tail, at);
  if (problem !== null) return fault(problem);
  const place = await placeOf(file, tail.subarray(at));
  if (!place.ok) return place;
  const { count, length: bytes } = place.value;
  if (bytes > DIRECTORY_BYTES_MAX) {
    return fault(
      `The zip's directory is ${bytes} bytes long; at most ` +
        `${DIRECTORY_BYTES_MAX} are read`,
    );
  }
  return count > ENTRIES_MAX
    ? fault(
      `The zip has ${spokenNumber(count)} entries; at most ${ENTRIES_MAX} ` +
        "are read",
    )
    : place;
}

/** Is there one end record, and is it the very end? */
function faultOfTail(tail: Uint8Array, end: number): string | null {
  const isEnd = isAt(tail, end, END_SIGNATURE) && u16(tail, end + 20) === 0;
  for (let at = end - 1; at >= 0; at--) {
    if (!isAt(tail, at, END_SIGNATURE)) continue;
    const reach = at + END_BYTES + u16(tail, at + 20);
    if (reach !== tail.length && isEnd) continue; // Of a zip inside the zip.
    if (isEnd) return "The zip is ambiguous: it has two ends";
    return reach === tail.length
      ? "The zip has a comment"
      : "The zip is ambiguous: bytes follow its end";
  }
  return isEnd ? null : NOT_A_ZIP;
}

async function placeOf(
  file: ZipFile,
  record: Uint8Array,
): Promise<Outcome<DirectoryPlace, string>> {
  const end = file.size - END_BYTES;
  const short = {
    disks: [u16(record, 4), u16(record, 6)],
    counts: [u16(record, 8), u16(record, 10)],
    length: u32(record, 12),
    offset: u32(record, 16),
  };
  const isLong = [...short.counts, ...short.disks].includes(0xffff) ||
    short.length === 0xffff_ffff || short.offset === 0xffff_ffff;
  if (!isLong) return judged(short, end);
  const long = await readEnd64(file, end);
  if (long === null) {
    return fault(
      "The zip's end says that there is a zip64 end, and there is none before it",
    );
  }
  // What the short record can say, it says alike.
  const isSame = short.disks.every((disk) => disk === 0 || disk === 0xffff) &&
    short.counts.every((count, index) =>
      count === 0xffff || count === long.counts[index]
    ) &&
    (short.length === 0xffff_ffff || short.length === long.length) &&
    (short.offset === 0xffff_ffff || short.offset === long.offset);
  return isSame
    ? judged(long, end - LOCATOR_BYTES - END64_BYTES)
    : fault("The zip is ambiguous: its two end records differ");
}

interface EndFields {
  readonly disks: readonly number[];
  readonly counts: readonly number[];
  readonly length: number;
  readonly offset: number;
}

/** The zip64 records that stand right before the end record, or null. */
async function readEnd64(
  file: ZipFile,
  end: number,
): Promise<EndFields | null> {
  const start = end - LOCATOR_BYTES - END64_BYTES;
  if (start < 0) return null;
  const bytes = await file.read(start, END64_BYTES + LOCATOR_BYTES);
  if (bytes === null) return null;
  const locator = bytes.subarray(END64_BYTES);
  const isWhole = isAt(bytes, 0, END64_SIGNATURE) &&
    u64(bytes, 4) === END64_REST && isAt(locator, 0, LOCATOR_SIGNATURE) &&
    u32(locator, 4) === 0 && u64(locator, 8) === start &&
    u32(locator, 16) === 1;
  if (!isWhole) return null;
  return {
    disks: [u32(bytes, 16), u32(bytes, 20)],
    counts: [u64(bytes, 24), u64(bytes, 32)],
    length: u64(bytes, 40),
    offset: u64(bytes, 48),
  };
}

function judged(
  { disks, counts, length, offset }: EndFields,
  end: number,
): Outcome<DirectoryPlace, string> {
  const [count = 0, inAll] = counts;
  if (disks.some((disk) => disk !== 0) || count !== inAll) {
    return fault("The zip is in several parts");
  }
  return offset + length === end
    ? ok({ count, offset, length })
    : fault(WRONG_PLACE);
}
