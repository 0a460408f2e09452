/**
 * Should this order change anything? Decided from what is there, before a byte
 * is written. What a package asks of the machine is `admission.ts`, what the
 * journal remembers against old packages is `downgrade_rule.ts`.
 *
 * Pure.
 *
 * @module
 */

import type { InstallOrder, RemovalOrder } from "../../sep/server_api.ts";
import { ANY_VERSION, isProgramName, isVersion } from "../../trust/names.ts";
import { type Failure, failure } from "../result.ts";
import { faultOfNeighbours } from "./admission.ts";
import type { Situation } from "./situation.ts";

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

/** The failure that a removal ends with before it begins; null to go on. */
export function faultOfRemoval(
  { name, version }: RemovalOrder,
  situation: Situation,
): Failure | null {
  const { present, current, record } = situation;
  const doing = `Cannot remove ${name}`;
  if (!present) return failure("absent", `${doing}: it is not installed`);
  if (record?.protected) {
    return failure("protected", `${doing}: its package protects it`);
  }
  // Half a program, without a version in use, is not installed: whoever orders
  // its removal wants it gone.
  if (current === null) return null;
  if (version !== ANY_VERSION && version !== current) {
    return failure(
      "absent",
      `${doing} ${version}: version ${current} is installed`,
    );
  }
  const broken = faultOfNeighbours({ name, to: null }, situation);
  return broken === null
    ? null
    : failure(broken.reason, `${doing}: ${broken.detail}`);
}

/**
 * The failure of a step back to the kept version before it begins; null to go
 * on. A statement of the publisher is not asked for: it is one step, to what
 * this machine ran before, unless the package says that it must not be.
 */
export function faultOfRollback(
  { name, version }: InstallOrder,
  situation: Situation,
): Failure | null {
  const { current, record, kept } = situation;
  const doing = `Cannot go back from ${name} ${current ?? ""}`.trimEnd();
  if (current === null) {
    return failure("absent", `${doing}: it is not installed`);
  }
  if (kept === null) {
    return failure("absent", `${doing}: no other version is kept`);
  }
  if (version !== ANY_VERSION && version !== kept.version) {
    const found = `version ${kept.version} is kept`;
    return failure("absent", `${doing} to ${version}: ${found}`);
  }
  if (record?.rollback === false) {
    return failure("downgrade", `${doing}: its package allows no way back`);
  }
  const broken = faultOfNeighbours({ ...kept, to: kept.version }, situation);
  return broken === null
    ? null
    : failure(broken.reason, `${doing} to ${kept.version}: ${broken.detail}`);
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
