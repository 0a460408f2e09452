/**
 * Should this order change anything? Decided from what is there, before a byte
 * is written. The tables are short and meant to grow: a lower serial, a
 * program that others require, and whatever else may refuse an order, is one
 * more row here.
 *
 * Pure.
 *
 * @module
 */

import type { InstallOrder, RemovalOrder } from "../sep/server_api.ts";
import { ANY_VERSION, isProgramName, isVersion } from "../trust/names.ts";
import type { InstalledRecord } from "./record.ts";
import { type Failure, failure } from "./result.ts";

/** What there is of a program before a removal. */
export interface RemovalSituation {
  /** Is there a directory of that name? */
  readonly present: boolean;
  /** The version in use; null when there is none. */
  readonly current: string | null;
  /** True when its package said that no order may remove it. */
  readonly protected: boolean;
}

/**
 * The failure of an order whose names cannot be used; null when they can. The
 * wire has checked them already, but paths are made from them here.
 */
export function faultOfNames(
  { name, version }: { readonly name: string; readonly version: string },
  anyAllowed: boolean,
): Failure | null {
  if (!isProgramName(name)) {
    return failure("name", "The order names no program");
  }
  const isGood = isVersion(version) || (anyAllowed && version === ANY_VERSION);
  return isGood
    ? null
    : failure("name", `The order names no version of ${name}`);
}

/**
 * Is what is installed the very package of the order, by the installer's own
 * note? Whether its files are still as they came is for the caller to look at.
 */
export function isOrdered(
  order: InstallOrder,
  record: InstalledRecord | null,
): boolean {
  return record !== null && record.name === order.name &&
    record.version === order.version && record.sha256 === order.sha256;
}

/** The failure that a removal ends with before it begins; null to go on. */
export function faultOfRemoval(
  { name, version }: RemovalOrder,
  { present, current, protected: isProtected }: RemovalSituation,
): Failure | null {
  const doing = `Cannot remove ${name}`;
  if (!present) return failure("absent", `${doing}: it is not installed`);
  if (isProtected) {
    return failure("protected", `${doing}: its package protects it`);
  }
  // Half a program, without a version in use, is not installed: whoever orders
  // its removal wants it gone.
  if (current === null || version === ANY_VERSION) return null;
  return version === current ? null : failure(
    "absent",
    `${doing} ${version}: version ${current} is installed`,
  );
}

const BLOCK_BYTES = 4_096;
const RESERVE_BYTES = 1_048_576;

/**
 * The free space that an install asks for before it begins, in bytes: every
 * file in whole blocks, and a reserve for directories and the journal.
 */
export function spaceNeeded(
  files: readonly { readonly size: number }[],
): number {
  return files.reduce(
    (sum, { size }) => sum + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES,
    RESERVE_BYTES,
  );
}
