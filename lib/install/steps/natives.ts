/**
 * Native packages: the part of a program that lives with the system's own
 * package manager. The journal's begin record says what the manager held
 * before and what it shall hold; between the two lie the changes of this file,
 * and the way back.
 *
 * What is asked of the manager can fail on the way back as well (its own disk,
 * its own faults). Then the transaction ends all the same, the failure says
 * what could not be brought back, and `[possede]` is answered with `[non]`,
 * because the manager is asked too.
 *
 * @module
 */

import type { NativePackage } from "../../ieo/manifest/types.ts";
import type { NativeChange } from "../journal/entries.ts";
import type { NativeOutcome } from "../native/outcome.ts";
import { type Failure, failure } from "../result.ts";
import type { Natives, Site } from "../site.ts";
import type { Tree } from "./step.ts";

/** From which version's packages to which; null where there is none. */
export interface NativeWay {
  readonly changes: readonly NativeChange[];
  readonly from: Tree | null;
  readonly to: Tree | null;
}

/**
 * What the manager holds of the packages of two versions, and what it shall
 * hold. A package that only the version before has goes away, unless the
 * manager holds another version of it by now: then it is somebody else's.
 */
export async function planNatives(
  natives: Natives,
  from: readonly NativePackage[],
  to: readonly NativePackage[],
): Promise<NativeChange[]> {
  const changes: NativeChange[] = [];
  for (const one of to) {
    const before = await natives.query(one);
    changes.push({ ...nameOf(one), before, after: one.version });
  }
  for (const one of from) {
    if (findNative(to, one) !== undefined) continue;
    const before = await natives.query(one);
    const after = before === one.version ? null : before;
    changes.push({ ...nameOf(one), before, after });
  }
  return changes;
}

/**
 * Makes the manager hold what it shall; `note` takes what the order's giver
 * should know.
 *
 * @returns the first failure; what was changed until then stays changed.
 */
export async function changeNatives(
  { natives }: Site,
  { changes, from, to }: NativeWay,
  note: (sentence: string) => void,
): Promise<Failure | null> {
  for (const change of changes) {
    const { before, after } = change;
    if (before === after) continue;
    const outcome = await changeOne(natives, change, { from, to });
    if (!outcome.ok) return failure(outcome.reason, outcome.detail);
    outcome.notes.forEach(note);
    const held = await natives.query(change);
    if (held === after) continue;
    // `[possede]` compares this very word: a promise that it breaks is a lie.
    // Now, because later it would look like somebody else's doing.
    await restoreOne(natives, change, { from, to });
    return failure(
      "package",
      `Cannot go on with the ${change.kind} ${change.package}: the system's ` +
        `manager holds ${held ?? "none"} of it and not ${after ?? "none"}`,
    );
  }
  return null;
}

async function changeOne(
  natives: Natives,
  change: NativeChange,
  { from, to }: Pick<NativeWay, "from" | "to">,
): Promise<NativeOutcome> {
  if (change.after === null) {
    const one = packageOf(change, from, to);
    return await natives.remove(one, from?.directory ?? null);
  }
  const one = packageOf(change, to, from);
  return await natives.install(one, `${to?.directory}/${one.path}`);
}

/**
 * Was one of the packages changed by this transaction? One that the manager
 * holds in a third version was changed by somebody else, and is left to them.
 */
export async function areNativesChanged(
  { natives }: Site,
  way: NativeWay,
): Promise<boolean> {
  for (const change of way.changes) {
    if (await isChanged(natives, change)) return true;
  }
  return false;
}

async function isChanged(
  natives: Natives,
  change: NativeChange,
): Promise<boolean> {
  const { before, after } = change;
  if (before === after) return false;
  const held = await natives.query(change);
  // None: the manager may have been stopped between the two versions. Neither
  // may half a package be left, which no question about versions tells of.
  return held !== before && (held === after || held === null) ||
    await natives.isBroken(change);
}

/**
 * Brings the manager back to what it held before.
 *
 * @returns sentences on what could not be brought back.
 */
export async function restoreNatives(
  { natives }: Site,
  way: NativeWay,
): Promise<string[]> {
  const regrets: string[] = [];
  for (const change of way.changes.toReversed()) {
    if (!await isChanged(natives, change)) continue;
    const outcome = await restoreOne(natives, change, way);
    if (!outcome.ok) regrets.push(outcome.detail);
  }
  return regrets;
}

async function restoreOne(
  natives: Natives,
  change: NativeChange,
  { from, to }: Pick<NativeWay, "from" | "to">,
): Promise<NativeOutcome> {
  const { before } = change;
  if (before === null) {
    const one = packageOf(change, to, from);
    return await natives.remove(one, to?.directory ?? null);
  }
  const old = from && findNative(from.manifest.native, change);
  const file = old?.version === before
    ? `${from?.directory}/${old.path}`
    : null;
  return await natives.goBack(packageOf(change, from, to), before, file);
}

/** The package as the first of the trees that has it describes it. */
function packageOf(
  change: NativeChange,
  first: Tree | null,
  second: Tree | null,
): NativePackage {
  const { kind, package: name } = change;
  return (first && findNative(first.manifest.native, change)) ??
    (second && findNative(second.manifest.native, change)) ??
    { kind, package: name, path: "", version: "", arguments: [] };
}

type NativeName = Pick<NativePackage, "kind" | "package">;

function findNative(
  among: readonly NativePackage[],
  { kind, package: name }: NativeName,
): NativePackage | undefined {
  return among.find((one) => one.kind === kind && one.package === name);
}

function nameOf({ kind, package: name }: NativeName): NativeName {
  return { kind, package: name };
}
