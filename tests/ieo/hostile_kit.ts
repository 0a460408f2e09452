/**
 * What the tables of hostile packages are made with: a package of one good
 * file `a`, beside which, or in which, something is wrong.
 *
 * @module
 */

import { utf8 } from "../../lib/trust/bytes.ts";
import {
  craftPackage,
  manifestOf,
  type Naming,
  type Sample,
  signed,
} from "./samples.ts";
import { type CraftedEntry, type CraftOptions } from "./zips.ts";

export interface Hostile {
  /** The fault's identifier and what is wrong, as the end of a test's name. */
  readonly title: string;
  /** Built when the test runs: some are large. */
  readonly build: () => Sample;
  /** What the refusal must say. */
  readonly says: RegExp;
}

export const TEXT = utf8("content\n");

/** A package with one file `a`, and an entry beside the good ones. */
export function withEntry(
  entry: CraftedEntry,
  files: Record<string, string | Uint8Array> = {},
  options: CraftOptions = {},
): Sample {
  const manifest = manifestOf({ a: TEXT, ...files });
  return signed(
    craftPackage(manifest, [{ name: "a", content: TEXT }, entry], options),
  );
}

/** A package whose only file `a` is an entry with something wrong. */
export function wrongFile(
  wrong: Partial<CraftedEntry>,
  options: CraftOptions = {},
  naming: Naming = {},
): Sample {
  const manifest = manifestOf({ a: TEXT }, naming);
  const entry = { name: "a", content: TEXT, ...wrong };
  return signed(craftPackage(manifest, [entry], options), naming);
}
