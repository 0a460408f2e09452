/**
 * Whose lists a question about the fleet is about.
 *
 * @module
 */

import type { Selection } from "../groups/selection.ts";
import { ALL } from "../selectors/selector.ts";
import type { MachineRecord } from "../shapes/machine.ts";

/**
 * The machines that the WHEREs mean, all of them without one. Machines that
 * are not of the fleet, or not any more, are meant only by their own names: a
 * machine that was sold must not hold up "who still has it?".
 *
 * @throws {ApiFault} when a WHERE means nothing.
 */
export async function meantMachines(
  selection: Selection,
  machines: readonly MachineRecord[],
  on: readonly string[],
): Promise<MachineRecord[]> {
  const meant = await selection.demand(machines, on.length === 0 ? [ALL] : on);
  const names = selection.names(machines, on);
  const named = await selection.demand(machines, names);
  const byName = new Set(named.map(({ id }) => id));
  return meant.filter(({ id, status }) =>
    status === "approved" || byName.has(id)
  );
}

/** By name, as people look for them. */
export function byName(a: { name: string }, b: { name: string }): number {
  const [first, second] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
