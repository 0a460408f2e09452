/**
 * Whose lists a question about the fleet is about. Pure.
 *
 * @module
 */

import { ALL, matchWhere } from "../machines/where.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { MachineRecord } from "../shapes/machine.ts";

/**
 * The machines that the WHEREs mean, all of them without one. Machines that
 * are not of the fleet, or not any more, are meant only by their own names: a
 * machine that was sold must not hold up "who still has it?".
 *
 * @throws {ApiFault} when a WHERE means nothing.
 */
export function meantMachines(
  machines: readonly MachineRecord[],
  on: readonly string[],
): MachineRecord[] {
  const meant = matched(machines, on.length === 0 ? [ALL] : on);
  const named = matched(machines, on.filter(isOwnName));
  const byName = new Set(named.map(({ id }) => id));
  return meant.filter(({ id, status }) =>
    status === "approved" || byName.has(id)
  );
}

function isOwnName(where: string): boolean {
  return where !== ALL && !/[*?]/.test(where);
}

function matched(
  machines: readonly MachineRecord[],
  on: readonly string[],
): MachineRecord[] {
  const meant = matchWhere(machines, on);
  if (meant.ok) return meant.value;
  throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
}

/** By name, as people look for them. */
export function byName(a: { name: string }, b: { name: string }): number {
  const [first, second] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
