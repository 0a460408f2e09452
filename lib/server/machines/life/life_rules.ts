/**
 * When a machine may be forgotten or replaced, and what changes then. Pure.
 *
 * @module
 */

import type { MachineId } from "../../../sep/server_api.ts";
import type { GroupRecord } from "../../shapes/group.ts";
import type { MachineState } from "../../shapes/api_schema.ts";
import type { MachineRecord } from "../../shapes/machine.ts";
import type { Order } from "../../shapes/task.ts";
import type { OpenTask, Write } from "../../store/store.ts";

/** Why a machine cannot be forgotten, as a sentence; null: it can. */
export function faultOfForgetting(
  name: string,
  state: MachineState | null,
): string | null {
  if (state === "alive") return `${name} is alive`;
  if (state === "conflict") return `${name} has its key in two places`;
  return null;
}

type Stated = Pick<MachineRecord, "id" | "name"> & {
  readonly state: MachineState | null;
};

/** Why the one cannot take the other's place, as a sentence; null: it can. */
export function faultOfReplacing(old: Stated, young: Stated): string | null {
  const whole = `Cannot replace ${old.name} by ${young.name}`;
  if (old.id === young.id) return `${whole}: that is the same machine`;
  if (old.state === "alive" || old.state === "conflict") {
    return `${whole}: ${old.name} is alive; revoke it first, or turn it off ` +
      `and wait until it is dead (three pings unanswered); or is it the other way round: replace ${young.name} ${old.name}?`;
  }
  if (old.state === "pending") {
    return `${whole}: ${old.name} was never approved, so it has no place`;
  }
  if (young.state === "revoked") {
    return `${whole}: ${young.name} is revoked; approve it first`;
  }
  return null;
}

/** The groups without the machine, where it was in them by hand. */
export function withoutMachine(
  id: MachineId,
  groups: readonly GroupRecord[],
): Write[] {
  return groups.filter(({ machines }) => machines.includes(id))
    .map((group): Write => ({
      kind: "group",
      group: {
        ...group,
        machines: group.machines.filter((other) => other !== id),
      },
    }));
}

/** What decides about an old machine's place. */
export interface Places {
  readonly groups: readonly GroupRecord[];
  tagsOf(machine: MachineId): readonly string[];
  /** The name, or one like it that is free. */
  freeName(name: string): string;
}

/** The new machine with the old one's name, groups and tags. */
export function inheritance(
  old: MachineRecord,
  young: MachineRecord,
  { groups, tagsOf, freeName }: Places,
): {
  readonly old: MachineRecord;
  readonly young: MachineRecord;
  readonly writes: readonly Write[];
} {
  const retired: MachineRecord = {
    ...old,
    name: freeName(`${old.name}-old`),
    status: "revoked",
  };
  const heir: MachineRecord = {
    ...young,
    name: old.name,
    status: "approved",
    clonedFrom: undefined,
  };
  const moved = groups.filter(({ machines }) => machines.includes(old.id))
    .map((group): Write => {
      const others = group.machines
        .filter((id) => id !== old.id && id !== young.id);
      return {
        kind: "group",
        group: { ...group, machines: [...others, young.id] },
      };
    });
  const tags = [...new Set([...tagsOf(old.id), ...tagsOf(young.id)])].sort();
  return {
    old: retired,
    young: heir,
    writes: [
      // Names are unique at every moment: the old one gives its name up first.
      { kind: "machine", machine: retired },
      { kind: "machine", machine: heir },
      ...moved,
      { kind: "tags", machine: old.id, tags: [] },
      { kind: "tags", machine: young.id, tags },
    ],
  };
}

/**
 * The machine's orders that have not ended, oldest first. What only comes
 * before another of them is left out: whether the new machine needs it is
 * decided anew.
 */
export function ordersToMove(
  machine: MachineId,
  open: readonly OpenTask[],
): Order[] {
  const own = open.filter(({ task }) => task.machine === machine);
  const first = new Set(own.map(({ task }) => task.after));
  return own.map(({ order }) => order)
    .filter(({ id }) => !first.has(id))
    .sort((a, b) => a.id - b.id);
}
