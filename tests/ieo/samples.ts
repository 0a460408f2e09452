/**
 * What the tests of packages share: a publisher and the fleet's list that
 * knows it, packages made from crafted zips, and directories that go away.
 *
 * @module
 */

import { realDisk } from "../../lib/host/real_disk.ts";
import {
  emptyManifest,
  encodeManifest,
  type Manifest,
} from "../../lib/ieo/manifest.ts";
import { MANIFEST_NAME } from "../../lib/ieo/paths.ts";
import type { OrderedPackage } from "../../lib/ieo/verify.ts";
import { sha256, toBase64Url, toHex, utf8 } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import type { Outcome } from "../../lib/trust/outcome.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import {
  type SignedStatement,
  signStatement,
} from "../../lib/trust/statement.ts";
import { type CraftedEntry, type CraftOptions, craftZip } from "./zips.ts";

export const DISK = realDisk();
export const PUBLISHER = keyPairFromSeed(new Uint8Array(32).fill(7));
export const STRANGER = keyPairFromSeed(new Uint8Array(32).fill(8));

/** The fleet's list; it knows `PUBLISHER` and nobody else. */
export const PUBLISHERS: PublishersList = {
  format: 1,
  version: 1,
  issued: "2026-01-01T00:00:00Z",
  expires: "2036-01-01T00:00:00Z",
  publishers: [{
    key: toBase64Url(PUBLISHER.publicKey),
    names: ["*"],
    hooks: false,
  }],
  revoked: [],
};

/** A package with its signature and the order that asks for it. */
export interface Sample {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly statement: Uint8Array;
  readonly ordered: OrderedPackage;
  readonly serial: number;
}

/** Names, version and serial of a sample; `tool 1.0`, serial 1, by default. */
export interface Naming {
  readonly name?: string;
  readonly version?: string;
  readonly serial?: number;
}

/** Signs the bytes as a package, whatever they are. */
export function signed(
  bytes: Uint8Array<ArrayBuffer>,
  { name = "tool", version = "1.0", serial = 1 }: Naming = {},
): Sample {
  const ordered = {
    name,
    version,
    sha256: toHex(sha256(bytes)),
    size: bytes.length,
  };
  const statement = signStatement(PUBLISHER, {
    format: 1,
    ...ordered,
    serial,
    // An empty file cannot be stated; the tests of it never look.
    size: Math.max(1, bytes.length),
    hooks: false,
  });
  return { bytes, statement, ordered, serial };
}

/** The statement of a sample, as if it had been verified. */
export function statementOf({ ordered, serial }: Sample): SignedStatement {
  const publisher = toBase64Url(PUBLISHER.publicKey);
  return { format: 1, ...ordered, serial, hooks: false, publisher };
}

/** A manifest that names these files, of their true sizes and hashes. */
export function manifestOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  { name = "tool", version = "1.0", serial = 1 }: Naming = {},
): Manifest {
  return {
    ...emptyManifest({ name, version, serial }),
    files: Object.entries(files).map(([path, content]) => {
      const bytes = typeof content === "string" ? utf8(content) : content;
      const hash = toHex(sha256(bytes));
      return { path, size: bytes.length, sha256: hash, mode: 0o644 };
    }),
  };
}

/** The manifest's entry: what every package begins with. */
export function manifestEntry(manifest: Manifest): CraftedEntry {
  return { name: MANIFEST_NAME, content: encodeManifest(manifest) };
}

/** A package of these entries, with the manifest before them. */
export function craftPackage(
  manifest: Manifest,
  entries: readonly CraftedEntry[],
  options: CraftOptions = {},
): Uint8Array<ArrayBuffer> {
  return craftZip([manifestEntry(manifest), ...entries], options);
}

/** A good package that holds these texts. */
export function goodPackage(
  files: Readonly<Record<string, string>>,
  naming: Naming = {},
): Sample {
  const manifest = manifestOf(files, naming);
  const entries = Object.entries(files).map(([name, text]) => (
    { name, content: utf8(text), deflated: true }
  ));
  return signed(craftPackage(manifest, entries), naming);
}

/** Calls `use` with a new empty directory, and removes it. */
export async function withDirectory<T>(
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-" });
  try {
    return await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The files below a directory and what they hold, links as `-> target`. */
export function treeOf(directory: string): Record<string, string> {
  const tree: Record<string, string> = {};
  // Synchronous: the tests of crashes look at thousands of trees.
  function walk(below: string): void {
    const here = below === "" ? directory : `${directory}/${below}`;
    for (const entry of Deno.readDirSync(here)) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isSymlink) {
        tree[path] = `-> ${Deno.readLinkSync(`${directory}/${path}`)}`;
      } else if (entry.isDirectory) {
        tree[`${path}/`] = "";
        walk(path);
      } else {
        tree[path] = Deno.readTextFileSync(`${directory}/${path}`);
      }
    }
  }
  walk("");
  return tree;
}

/** The value of an outcome that must be good. */
export function valueOf<T, F>(outcome: Outcome<T, F>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`Refused: ${JSON.stringify(outcome.fault)}`);
}

/** The fault of an outcome that must be bad. */
export function faultOf<T, F>(outcome: Outcome<T, F>): F {
  if (!outcome.ok) return outcome.fault;
  throw new Error("It was taken");
}
