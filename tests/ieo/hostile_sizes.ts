/**
 * Zips that lie about sizes and contents, or that would become more than
 * anybody asked for (Z-12 to Z-14, Z-19).
 *
 * @module
 */

import { deflateRawSync } from "node:zlib";
import { SMALL_BYTES_MAX } from "../../lib/ieo/extract.ts";
import type { Manifest } from "../../lib/ieo/manifest.ts";
import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, wrongFile } from "./hostile_kit.ts";
import { craftPackage, manifestEntry, manifestOf, signed } from "./samples.ts";
import {
  type CraftedEntry,
  craftManyEmpty,
  extraField,
  u32,
  u64,
} from "./zips.ts";

/** Passes through in pieces; a smaller one is inflated at once. */
const LARGE = new Uint8Array(SMALL_BYTES_MAX + 100_000);

/** A file `a` that is declared to hold `content`, whose data is another. */
function lying(
  content: Uint8Array,
  data: Uint8Array,
  both: CraftedEntry["both"] = {},
) {
  return signed(craftPackage(manifestOf({ a: content }), [{
    name: "a",
    content,
    data,
    both: { method: 8, compressedSize: data.length, ...both },
  }]));
}

/** Sizes of a file in a zip64 field of the directory: size, packed size. */
function sizes64(size: bigint, packedSize: bigint): Partial<CraftedEntry> {
  return {
    central: {
      method: 8,
      size: 0xffff_ffff,
      compressedSize: 0xffff_ffff,
      extra: extraField(1, u64(size), u64(packedSize)),
    },
    local: { method: 8 },
  };
}

function cut(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length >> 1);
}

/** The same wrong things of a small file and of a large one. */
const LIES: readonly Hostile[] = (
  [["a small", new Uint8Array(1_000)], ["a large", LARGE]] as const
).flatMap(([what, content]): Hostile[] => [
  {
    title: `${what} entry that holds one byte more than it declares, Z-12`,
    build: () =>
      lying(content, deflateRawSync(concat(content, new Uint8Array(1)))),
    says: new RegExp(`"a": it holds more than ${content.length} bytes$`),
  },
  {
    title: `${what} entry that holds 50 MB more than it declares, Z-12`,
    build: () =>
      lying(
        content,
        deflateRawSync(new Uint8Array(content.length + 50_000_000)),
      ),
    says: new RegExp(`"a": it holds more than ${content.length} bytes$`),
  },
  {
    title: `${what} entry that holds one byte less than it declares, Z-12`,
    build: () => lying(content, deflateRawSync(content.subarray(1))),
    says: new RegExp(`"a": it holds ${content.length - 1} bytes and not`),
  },
  {
    title: `${what} entry whose compressed data is cut off, Z-12`,
    build: () => lying(content, cut(deflateRawSync(content))),
    says: /"a": its compressed data is damaged or cut off$/,
  },
  {
    title: `${what} entry whose compressed data is damaged, Z-12`,
    build: () => lying(content, utf8("\x07this is no deflate stream")),
    says: /"a": its compressed data is damaged or cut off$/,
  },
  {
    title: `${what} entry that goes on after its compressed data, Z-12`,
    build: () => lying(content, concat(deflateRawSync(content), TEXT)),
    says: /"a": bytes follow the end of its compressed data$/,
  },
  {
    title: `${what} entry with a wrong CRC, Z-14`,
    build: () => lying(content, deflateRawSync(content), { crc: 0x12345678 }),
    says: /"a": its content does not have the CRC-32 of the zip$/,
  },
  {
    title: `${what} stored entry with a wrong CRC, Z-14`,
    build: () => lying(content, content, { method: 0, crc: 1 }),
    says: /"a": its content does not have the CRC-32 of the zip$/,
  },
  {
    title: `${what} entry of another content than in the manifest, Z-14`,
    build: () => {
      const other = content.slice();
      other[500] = 1;
      const entry = { name: "a", content: other, deflated: true };
      return signed(craftPackage(manifestOf({ a: content }), [entry]));
    },
    says: /"a": its content is not the one the manifest names$/,
  },
]);

