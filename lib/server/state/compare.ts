/**
 * What is wanted beside what is there: for each machine and program what would
 * have to change, or why it cannot. Pure.
 *
 * @module
 */

import { ANY_VERSION } from "../../trust/names.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { DesiredGroup } from "./desired.ts";

/** What would be done about one program of one machine. */
export const ACTIONS = [
  "install",
  "update",
  "remove",
  "right",
  "unknown",
  "cannot",
] as const;

/** One of them. */
export type Action = (typeof ACTIONS)[number];

/** One program of one machine. */
export interface Difference {
  readonly machine: MachineId;
  readonly name: string;
  readonly action: Action;
  /** "": none. */
  readonly from: string;
  /** The version that shall be there; "": none. */
  readonly to: string;
  /** Why it cannot be done, or is not known; else "". */
  readonly reason: string;
}

/** What is compared. */
export interface Compared {
  readonly desired: readonly DesiredGroup[];
  /** Machines of the fleet that are in the group. */
  membersOf(group: string): readonly MachineId[];
  /** By name the version that a machine has; null: no list has come. */
  heldOf(machine: MachineId): ReadonlyMap<string, string> | null;
  /** Published versions of a program, newest first. */
  versionsOf(name: string): readonly string[];
}

interface Wish {
  /** "": it shall not be there. */
  readonly version: string;
  readonly group: string;
}

/** All differences, and what is right already. */
export function compare(compared: Compared): Difference[] {
  const wishes = wishesOf(compared);
  return [...wishes].flatMap(([machine, programs]) =>
    [...programs].map(([name, all]) => ({
      ...{ machine, name },
      ...judge(name, all, compared.heldOf(machine), compared),
    }))
  );
}

function wishesOf(
  { desired, membersOf }: Compared,
): Map<MachineId, Map<string, Wish[]>> {
  const all = new Map<MachineId, Map<string, Wish[]>>();
  for (const { group, programs, absent } of desired) {
    const wishes = [
      ...programs.map(({ name, version }) => ({ name, version, group })),
      ...absent.map((name) => ({ name, version: "", group })),
    ];
    for (const machine of membersOf(group)) {
      const own = all.get(machine) ?? new Map<string, Wish[]>();
      all.set(machine, own);
      for (const { name, ...wish } of wishes) {
        own.set(name, [...own.get(name) ?? [], wish]);
      }
    }
  }
  return all;
}

type Judgement = Omit<Difference, "machine" | "name">;

function judge(
  name: string,
  wishes: readonly Wish[],
  held: ReadonlyMap<string, string> | null,
  { versionsOf }: Compared,
): Judgement {
  const from = held?.get(name) ?? "";
  const cannot = (reason: string): Judgement => ({
    ...{ action: "cannot", from, to: "", reason },
  });
  // Whichever version is content with any other wish but absence.
  const exact = wishes.filter(({ version }) => version !== ANY_VERSION);
  const deciding = exact.length === 0 ? wishes : exact;
  const [first] = deciding;
  const other = [...deciding, ...wishes].find((wish) =>
    first !== undefined && isAgainst(first, wish)
  );
  if (first === undefined) return cannot("nothing is wanted");
  if (other !== undefined) {
    return cannot(`${said(first)}, but ${said(other)}`);
  }
  if (first.version === "") {
    if (held === null) return unknown();
    return from === ""
      ? { action: "right", from, to: "", reason: "" }
      : { action: "remove", from, to: "", reason: "" };
  }
  const versions = versionsOf(name);
  const isAny = first.version === ANY_VERSION;
  if (held === null) return unknown();
  if (isAny ? from !== "" : from === first.version) {
    return { action: "right", from, to: from, reason: "" };
  }
  const [newest] = versions;
  const to = isAny ? newest : first.version;
  if (to === undefined || !versions.includes(to)) {
    return cannot(
      newest === undefined
        ? "no such program is published"
        : `version ${to} is not published; the newest is ${newest}`,
    );
  }
  return { action: from === "" ? "install" : "update", from, to, reason: "" };
}

function unknown(): Judgement {
  const reason = "its list has not come yet";
  return { action: "unknown", from: "", to: "", reason };
}

function isAgainst(one: Wish, other: Wish): boolean {
  if (one.version === other.version) return false;
  if (one.version === "" || other.version === "") return true;
  return one.version !== ANY_VERSION && other.version !== ANY_VERSION;
}

function said({ group, version }: Wish): string {
  return version === ""
    ? `${group} wants it away`
    : `${group} wants ${version === ANY_VERSION ? "any version" : version}`;
}
