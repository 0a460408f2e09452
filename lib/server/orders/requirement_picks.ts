/**
 * Which programs one machine needs beside the one that is ordered: for each
 * name that is required, what is there, or one that is published. The rules of
 * the choice are told in `requirements.ts`; in which order the chosen ones are
 * installed is not known here.
 *
 * Pure.
 *
 * @module
 */

import { type Admitting, faultOfAdmission } from "../../ieo/fit/admission.ts";
import type { Relation } from "../../ieo/manifest/types.ts";
import {
  describeRelation,
  type Related,
  type Versions,
} from "../../ieo/fit/relations.ts";
import { satisfies } from "../../ieo/fit/version_range.ts";
import type { ProgramRecord } from "../shapes/program.ts";

/** Programs in one plan, the ordered one included. */
export const STEPS_MAX = 64;
/** Each round goes one requirement deeper, or takes a choice back. */
const ROUNDS_MAX = 2 * STEPS_MAX;
/** Published versions that a sentence names. */
const VERSIONS_TOLD_MAX = 5;

/** What is published. */
export interface Shelf {
  /** The versions of a name, highest serial first. */
  of(name: string): readonly ProgramRecord[];
  /** Why no machine would trust it, as the end of a sentence; null: it would. */
  faultOfTrust(program: ProgramRecord): string | null;
  /** Has a publisher given leave to go back to it? */
  mayGoBackTo(program: ProgramRecord): boolean;
}

/** What is known of a machine. */
export interface MachineSituation extends Admitting {
  /** The programs of ours that it has. */
  readonly held: Versions;
}

/** What is required of one name, and by whom. */
interface Want {
  readonly by: Pick<ProgramRecord, "name" | "version">;
  readonly relation: Relation;
}

/** By their names. */
export type Picks = ReadonlyMap<string, ProgramRecord>;

/** One program for each name that the machine lacks, or what is in the way. */
export function pick(
  root: ProgramRecord,
  machine: MachineSituation,
  shelf: Shelf,
): Picks | string {
  let picks: Picks = new Map([[root.name, root]]);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const next = new Map([[root.name, root]]);
    let problem: string | null = null;
    for (const [name, wants] of wantsOf(root, picks)) {
      const found = choose(root, name, wants, machine, shelf);
      if (typeof found === "string") problem ??= found;
      else if (found !== null) next.set(name, found);
    }
    if (next.size > STEPS_MAX) {
      return `it would take more than ${STEPS_MAX} other programs`;
    }
    // Only what has settled counts: an earlier choice may have been the fault.
    if (isSame(next, picks)) return problem ?? next;
    picks = next;
  }
  return "its requirements never agree on one version of each program";
}

/** What the picked programs require that can be reached from the root. */
function wantsOf(root: ProgramRecord, picks: Picks): Map<string, Want[]> {
  const wants = new Map<string, Want[]>();
  const reached = new Set([root]);
  for (const by of reached) { // Grows while it is walked.
    for (const relation of by.facts.requires) {
      const { name } = relation;
      wants.set(name, [...wants.get(name) ?? [], { by, relation }]);
      const picked = picks.get(name);
      if (picked !== undefined) reached.add(picked);
    }
  }
  return wants;
}

/** The program to install for these wants; null when what is there will do. */
function choose(
  root: ProgramRecord,
  name: string,
  wants: readonly Want[],
  machine: MachineSituation,
  shelf: Shelf,
): ProgramRecord | null | string {
  const { held } = machine;
  const now = name === root.name ? root.version : held.get(name);
  const unfulfilled = wants.find(({ relation }) => !isTaken(now, relation));
  if (unfulfilled === undefined) return null;
  const required = `${unfulfilled.by.name} ${unfulfilled.by.version} requires ${
    describeRelation(unfulfilled.relation)
  }`;
  if (name === root.name) {
    return `${required}, and ${root.version} is the version that was ordered`;
  }
  const published = shelf.of(name);
  if (published.length === 0) {
    return `${required}, which nobody has published`;
  }
  // Whoever has the program already is not to lose it by the change.
  const all = [...wants, ...wantsOfHeld(name, machine.held, shelf)];
  const taken = published.filter(({ version }) =>
    all.every(({ relation }) => isTaken(version, relation))
  );
  const [highest] = taken;
  if (highest === undefined) {
    return `${required}, and ${toldVersions(name, published, all)}`;
  }
  const fit = taken.find((one) =>
    faultOfCandidate(one, machine, shelf) === null
  );
  if (fit !== undefined) return fit;
  return `${required}. ${faultOfCandidate(highest, machine, shelf)}`;
}

/** What programs that are there require of this one, and have. */
function wantsOfHeld(name: string, held: Versions, shelf: Shelf): Want[] {
  const now = held.get(name);
  return relatedOf(held, shelf).flatMap((by) =>
    by.requires
      .filter((relation) => relation.name === name && isTaken(now, relation))
      .map((relation) => ({ by, relation }))
  );
}

/** Is there a version, and may it be this one? */
export function isTaken(
  version: string | undefined,
  { versions }: Relation,
): boolean {
  return version !== undefined && satisfies(version, versions);
}

function toldVersions(
  name: string,
  published: readonly ProgramRecord[],
  wants: readonly Want[],
): string {
  const told = published.slice(0, VERSIONS_TOLD_MAX)
    .map(({ version }) => version).join(", ");
  const more = published.length > VERSIONS_TOLD_MAX ? ", ..." : "";
  const others = wants.slice(1).map(({ by, relation }) =>
    `; ${by.name} ${by.version} requires ${describeRelation(relation)}`
  );
  return `published of ${name} are ${told}${more}${others.join("")}`;
}

/** Why this machine would refuse it, whatever else it has; a sentence. */
export function faultOfCandidate(
  program: ProgramRecord,
  machine: MachineSituation,
  shelf: Shelf,
): string | null {
  const { name, version, serial, facts } = program;
  const cannot = `Cannot install ${name} ${version}`;
  const untrusted = shelf.faultOfTrust(program);
  if (untrusted !== null) return `${cannot}: ${untrusted}`;
  const unfit = faultOfAdmission(
    { ...facts, name, version, targets: knownTargets(program, machine) },
    machine,
  );
  if (unfit !== null) return unfit.detail;
  const now = machine.held.get(name);
  const newer = shelf.of(name).find((one) =>
    one.version === now && one.serial > serial
  );
  if (newer === undefined || shelf.mayGoBackTo(program)) return null;
  return `${cannot}: ${name} ${newer.version} is installed, whose serial is ` +
    "higher, and no downgrade statement allows the step back; its publisher " +
    `can sign one: downgrade ${name} ${version}`;
}

/** A distribution that is not known here is left for the machine to judge. */
function knownTargets(
  { facts: { targets } }: ProgramRecord,
  { facts }: MachineSituation,
) {
  if (facts.distribution !== "") return targets;
  return targets.map(({ os, architecture }) => ({
    ...(os === undefined ? {} : { os }),
    ...(architecture === undefined ? {} : { architecture }),
  }));
}

function isSame(one: Picks, other: Picks): boolean {
  return one.size === other.size &&
    [...one].every(([name, program]) => other.get(name) === program);
}

/** What the programs that are there demand, as far as the catalogue knows. */
export function relatedOf(held: Versions, shelf: Shelf): Related[] {
  return [...held].map(([name, version]) => {
    const known = shelf.of(name).find((one) => one.version === version);
    const { requires, conflicts } = known?.facts ??
      { requires: [], conflicts: [] };
    return { name, version, requires, conflicts };
  });
}