/** Entries and zips that lie about what they hold. */
export const HOSTILE_SIZES: readonly Hostile[] = [
  ...LIES,
  {
    title: "an empty entry that holds something, Z-12",
    build: () => lying(new Uint8Array(), deflateRawSync(TEXT)),
    says: /"a": it holds more than 0 bytes$/,
  },
  {
    title: "a manifest that holds more than it declares, Z-12",
    build: () => {
      const entry = manifestEntry(manifestOf({}));
      const content = entry.content ?? new Uint8Array();
      const data = deflateRawSync(
        concat(content, utf8("\n".repeat(9_999_999))),
      );
      const both = { method: 8, compressedSize: data.length };
      return signed(craftManyEmpty({ ...entry, data, both }, 0));
    },
    says: /"ieo.json" cannot be read: it holds more than \d+ bytes$/,
  },
  {
    title: "a manifest with a wrong CRC, Z-14",
    build: () => {
      const entry = manifestEntry(manifestOf({}));
      return signed(craftManyEmpty({ ...entry, both: { crc: 1 } }, 0));
    },
    says: /"ieo.json" does not have the CRC-32 of the zip$/,
  },
  {
    title: "a manifest of more than 16 MiB, Z-13",
    build: () => {
      const { name, content = TEXT } = manifestEntry(manifestOf({}));
      const long = concat(content, new Uint8Array(16_777_217).fill(0x20));
      return signed(
        craftManyEmpty({ name, content: long, deflated: true }, 0),
      );
    },
    says: /The manifest is longer than 16777216 bytes$/,
  },
  {
    title: "a bomb of 281 TB in the manifest, Z-13",
    build: () => {
      const manifest = manifestOf({});
      const huge = 281 * 10 ** 12;
      const path = { path: "a", sha256: "0".repeat(64), mode: 0o644 } as const;
      return signed(craftPackage(
        { ...manifest, files: [{ ...path, size: huge }] },
        [{ name: "a", content: TEXT }],
      ));
    },
    says: /whole number from 0 to 1099511627776/,
  },
  {
    title: "a bomb of 281 TB in the zip's directory, Z-13",
    build: () => wrongFile(sizes64(281n * 10n ** 12n, BigInt(TEXT.length))),
    says: /"a" has 281000000000000 bytes in the zip and 8 in its manifest$/,
  },
  {
    title: "a bomb whose sizes are each allowed, Z-13",
    build: () => {
      const files = ["a", "b"].map((path) => (
        { path, size: 2 ** 40, sha256: "0".repeat(64), mode: 0o644 } as const
      ));
      return signed(craftPackage({ ...manifestOf({}), files }, [
        { name: "a", content: TEXT },
        { name: "b", content: TEXT },
      ]));
    },
    says: /more than 1099511627776 bytes together/,
  },
  {
    title: "100,000 empty files that the manifest names, Z-13",
    build: () => {
      const [file] = manifestOf({ f: "" }).files;
      const files = Array.from({ length: 100_000 }, (_, index) => (
        { ...file, path: `f${index}` }
      ));
      const manifest = { ...manifestOf({}), files } as Manifest;
      return signed(craftPackage(manifest, []));
    },
    says: /has 100000 entries; at most 65536/,
  },
  {
    title: "100,000 empty files that the manifest does not name, Z-13",
    build: () => {
      const first = manifestEntry(manifestOf({}));
      return signed(craftManyEmpty(first, 100_000));
    },
    says: /"f000000" is in the zip and not in its manifest/,
  },
  {
    title: "more entries than any manifest names, Z-13",
    build: () => {
      const first = manifestEntry(manifestOf({}));
      return signed(craftManyEmpty(first, 131_073));
    },
    says: /The zip has 131074 entries; at most 131073 are read$/,
  },
  {
    title: "a directory of 100 MB, Z-13",
    build: () => {
      const inDirectory = new Uint8Array(100_000_000);
      return wrongFile({}, { inDirectory });
    },
    says: /directory is 1000\d+ bytes long; at most 16777216 are read$/,
  },
  {
    title: "a compressed size past the end, Z-19",
    build: () => wrongFile({ both: { method: 8, compressedSize: 5_000 } }),
    says: /"a" overlaps what follows it$/,
  },
  ...([
    ["of 2^63, negative where numbers have a sign", 2n ** 63n],
    ["that wraps to a small one", 2n ** 64n - 8n],
    ["of 2^53, past what is exact", 2n ** 53n],
  ] as const).map(([what, value]): Hostile => ({
    title: `a compressed size ${what}, Z-19`,
    build: () => wrongFile(sizes64(BigInt(TEXT.length), value)),
    says: /another compressed size in its local header|overlaps what follows/,
  })),
  {
    title: "a size of 2^64 - 8, that wraps, Z-19",
    build: () => wrongFile(sizes64(2n ** 64n - 8n, BigInt(TEXT.length))),
    says:
      /"a" has a senseless number of bytes in the zip and 8 in its manifest$/,
  },
  {
    title: "a zip64 field that is too short for its sizes, Z-19",
    build: () => {
      const size = 0xffff_ffff;
      const extra = extraField(1, u32(8));
      return wrongFile({ central: { method: 8, size, extra } });
    },
    says: /has a zip64 field that does not fit its sizes$/,
  },
];
