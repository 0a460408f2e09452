/**
 * Zips whose entries do not lie one behind the other: two share bytes, or
 * bytes are nobody's (Z-11, Z-19).
 *
 * @module
 */

import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, wrongFile } from "./hostile_kit.ts";
import { craftPackage, manifestEntry, manifestOf, signed } from "./samples.ts";
import {
  type CraftedEntry,
  type CraftOptions,
  craftZip,
  extraField,
  lengthOfEntries,
  u16,
  u64,
} from "./zips.ts";

/** A package of two files `a` and `b`, each of `TEXT`. */
function pair(
  a: Partial<CraftedEntry>,
  b: Partial<CraftedEntry>,
  options: CraftOptions = {},
) {
  return signed(craftPackage(
    manifestOf({ a: TEXT, b: TEXT }),
    [{ name: "a", content: TEXT, ...a }, { name: "b", content: TEXT, ...b }],
    options,
  ));
}

/** Where `a` of `pair` begins. */
function offsetOfA(): number {
  return lengthOfEntries([manifestEntry(manifestOf({ a: TEXT, b: TEXT }))]);
}

const LOCAL_OF_B = craftZip([{ name: "b", content: TEXT }])
  .slice(0, 30 + 1 + TEXT.length);

/** A `b` whose local header lies inside the content of `a`. */
function quoted(outer: Uint8Array, a: CraftedEntry, before: number) {
  const manifest = manifestOf({ a: outer, b: TEXT });
  const start = lengthOfEntries([manifestEntry(manifest)]);
  const offset = start + 30 + 1 + before;
  const b = { name: "b", content: TEXT, central: { offset } };
  return signed(craftPackage(manifest, [a, b]));
}

/** Content as a deflate stream of one stored block (RFC 1951, 3.2.4). */
function storedBlock(content: Uint8Array): Uint8Array {
  const { length } = content;
  return concat(new Uint8Array([1]), u16(length), u16(~length), content);
}

/** An offset that needs 64 bits, or more than there are. */
function offset64(value: bigint): Partial<CraftedEntry> {
  const extra = extraField(1, u64(value));
  return { central: { offset: 0xffff_ffff, extra } };
}

/** Entries that share bytes, leave some to nobody, or lie elsewhere. */
export const HOSTILE_PLACES: readonly Hostile[] = [
  {
    title: "two entries at one offset, Z-11",
    build: () => pair({}, { central: { offset: offsetOfA() } }),
    says: /"a" overlaps what follows it/,
  },
  {
    title: "two names for one local header, Z-11",
    build: () => {
      const manifest = manifestOf({ a: TEXT, b: TEXT });
      const first = manifestEntry(manifest);
      const a = { name: "a", content: TEXT };
      const zip = craftZip([first, a], {
        reorder: ([one, two]) => {
          const three = two?.slice() ?? new Uint8Array();
          three[46] = "b".charCodeAt(0);
          return [one, two, three].filter((part) => part !== undefined);
        },
        end: { count: 3 },
      });
      return signed(zip);
    },
    says: /"a" overlaps what follows it/,
  },
  {
    title: "an entry that quotes the next one's header, Z-11",
    build: () => {
      // `a` is stored, and its data ends with the whole local part of `b`.
      const outer = concat(TEXT, LOCAL_OF_B);
      return quoted(outer, { name: "a", content: outer }, TEXT.length);
    },
    says: /"a" overlaps what follows it/,
  },
  {
    title:
      "an entry that quotes the next one's header in a deflate block, Z-11",
    build: () => {
      // As in Fifield's bomb: the block's own five bytes stand before it.
      const data = storedBlock(LOCAL_OF_B);
      const both = { method: 8, compressedSize: data.length };
      const a = { name: "a", content: LOCAL_OF_B, data, both };
      return quoted(LOCAL_OF_B, a, 5);
    },
    says: /"a" overlaps what follows it/,
  },
  {
    title: "an entry that reaches into the directory, Z-11",
    build: () => {
      const real = craftZip([{ name: "a", content: TEXT }]);
      const content = concat(
        TEXT,
        real.slice(30 + 1 + TEXT.length).slice(0, 3),
      );
      return signed(craftPackage(manifestOf({ a: content }), [{
        name: "a",
        content,
        data: TEXT,
        both: { compressedSize: content.length },
      }]));
    },
    says: /"a" overlaps what follows it/,
  },
  {
    title: "entries in another order than the directory has them, Z-11",
    build: () =>
      pair({}, {}, {
        reorder: ([first, a, b]) =>
          [first, b, a].filter((part) => part !== undefined),
      }),
    says: /"ieo.json" is followed by \d+ bytes that are nobody's/,
  },
  {
    title: "bytes between two entries, Z-11",
    build: () => pair({ after: utf8("hidden") }, {}),
    says: /"a" is followed by 6 bytes that are nobody's/,
  },
  {
    title: "a whole entry between two that the directory leaves out, Z-11",
    build: () => pair({ after: LOCAL_OF_B }, {}),
    says: /"a" is followed by \d+ bytes that are nobody's/,
  },
  {
    title: "bytes between the last entry and the directory, Z-11",
    build: () => wrongFile({}, { beforeDirectory: utf8("hidden") }),
    says: /"a" is followed by 6 bytes that are nobody's/,
  },
  {
    title: "bytes before the first entry, Z-16",
    build: () => wrongFile({}, { before: utf8("#!/bin/sh\n") }),
    says: /first entry is not ieo.json/,
  },
  {
    title: "an offset past the end, Z-19",
    build: () => wrongFile({ central: { offset: 0x7fff_ffff } }),
    says: /"ieo.json" is followed by \d+ bytes that are nobody's/,
  },
  {
    title: "an offset in the directory, Z-19",
    build: () => {
      const manifest = manifestOf({ a: TEXT });
      const good = { name: "a", content: TEXT };
      const offset = lengthOfEntries([manifestEntry(manifest), good]);
      return signed(craftPackage(manifest, [{ ...good, central: { offset } }]));
    },
    says: /nobody's|begins where the zip's directory is/,
  },
  ...([
    ["of 2^63, negative where numbers have a sign", 2n ** 63n],
    ["of 2^64 - 1, that wraps", 2n ** 64n - 1n],
    ["that wraps to the manifest's", 2n ** 64n],
    ["of 2^53, past what is exact", 2n ** 53n],
  ] as const).map(([what, value]): Hostile => ({
    title: `an offset ${what}, Z-19`,
    build: () => wrongFile(offset64(value)),
    says: /"ieo.json" (is followed by \d+ bytes that are nobody's|overlaps)/,
  })),
];
