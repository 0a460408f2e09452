/**
 * Zips that two tools would read differently, that lie about sizes, or that
 * would become more than anybody asked for.
 *
 * @module
 */

import { deflateRawSync } from "node:zlib";
import type { Manifest } from "../../lib/ieo/manifest.ts";
import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, wrongFile } from "./hostile_kit.ts";
import { craftPackage, manifestEntry, manifestOf, signed } from "./samples.ts";
import { craftManyEmpty, craftZip, u32 } from "./zips.ts";

/** Zips that two tools would read differently, or that lie about sizes. */
export const HOSTILE_STRUCTURES: readonly Hostile[] = [
  {
    title: "two entries at one offset, Z-11",
    build: () => {
      const manifest = manifestOf({ a: TEXT, b: TEXT });
      const first = manifestEntry(manifest);
      const offset = craftZip([first]).length - 46 - 8 - 22;
      return signed(craftZip([
        first,
        { name: "a", content: TEXT, central: { name: "a" } },
        { name: "b", content: TEXT, central: { offset } },
      ]));
    },
    says: /ambiguous|overlap/i,
  },
  {
    title: "an entry that quotes the next one's header, Z-11",
    build: () => {
      // `a` is stored, and its data ends with the whole local part of `b`.
      const inner = craftZip([{ name: "b", content: TEXT }])
        .slice(0, 30 + 1 + TEXT.length);
      const outer = concat(TEXT, inner);
      const manifest = manifestOf({ a: outer, b: TEXT });
      const first = manifestEntry(manifest);
      const start = craftZip([first]).length - 46 - 8 - 22;
      return signed(craftZip([first, { name: "a", content: outer }, {
        name: "b",
        content: TEXT,
        central: { offset: start + 30 + 1 + TEXT.length },
      }]));
    },
    says: /overlap/i,
  },
  {
    title: "an entry that holds more than it declares, Z-12",
    build: () => {
      const real = new Uint8Array(50_000_000);
      const manifest = manifestOf({ a: new Uint8Array(1_000) });
      return signed(craftPackage(manifest, [{
        name: "a",
        content: new Uint8Array(1_000),
        both: { method: 8, compressedSize: deflateRawSync(real).length },
        data: deflateRawSync(real),
      }]));
    },
    says: /holds more than 1000 bytes|uncompressed size/i,
  },
  {
    title: "an entry that holds less than it declares, Z-12",
    build: () => {
      const manifest = manifestOf({ a: new Uint8Array(1_000) });
      const data = deflateRawSync(TEXT);
      return signed(craftPackage(manifest, [{
        name: "a",
        data,
        both: { method: 8, compressedSize: data.length, size: 1_000 },
      }]));
    },
    says: /size|cut|CRC|crc/,
  },
  {
    title: "a bomb of 281 TB, Z-13",
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
    title: "a directory that claims 100 MB, Z-13",
    build: () => {
      const { bytes } = wrongFile({}, { zip64: true });
      const padded = concat(new Uint8Array(100_000_000), bytes);
      // The zip64 record's size and offset of the directory.
      const record = padded.length - 22 - 20 - 56;
      const claim = concat(u32(100_000_000), u32(0), u32(0), u32(0));
      return signed(patched(padded, record + 40, claim));
    },
    says: /zip cannot be read|not a zip/,
  },
  {
    title: "a wrong CRC, Z-14",
    build: () => wrongFile({ both: { crc: 0x12345678 } }),
    says: /crc/i,
  },
  {
    title: "the encrypted flag, Z-15",
    build: () => wrongFile({ both: { flags: 1 } }),
    says: /is encrypted/,
  },
  {
    title: "the flag of strong encryption, Z-15",
    build: () => wrongFile({ both: { flags: 1 << 6 } }),
    says: /has the flags 0x40/,
  },
  {
    title: "the flag of masked headers, Z-15",
    build: () => wrongFile({ both: { flags: 1 << 13 } }),
    says: /has the flags 0x2000/,
  },
  ...[99, 12, 14, 93, 9].map((method): Hostile => ({
    title: `method ${method}, Z-15`,
    build: () => wrongFile({ both: { method } }),
    says: new RegExp(`method ${method}`),
  })),
  ...([
    ["name", { name: "b" }],
    ["size", { size: 3 }],
    ["compressed size", { compressedSize: 3 }],
    ["CRC", { crc: 1 }],
    ["method", { method: 8 }],
    ["flags", { flags: 1 << 11 }],
    ["level in the flags", { flags: 1 << 1 }],
  ] as const).map(([what, local]): Hostile => ({
    title: `another ${what} in the local header, Z-16`,
    build: () => wrongFile({ local }),
    says: /mismatched local file header|other flags in its local header/,
  })),
  {
    title: "a data descriptor that says another size, Z-16, Z-22",
    build: () => {
      const { bytes } = wrongFile({ descriptor: "signed" });
      const at = bytes.length - 22 - 47 - 46 - 8 - 4;
      return signed(patched(bytes, at, u32(1)));
    },
    says: /mismatched local file header|zip cannot be read/,
  },
  {
    title: "an entry count that is too small, Z-17",
    build: () => wrongFile({}, { count: 1 }),
    says: /ambiguous/,
  },
  {
    title: "an entry count that is too large, Z-17",
    build: () => wrongFile({}, { count: 3 }),
    says: /not a zip, or it is cut off/,
  },
  {
    title: "a compressed size past the end, Z-19",
    build: () => wrongFile({ both: { compressedSize: 5_000, size: 8 } }),
    says: /zip cannot be read/,
  },
  {
    title: "an offset past the end, Z-19",
    build: () => wrongFile({ central: { offset: 0x7fff_ffff } }),
    says: /zip cannot be read/,
  },
  {
    title: "bytes before the first entry, Z-16",
    build: () => wrongFile({}, { before: utf8("#!/bin/sh\n") }),
    says: /first entry is not ieo.json/,
  },
  {
    title: "bytes after the end, Z-17",
    build: () => wrongFile({}, { after: utf8("more") }),
    says: /ambiguous|not a zip/,
  },
  {
    title: "a comment, Z-17",
    build: () => wrongFile({}, { comment: utf8("hello") }),
    says: /has a comment/,
  },
];

/** Replaces bytes at an offset. */
function patched(
  bytes: Uint8Array,
  at: number,
  by: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  copy.set(by, at);
  return copy;
}
