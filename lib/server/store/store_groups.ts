/**
 * Groups and tags in SQLite.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { Prepare } from "./store_connection.ts";
import type { Row } from "./store_rows.ts";

/** All groups, by name. */
export function readGroups(prepare: Prepare): GroupRecord[] {
  const members = new Map<number, MachineId[]>();
  const rows = prepare(
    `SELECT group_number, machines.id AS machine_id FROM group_members
     JOIN machines ON machines.number = group_members.machine
     ORDER BY group_number, machine`,
  ).all() as Row[];
  for (const { group_number, machine_id } of rows) {
    const known = members.get(Number(group_number)) ?? [];
    members.set(Number(group_number), known);
    known.push(String(machine_id));
  }
  const groups = prepare("SELECT * FROM groups ORDER BY name").all() as Row[];
  return groups.map(({ number, name, rule, windows }) => ({
    name: String(name),
    rule: String(rule),
    machines: members.get(Number(number)) ?? [],
    windows: JSON.parse(String(windows)),
  }));
}

/** The tags of each machine that has any, sorted. */
export function readTags(prepare: Prepare): Map<MachineId, string[]> {
  const tags = new Map<MachineId, string[]>();
  const rows = prepare(
    `SELECT machines.id AS machine_id, tag FROM tags
     JOIN machines ON machines.number = tags.machine ORDER BY machine, tag`,
  ).all() as Row[];
  for (const { machine_id, tag } of rows) {
    const known = tags.get(String(machine_id)) ?? [];
    tags.set(String(machine_id), known);
    known.push(String(tag));
  }
  return tags;
}

/** The group of this name, whatever the case. */
export function readGroup(prepare: Prepare, name: string): GroupRecord | null {
  const group = prepare("SELECT * FROM groups WHERE name = ?").get(name);
  if (group === undefined) return null;
  const machines = prepare(
    `SELECT machines.id AS id FROM group_members
     JOIN machines ON machines.number = group_members.machine
     WHERE group_number = ?`,
  ).all(group.number ?? null) as Row[];
  return {
    name: String(group.name),
    rule: String(group.rule),
    windows: JSON.parse(String(group.windows)),
    machines: machines.map(({ id }) => String(id)),
  };
}

/** The tags of one machine. */
export function tagsOf(prepare: Prepare, machine: MachineId): string[] {
  const rows = prepare(
    `SELECT tag FROM tags WHERE machine =
       (SELECT number FROM machines WHERE id = ?)`,
  ).all(machine) as Row[];
  return rows.map(({ tag }) => String(tag));
}

/** Puts a group in, or in the place of the one of this name. */
export function putGroup(prepare: Prepare, group: GroupRecord): void {
  const { name, rule, windows, machines } = group;
  prepare(
    `INSERT INTO groups (name, rule, windows) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET name = excluded.name,
       rule = excluded.rule, windows = excluded.windows`,
  ).run(name, rule, JSON.stringify(windows));
  dropMembers(prepare, name);
  for (const machine of machines) {
    const { changes } = prepare(
      `INSERT INTO group_members (group_number, machine)
       SELECT groups.number, machines.number FROM groups, machines
       WHERE groups.name = ? AND machines.id = ?`,
    ).run(name, machine);
    if (Number(changes) !== 1) {
      throw new Error(`There is no machine "${machine}" in the store`);
    }
  }
}

/** The group is no more. */
export function dropGroup(prepare: Prepare, name: string): void {
  dropMembers(prepare, name);
  prepare("DELETE FROM groups WHERE name = ?").run(name);
}

/** All tags of a machine, in the place of those it had. */
export function putTags(
  prepare: Prepare,
  machine: MachineId,
  tags: readonly string[],
): void {
  prepare(
    `DELETE FROM tags WHERE machine =
       (SELECT number FROM machines WHERE id = ?)`,
  ).run(machine);
  for (const tag of tags) {
    prepare(
      `INSERT INTO tags (machine, tag)
       SELECT number, ? FROM machines WHERE id = ?`,
    ).run(tag, machine);
  }
}

function dropMembers(prepare: Prepare, name: string): void {
  prepare(
    `DELETE FROM group_members WHERE group_number =
       (SELECT number FROM groups WHERE name = ?)`,
  ).run(name);
}
