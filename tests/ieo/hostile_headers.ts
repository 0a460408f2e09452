/**
 * Zips whose entries are of a kind that is not for us, or say one thing in the
 * directory and another in the local header or the data descriptor (Z-15,
 * Z-16, Z-22).
 *
 * @module
 */

import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, withEntry, wrongFile } from "./hostile_kit.ts";
import { type CraftedEntry, extraField, u16, u32, u64 } from "./zips.ts";

/** APPNOTE.TXT 4.4.5, and 97 to 99 of 4.4.5's table: all but 0 and 8. */
const METHODS = [
  ...Array.from({ length: 21 }, (_, method) => method),
  ...[93, 94, 95, 96, 97, 98, 99, 0xffff],
].filter((method) => method !== 0 && method !== 8);

/** APPNOTE.TXT 4.4.4: all but 1, 2, 3 and 11. */
const FLAGS = {
  0: "encryption",
  4: "enhanced deflating",
  5: "patched data",
  6: "strong encryption",
  7: "no known meaning",
  12: "enhanced compression",
  13: "masked headers",
  15: "no known meaning",
} as const;

function unlike(
  what: string,
  local: CraftedEntry["local"],
  says: RegExp,
): Hostile {
  return {
    title: `another ${what} in the local header, Z-16`,
    build: () => wrongFile({ local: local ?? {} }),
    says,
  };
}

const LOCAL_FAULTS: readonly Hostile[] = [
  unlike("name", { name: "b" }, /"a" has another name in its local header/),
  unlike("and longer name", { name: "a.exe" }, /another name in its local/),
  unlike("size", { size: 3 }, /"a" has another size in its local header/),
  unlike("size of nothing", { size: 0 }, /has another size in its local/),
  unlike(
    "compressed size",
    { compressedSize: 3 },
    /"a" has another compressed size in its local header/,
  ),
  unlike("CRC", { crc: 1 }, /"a" has another CRC-32 in its local header/),
  unlike("method", { method: 8 }, /"a" has another method in its local/),
  unlike(
    "mark of UTF-8",
    { flags: 1 << 11 },
    /"a" has another set of flags in its local header/,
  ),
  unlike(
    "level in the flags",
    { flags: 1 << 1 },
    /"a" has another set of flags in its local header/,
  ),
  unlike(
    "flag of encryption",
    { flags: 1 },
    /"a" has another set of flags in its local header/,
  ),
  unlike(
    "set of extra fields that do not fit",
    { extra: new Uint8Array([1, 0, 9]) },
    /"a" has extra fields that do not fit their length/,
  ),
  unlike(
    "name in an extra field",
    { extra: unicodePath() },
    /"a" has a second name/,
  ),
  unlike(
    "size in a zip64 field",
    {
      size: 0xffff_ffff,
      compressedSize: 0xffff_ffff,
      extra: extraField(1, u64(9), u64(8)),
    },
    /"a" has another size in its local header/,
  ),
  unlike(
    "zip64 field, that nothing asks for",
    { extra: extraField(1, u64(8), u64(8)) },
    /"a" has a zip64 field that does not fit its sizes/,
  ),
  unlike(
    "signature",
    { signature: 0x04034b51 },
    /"a" has no local header where the directory says/,
  ),
];

