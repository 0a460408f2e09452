/**
 * Zips whose manifest is not theirs, and files that are no zip.
 *
 * @module
 */

import { utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, withEntry } from "./hostile_kit.ts";
import { craftPackage, manifestEntry, manifestOf, signed } from "./samples.ts";
import { craftZip } from "./zips.ts";

/** What zip and manifest say of each other, and files that are no zip. */
export const HOSTILE_CONTENTS: readonly Hostile[] = [
  {
    title: "a file that the manifest does not name",
    build: () => withEntry({ name: "b", content: TEXT }),
    says: /"b" is in the zip and not in its manifest/,
  },
  {
    title: "a file of the manifest that is not there",
    build: () =>
      signed(craftPackage(manifestOf({ a: TEXT, b: TEXT }), [
        { name: "a", content: TEXT },
      ])),
    says: /"b" is in the manifest and not in the zip/,
  },
  {
    title: "a file of another size than in the manifest",
    build: () =>
      signed(craftPackage(manifestOf({ a: "short" }), [
        { name: "a", content: TEXT },
      ])),
    says: /has 8 bytes in the zip and 5 in its manifest/,
  },
  {
    title: "a file of another content than in the manifest, Z-14",
    build: () =>
      signed(craftPackage(manifestOf({ a: "CONTENT\n" }), [
        { name: "a", content: TEXT },
      ])),
    says: /content is not the one the manifest names/,
  },
  {
    title: "no manifest",
    build: () => signed(craftZip([{ name: "a", content: TEXT }])),
    says: /first entry is not ieo.json/,
  },
  {
    title: "a manifest that is not the first entry",
    build: () =>
      signed(craftZip([
        { name: "a", content: TEXT },
        manifestEntry(manifestOf({ a: TEXT })),
      ])),
    says: /first entry is not ieo.json/,
  },
  {
    title: "a zip without entries, Z-23",
    build: () => signed(craftZip([])),
    says: /The zip is empty|not a zip/,
  },
  {
    title: "one byte, Z-23",
    build: () => signed(new Uint8Array(1)),
    says: /not a zip/,
  },
  {
    title: "22 zero bytes, Z-23",
    build: () => signed(new Uint8Array(22)),
    says: /not a zip/,
  },
  {
    title: "a text file, Z-23",
    build: () => signed(utf8("This is not a package.\n".repeat(40))),
    says: /not a zip/,
  },
];
