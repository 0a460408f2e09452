/**
 * Zips whose manifest is not theirs.
 *
 * @module
 */

import { type Hostile, TEXT, withEntry } from "./hostile_kit.ts";
import { craftPackage, manifestEntry, manifestOf, signed } from "./samples.ts";
import { craftZip, TYPE_DIRECTORY } from "./zips.ts";

/** What zip and manifest say of each other. */
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
    title: "a directory that the manifest does not name",
    build: () => withEntry({ name: "d/", mode: TYPE_DIRECTORY | 0o755 }),
    says: /"d\/" is in the zip and not in its manifest/,
  },
  {
    title: "a directory of the manifest that is not there",
    build: () => {
      const manifest = { ...manifestOf({ a: TEXT }), directories: ["d"] };
      return signed(craftPackage(manifest, [{ name: "a", content: TEXT }]));
    },
    says: /"d\/" is in the manifest and not in the zip/,
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
];
