/**
 * Zips whose end or directory says other than what is there, and files that
 * are no zip (Z-15, Z-17, Z-19, Z-23).
 *
 * @module
 */

import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, wrongFile } from "./hostile_kit.ts";
import { craftPackage, manifestOf, type Sample, signed } from "./samples.ts";
import { craftZip, u16, u32, u64 } from "./zips.ts";

/** A good package in zip64, with bytes of its end replaced. */
function patchedZip64(fromEnd: number, by: Uint8Array): Sample {
  const { bytes } = wrongFile({}, { zip64: true });
  bytes.set(by, bytes.length - fromEnd);
  return signed(bytes);
}

/** How far from the end of the file the end records begin, in zip64. */
const RECORD64 = 22 + 20 + 56;
const LOCATOR64 = 22 + 20;

/** Ends and directories that are not true. */
export const HOSTILE_ENDS: readonly Hostile[] = [
  {
    title: "an entry count that is too small, Z-17",
    build: () => wrongFile({}, { end: { count: 1 } }),
    says: /its directory goes on after the 1 entries/,
  },
  {
    title: "an entry count of none, Z-17",
    build: () => wrongFile({}, { end: { count: 0 } }),
    says: /its directory goes on after the 0 entries/,
  },
  {
    title: "an entry count that is too large, Z-17",
    build: () => wrongFile({}, { end: { count: 3 } }),
    says: /directory has 2 entries and not the 3/,
  },
  {
    title: "two entry counts, Z-17",
    build: () => wrongFile({}, { end: { countHere: 1 } }),
    says: /The zip is in several parts/,
  },
  {
    title: "a count in zip64 that is too large, Z-17",
    build: () => patchedZip64(RECORD64 - 24, concat(u64(3), u64(3))),
    says: /directory has 2 entries and not the 3/,
  },
  {
    title: "a count in zip64 of 2^64 - 1, Z-17, Z-19",
    build: () =>
      patchedZip64(
        RECORD64 - 24,
        concat(u64(2n ** 64n - 1n), u64(2n ** 64n - 1n)),
      ),
    says:
      /The zip has a senseless number of entries; at most 131073 are read|more entries/,
  },
  {
    title: "a record of nobody's after the last of the directory, Z-17",
    build: () => {
      const record = craftZip([{ name: "b", content: TEXT }])
        .slice(31 + TEXT.length, -22);
      return wrongFile({}, { inDirectory: record });
    },
    says: /its directory goes on after the 2 entries/,
  },
  {
    title: "a digital signature after the directory, Z-17",
    build: () =>
      wrongFile({}, { inDirectory: concat(u32(0x05054b50), u16(1), u16(7)) }),
    says: /its directory goes on after the 2 entries/,
  },
  {
    title: "bytes between the directory and the end, Z-17",
    build: () => wrongFile({}, { afterDirectory: utf8("hidden") }),
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "bytes after the end, Z-17",
    build: () => wrongFile({}, { after: utf8("more") }),
    says: /ambiguous: bytes follow its end/,
  },
  {
    title: "a comment, Z-17",
    build: () => wrongFile({}, { comment: utf8("hello") }),
    says: /The zip has a comment/,
  },
  {
    title: "a second end inside the comment of the first, Z-17",
    build: () => wrongFile({}, { comment: craftZip([]) }),
    says: /ambiguous: it has two ends/,
  },
  {
    title: "another zip after it, Z-17",
    build: () => wrongFile({}, { after: wrongFile({}).bytes }),
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "a directory that begins later than it is told, Z-17, Z-19",
    build: () => wrongFile({}, { end: { offset: 1 } }),
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "a directory past the end, Z-19",
    build: () => wrongFile({}, { end: { offset: 0x7fff_ffff } }),
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "a directory longer than the file, Z-19",
    build: () => wrongFile({}, { end: { size: 0x7fff_ffff } }),
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "a directory whose offset and length wrap to the right sum, Z-19",
    build: () => {
      const { bytes } = wrongFile({}, { zip64: true });
      const at = bytes.length - RECORD64;
      const view = new DataView(bytes.buffer);
      const size = view.getBigUint64(at + 40, true);
      const offset = view.getBigUint64(at + 48, true);
      view.setBigUint64(at + 40, size - 2n ** 63n, true);
      view.setBigUint64(at + 48, offset + 2n ** 63n, true);
      return signed(bytes);
    },
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "an end that names a zip64 end where there is none, Z-17",
    build: () => wrongFile({}, { end: { count: 0xffff } }),
    says: /says that there is a zip64 end, and there is none before it/,
  },
  {
    title: "a zip64 end elsewhere than its locator says, Z-17",
    build: () => patchedZip64(LOCATOR64 - 8, u64(0)),
    says: /says that there is a zip64 end, and there is none before it/,
  },
  {
    title: "a zip64 end with more in it than we know, Z-15, Z-17",
    // So does an encrypted directory begin (7.3.3).
    build: () => patchedZip64(RECORD64 - 4, u64(44 + 28)),
    says: /says that there is a zip64 end, and there is none before it/,
  },
  {
    title: "two ends that differ, Z-17",
    build: () => patchedZip64(22 - 8, concat(u16(1), u16(1))),
    says: /its two end records differ/,
  },
  {
    title: "a zip64 end that the end does not ask for, Z-17",
    build: () => {
      const long = wrongFile({}, { zip64: true }).bytes;
      const record = long.slice(-RECORD64, -22);
      return wrongFile({}, { afterDirectory: record });
    },
    says: /directory is not where the end of the zip says/,
  },
  {
    title: "a zip in several parts, Z-17",
    build: () => {
      const { bytes } = wrongFile({});
      bytes.set(concat(u16(1), u16(1)), bytes.length - 22 + 4);
      return signed(bytes);
    },
    says: /The zip is in several parts/,
  },
  {
    title: "a directory that is encrypted, Z-15",
    build: () => {
      const { bytes } = wrongFile({});
      const view = new DataView(bytes.buffer);
      const start = view.getUint32(bytes.length - 22 + 16, true);
      for (let at = start; at < bytes.length - 22; at++) {
        bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
      }
      return signed(bytes);
    },
    says: /directory has 0 entries and not the 2/,
  },
  {
    title: "a zip without entries, Z-23",
    build: () => signed(craftZip([])),
    says: /The zip is empty/,
  },
  {
    title: "an empty file, Z-23",
    build: () => signed(new Uint8Array()),
    says: /It is not a zip, or it is cut off/,
  },
  {
    title: "one byte, Z-23",
    build: () => signed(new Uint8Array(1)),
    says: /It is not a zip, or it is cut off/,
  },
  {
    title: "22 zero bytes, Z-23",
    build: () => signed(new Uint8Array(22)),
    says: /It is not a zip, or it is cut off/,
  },
  {
    title: "a text file, Z-23",
    build: () => signed(utf8("This is not a package.\n".repeat(40))),
    says: /It is not a zip, or it is cut off/,
  },
  {
    title: "an end and nothing before it, Z-23",
    build: () =>
      signed(
        craftPackage(manifestOf({}), []).slice(-22),
      ),
    says: /directory is not where the end of the zip says/,
  },
];
