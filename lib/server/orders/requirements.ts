/**
 * What must be installed on one machine so that one program can be: its
 * requirements, theirs, and so on, in the order in which each finds what it
 * needs; or why it cannot be.
 *
 * Of each name that is required, what the machine has is kept when it will do.
 * Else it is the highest serial whose version everybody takes, that is made
 * for the machine and that is no step back. There is no trying around: when
 * that one brings a conflict, the answer is the conflict, and a person decides.
 * What a package demands is judged by the words that agents use
 * (`lib/ieo/fit/relations.ts`), after each step of the plan, for the agent judges
 * then too.
 *
 * Pure: the catalogue and the machine come as values. What a machine has may
 * be older than the truth; so the machine has the last word.
 *
 * @module
 */

import {
  faultOfConflicts,
  faultOfDependents,
  faultOfRequirements,
  type Versions,
} from "../../ieo/fit/relations.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import {
  faultOfCandidate,
  isTaken,
  type MachineSituation,
  pick,
  type Picks,
  relatedOf,
  type Shelf,
} from "./requirement_picks.ts";

/** The installs, in their order, the ordered one last; or a sentence. */
export type Resolution =
  | { readonly ok: true; readonly steps: readonly ProgramRecord[] }
  | { readonly ok: false; readonly problem: string };

/** Works out what must be installed for `root` on this machine. */
export function resolve(
  root: ProgramRecord,
  machine: MachineSituation,
  shelf: Shelf,
): Resolution {
  const cannot = (problem: string): Resolution => ({
    ok: false,
    problem: `Cannot install ${root.name} ${root.version}: ${problem}`,
  });
  const unfit = faultOfCandidate(root, machine, shelf);
  if (unfit !== null) return { ok: false, problem: unfit };
  const picked = pick(root, machine, shelf);
  if (typeof picked === "string") return cannot(picked);
  const steps = inOrder(picked, machine.held);
  if (typeof steps === "string") return cannot(steps);
  const broken = faultOfSteps(steps, machine.held, shelf);
  return broken === null ? { ok: true, steps } : { ok: false, problem: broken };
}

/** Requirements first; a circle is told with its first two programs (K-11). */
function inOrder(picks: Picks, held: Versions): ProgramRecord[] | string {
  const done = new Set<ProgramRecord>();
  const under = new Set<ProgramRecord>();
  const visit = (program: ProgramRecord): string | null => {
    under.add(program);
    for (const relation of program.facts.requires) {
      const picked = picks.get(relation.name);
      if (picked === undefined || done.has(picked)) continue;
      // It has what it needs already, though others want a newer one of it.
      if (isTaken(held.get(relation.name), relation)) continue;
      if (under.has(picked)) {
        return `${program.name} ${program.version} and ${picked.name} ` +
          `${picked.version} require each other, directly or through others`;
      }
      const circle = visit(picked);
      if (circle !== null) return circle;
    }
    under.delete(program);
    done.add(program);
    return null;
  };
  // The ordered program was picked first, and everything else is for it.
  const [ordered, ...others] = picks.values();
  for (const program of ordered === undefined ? [] : [...others, ordered]) {
    if (done.has(program)) continue;
    const circle = visit(program);
    if (circle !== null) return circle;
  }
  return [...done];
}

/** Each step against what is there by then. */
function faultOfSteps(
  steps: readonly ProgramRecord[],
  held: Versions,
  shelf: Shelf,
): string | null {
  const there = new Map(held);
  for (const { name, version, facts } of steps) {
    const others = relatedOf(there, shelf);
    const from = there.get(name) ?? null;
    const dependent = faultOfDependents({ name, from, to: version }, others);
    const problem = faultOfRequirements(facts, there) ??
      faultOfConflicts({ ...facts, name, version }, others) ??
      (dependent === null ? null : `the installed ${dependent}`);
    if (problem !== null) {
      return `Cannot install ${name} ${version}: ${problem}`;
    }
    there.set(name, version);
  }
  return null;
}
