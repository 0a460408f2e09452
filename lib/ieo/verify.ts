/**
 * Is this downloaded file the package that was ordered, and may its publisher
 * publish it? All of it is answered before the zip is opened, in this order:
 *
 * 1. the statement: form, publisher, signature, rights (`lib/trust`; S-12);
 * 2. the statement against the order: name, version, hash, size (S-11);
 * 3. the file against the order: its size, then its SHA-256 (S-10).
 *
 * Deliberately not asked here: whether the publishers' list has expired (the
 * agent's policy, N-04), and whether the serial is lower than that of what is
 * installed (the installer knows what is).
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Disk } from "../host/disk.ts";
import type { Reason } from "../sep/reasons.ts";
import { ok, type Outcome } from "../trust/outcome.ts";
import type { PublishersList } from "../trust/publishers.ts";
import {
  openStatement,
  type SignedStatement,
  STATEMENT_FAULTS,
  type StatementFault,
} from "../trust/statement.ts";
import { type PackageFault, refuse } from "./package_fault.ts";

/** What the order said of the package. */
export interface OrderedPackage {
  readonly name: string;
  readonly version: string;
  /** Of the file `A.ieo`: 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  /** Of the file `A.ieo`, in bytes. */
  readonly size: number;
}

/** What `verifyPackageFile` is given. */
export interface VerifyOptions {
  readonly disk: Disk;
  /** The downloaded `A.ieo`. */
  readonly path: string;
  /** The bytes of `A.ieo.sig`, as they came with it. */
  readonly statement: Uint8Array;
  readonly publishers: PublishersList;
  readonly ordered: OrderedPackage;
}

/** The word that `[rate]` carries for each fault of a statement. */
const REASON_OF: Readonly<Record<StatementFault, Reason>> = {
  malformed: "signature",
  signature: "signature",
  unknown: "publisher",
  revoked: "revoked",
  name: "name",
  hooks: "publisher",
};

const READ_BYTES = 262_144;

/**
 * Verifies a downloaded package.
 *
 * @throws what the disk throws.
 */
export async function verifyPackageFile(
  { disk, path, statement, publishers, ordered }: VerifyOptions,
): Promise<Outcome<SignedStatement, PackageFault>> {
  const { name, version } = ordered;
  const opened = openStatement(statement, publishers);
  if (!opened.ok) {
    return refuse(
      REASON_OF[opened.fault],
      `Cannot trust ${name} ${version}: its statement ` +
        STATEMENT_FAULTS[opened.fault],
    );
  }
  const stated = opened.value;
  for (const field of ["name", "version", "sha256", "size"] as const) {
    if (stated[field] === ordered[field]) continue;
    return refuse(
      field === "sha256" || field === "size" ? "hash" : "name",
      `Cannot trust ${name} ${version}: its statement's ${field} is ` +
        `${stated[field]} and the order's is ${ordered[field]}`,
    );
  }
  const different = await differenceOf(disk, path, ordered);
  return different === null ? ok(stated) : refuse(
    "hash",
    `Cannot trust ${name} ${version}: its file has ${different}`,
  );
}

/** How the file is not the ordered one; null when it is. */
async function differenceOf(
  disk: Disk,
  path: string,
  { size, sha256 }: OrderedPackage,
): Promise<string | null> {
  const stat = await disk.stat(path);
  if (stat?.size !== size) {
    return `${stat?.size ?? "no"} bytes and not ${size}`;
  }
  const found = await hashFile(disk, path);
  return found === sha256 ? null : `the SHA-256 ${found} and not ${sha256}`;
}

/** The SHA-256 of a file of any size, in lower-case hexadecimal. */
export async function hashFile(disk: Disk, path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await disk.open(path, { read: true });
  try {
    let [filled, other] = [
      new Uint8Array(READ_BYTES),
      new Uint8Array(READ_BYTES),
    ];
    let count = await file.read(filled);
    while (count !== null) {
      // The disk's thread fills one while this one hashes the other.
      const next = file.read(other);
      hash.update(filled.subarray(0, count));
      count = await next;
      [filled, other] = [other, filled];
    }
    return hash.digest("hex");
  } finally {
    file.close();
  }
}
