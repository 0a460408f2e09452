/**
 * Small packages, made by the real packer, and the publishers' list under
 * which they are signed.
 *
 * @module
 */

import { realDisk } from "../../../lib/host/real_disk.ts";
import { pack, type PackageDraft } from "../../../lib/ieo/pack.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import {
  openPublishers,
  type Publishers,
  signPublishers,
} from "../../../lib/trust/publishers.ts";
import { keyOf } from "../examples.ts";

export const FLEET_KEY = keyOf("fleet");
export const PUBLISHER_KEY = keyOf("publisher");

/** A list with one publisher, who may publish these names. */
export function publishersOf(
  names: string[] = ["*"],
  { hooks = false, revoked = [] as string[] } = {},
): Publishers {
  const bytes = signPublishers(FLEET_KEY, {
    format: 1,
    version: 1,
    issued: "2013-01-01T00:00:00Z",
    expires: "9999-01-01T00:00:00Z",
    publishers: [{
      key: toBase64Url(PUBLISHER_KEY.publicKey),
      names,
      hooks,
    }],
    revoked,
  });
  const opened = openPublishers(FLEET_KEY.publicKey, bytes);
  if (!opened.ok) throw new Error(opened.fault);
  return opened.value;
}

/** A package in memory. */
export interface SmallPackage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly statement: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** Packs a program of one file, whose manifest may ask for more. */
export async function smallPackage(
  directory: string,
  { name = "hello", version = "1.0", serial = 1, text = "Hello" } = {},
  more: Partial<PackageDraft> = {},
): Promise<SmallPackage> {
  const program = `${directory}/${name}-${version}-${serial}`;
  await Deno.mkdir(program, { recursive: true });
  await Deno.writeTextFile(`${program}/hello.txt`, text);
  const output = `${program}.ieo`;
  const { sha256 } = await pack({
    disk: realDisk(),
    directory: program,
    publisher: PUBLISHER_KEY,
    draft: { name, version, serial, title: `The program ${name}`, ...more },
    output,
  });
  return {
    bytes: await Deno.readFile(output),
    statement: await Deno.readFile(`${output}.sig`),
    sha256,
  };
}

/** The bytes as a stream of pieces. */
export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes = 100,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await Promise.resolve();
    yield bytes.subarray(at, at + pieceBytes);
  }
}
