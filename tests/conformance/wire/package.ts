/**
 * Packages for the implementation under test to install: a zip of stored
 * entries, its manifest and the statement beside it, by docs/protocol.md,
 * "A.ieo and A.ieo.sig".
 *
 * @module
 */

import { type Bytes, concat, hex, sha256, utf8 } from "./bytes.ts";
import { envelope, type Key } from "./keys.ts";

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly bytes: Bytes;
  readonly sha256: Bytes;
  readonly statement: Bytes;
}

/** What differs from a good package of one file. */
export interface PackageOptions {
  readonly publisher: Key;
  readonly name: string;
  readonly version: string;
  readonly serial: number;
  readonly content?: Bytes;
  /** What the statement says instead. */
  readonly stated?: Readonly<Record<string, unknown>>;
}

export function makePackage(
  { publisher, name, version, serial, content, stated = {} }: PackageOptions,
): Package {
  const file = content ?? utf8(`${name} ${version}\n`);
  const manifest = utf8(JSON.stringify({
    ...{ format: 1, name, version, serial },
    files: [{
      path: "content",
      size: file.length,
      sha256: hex(sha256(file)),
      mode: "0644",
    }],
  }));
  const bytes = zip([["ieo.json", manifest], ["content", file]]);
  const statement = envelope(
    publisher,
    "application/vnd.flottille.statement+json",
    {
      ...{ format: 1, name, version, serial, size: bytes.length },
      ...{ sha256: hex(sha256(bytes)), hooks: false, ...stated },
    },
  );
  return { name, version, bytes, sha256: sha256(bytes), statement };
}

/** Little-endian, as zip has it. */
const little = (value: number, bytes: number): Bytes =>
  Uint8Array.from({ length: bytes }, (_, at) => (value / 256 ** at) & 255);

/** 1980-01-01, 00:00. */
const DATE = Uint8Array.of(0, 0, 0x21, 0);

function zip(files: readonly (readonly [string, Bytes])[]): Bytes {
  const locals: Bytes[] = [];
  const directory: Bytes[] = [];
  let at = 0;
  for (const [path, content] of files) {
    const name = utf8(path);
    const size = little(content.length, 4);
    const facts = concat(
      ...[little(20, 2), little(0, 2), little(0, 2), DATE],
      ...[little(crc32(content), 4), size, size],
      ...[little(name.length, 2), little(0, 2)],
    );
    const local = concat(utf8("PK\x03\x04"), facts, name, content);
    directory.push(concat(
      ...[utf8("PK\x01\x02"), little(20, 2), facts],
      // No comment, disk 0, no attributes.
      ...[little(0, 2), little(0, 2), little(0, 2), little(0, 4)],
      ...[little(at, 4), name],
    ));
    locals.push(local);
    at += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = little(files.length, 2);
  return concat(
    ...[...locals, ...directory, utf8("PK\x05\x06"), little(0, 4)],
    ...[count, count, little(size, 4), little(at, 4), little(0, 2)],
  );
}

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
  }
  return (sum ^ 0xffffffff) >>> 0;
}