const DESCRIPTOR_FAULTS: readonly Hostile[] = [
  ...([
    ["CRC", { crc: 1 }],
    ["size", { size: 7 }],
    ["compressed size", { compressedSize: 7 }],
  ] as const).flatMap(([what, described]) =>
    (["signed", "bare"] as const).map((descriptor): Hostile => ({
      title: `a ${descriptor} data descriptor of another ${what}, Z-16, Z-22`,
      build: () => wrongFile({ descriptor, described }),
      says:
        /"a" has a data descriptor that says other than the zip's directory/,
    }))
  ),
  {
    title: "a data descriptor that nothing announces, Z-22",
    build: () =>
      wrongFile({
        descriptor: "signed",
        both: { flags: 0 },
        local: { crc: 0x9d23d8ef, size: 8, compressedSize: 8 },
      }),
    says:
      /"a" has another CRC-32|"a" is followed by 16 bytes that are nobody's/,
  },
  {
    title: "an announced data descriptor that is not there, Z-22",
    build: () => wrongFile({ both: { flags: 1 << 3 } }),
    says: /"a" is followed by 0 bytes that are no data descriptor/,
  },
  {
    title: "a data descriptor cut short, Z-22",
    build: () => wrongFile({ both: { flags: 1 << 3 }, after: u32(0) }),
    says: /"a" is followed by 4 bytes that are no data descriptor/,
  },
  {
    title: "a data descriptor with bytes after it, Z-22",
    build: () => wrongFile({ descriptor: "bare", after: utf8("hide") }),
    says: /"a" has a data descriptor that says other/,
  },
  {
    title: "a long data descriptor after a short header, Z-22",
    build: () => {
      const after = concat(u32(0x9d23d8ef), u64(8), u64(8));
      return wrongFile({ both: { flags: 1 << 3 }, after });
    },
    says: /"a" is followed by 20 bytes that are no data descriptor/,
  },
  {
    title: "a data descriptor and other sizes in the header, Z-16, Z-22",
    build: () => wrongFile({ descriptor: "signed", local: { size: 7 } }),
    says: /"a" has another size in its local header/,
  },
];

/** Entries of a kind that is not for us, or that say two things. */
export const HOSTILE_HEADERS: readonly Hostile[] = [
  ...Object.entries(FLAGS).map(([bit, what]): Hostile => ({
    title: `the flag of ${what}, bit ${bit}, Z-15`,
    build: () => wrongFile({ both: { flags: 1 << Number(bit) } }),
    says: bit === "0"
      ? /"a" is encrypted/
      : new RegExp(`"a" has the flags 0x${(1 << Number(bit)).toString(16)},`),
  })),
  ...METHODS.map((method): Hostile => ({
    title: `method ${method}, Z-15`,
    build: () => wrongFile({ both: { method } }),
    says: new RegExp(`"a" is compressed by method ${method}; only 0 and 8`),
  })),
  ...([0x9901, 0x0017, 0x0015, 0x000d, 0x756e] as const).map((
    id,
  ): Hostile => ({
    title: `the extra field 0x${id.toString(16)}, Z-15`,
    build: () => wrongFile({ both: { extra: extraField(id, u32(0)) } }),
    says: /"a" has the extra field 0x[0-9a-f]{4}, which is not for us/,
  })),
  {
    title: "an extra field twice, Z-16",
    build: () => {
      const time = extraField(0x5455, new Uint8Array(5));
      return wrongFile({ both: { extra: concat(time, time) } });
    },
    says: /has extra fields that do not fit their length|is there twice/,
  },
  {
    title: "a second name in an extra field, Z-09",
    build: () => {
      const both = { extra: unicodePath() };
      return withEntry({ name: "b", content: TEXT, both });
    },
    says: /"b" has a second name/,
  },
  {
    title: "a stored entry of two sizes, Z-16",
    build: () => wrongFile({ both: { size: 7 } }),
    says: /"a" is stored, and has 8 bytes in the zip and 7 outside/,
  },
  {
    title: "an entry on another disk, Z-16",
    build: () => wrongFile({ central: { disk: 1 } }),
    says: /"a" is on another disk/,
  },
  {
    title: "an entry with a comment, Z-17",
    build: () => wrongFile({ central: { comment: utf8("hello") } }),
    says: /"a" has a comment/,
  },
  {
    title: "extra fields that do not fit in the directory, Z-16",
    build: () => wrongFile({ central: { extra: u16(1) } }),
    says: /entry number 2 has extra fields that do not fit their length/,
  },
  ...LOCAL_FAULTS,
  ...DESCRIPTOR_FAULTS,
];

/** APPNOTE.TXT 4.6.9: a name that some tools read instead of the first one. */
function unicodePath(): Uint8Array {
  const crcOfB = 0x71beeff9;
  return extraField(0x7075, new Uint8Array([1]), u32(crcOfB), utf8("evil"));
}
