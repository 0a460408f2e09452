/**
 * What a change of the store says to the journal: pure functions of what was
 * before and what is after. Most changes say nothing: that a machine was seen,
 * or that its list came, is no deed of anybody.
 *
 * @module
 */

import { fromUtf8, sha256, toHex } from "../../trust/bytes.ts";
import type { ExpectedMachine } from "../shapes/expected.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import {
  isEnded,
  type NewTask,
  type Order,
  type Task,
} from "../shapes/task.ts";
import { isoOf } from "../shapes/moments.ts";
import { brief, briefText } from "./brief.ts";
import type { AuditEvent, AuditFact } from "./record.ts";

/** An order, with its number, and whom it is for. */
export function orderGiven(
  order: Order,
  tasks: readonly Pick<NewTask, "machine">[],
): AuditEvent {
  const { id, verb, name, version, sha256, origin, on, expiresMs } = order;
  const { deadlineMs = null } = order;
  return {
    what: "order",
    facts: {
      ...{ order: id, verb },
      ...(name === "" ? {} : { name, version }),
      ...(sha256 === "" ? {} : { sha256 }),
      ...(origin === "" ? {} : { origin }),
      ...(order.anytime ? { anytime: true } : {}),
      ...(expiresMs === null ? {} : { expires: isoOf(expiresMs) }),
      ...(deadlineMs === null ? {} : { deadline: isoOf(deadlineMs) }),
      on: brief(on),
      machines: brief(tasks.map(({ machine }) => machine)),
    },
  };
}

/** What of a task's end is told. */
type TaskEnd = Pick<Task, "state" | "answer" | "reason">;

/** A machine's share of an order, when it has ended, or ended otherwise. */
export function taskStored(
  before: TaskEnd | null,
  task: Task,
  name: string,
): AuditEvent[] {
  if (!isEnded(task)) return [];
  const { order, machine, state, answer, reason, note, attempt } = task;
  const isSame = before?.state === state && before.answer === answer &&
    before.reason === reason;
  if (isSame) return [];
  return [{
    what: "answer",
    facts: {
      ...{ order, machine, name, state, attempt },
      ...(answer === null ? {} : { answer: briefText(answer) }),
      ...(reason === null ? {} : { reason: briefText(reason) }),
      ...(task.toldVersion === "" ? {} : { version: task.toldVersion }),
      ...(note === "" ? {} : { note: briefText(note) }),
    },
  }];
}

/** A machine that came, or whose standing or name changed. */
export function machineStored(
  before: Pick<MachineRecord, "status" | "name"> | null,
  after: MachineRecord,
): AuditEvent[] {
  const { id: machine, name, status } = after;
  if (before === null) {
    const { hostName, macs, clonedFrom } = after;
    const cloned = clonedFrom === undefined ? {} : { clonedFrom };
    const facts = { machine, name, status, hostName, macs: brief(macs) };
    return [{ what: "enrolled", facts: { ...facts, ...cloned } }];
  }
  const events: AuditEvent[] = [];
  if (before.name !== name) {
    const facts = { machine, from: before.name, name };
    events.push({ what: "renamed", facts });
  }
  if (before.status !== status) {
    events.push({ what: status, facts: { machine, name, was: before.status } });
  }
  return events;
}

/** A group that is new or other than it was. */
export function groupStored(
  before: GroupRecord | null,
  after: GroupRecord,
): AuditEvent[] {
  const facts = factsOfGroup(after);
  const isSame = before !== null &&
    JSON.stringify(factsOfGroup(before)) === JSON.stringify(facts);
  if (isSame) return [];
  return [{ what: "group", facts: { ...facts, isNew: before === null } }];
}

function factsOfGroup({ name, rule, windows, machines }: GroupRecord) {
  return {
    ...{ name, rule: briefText(rule), windows: brief(windows) },
    machines: brief([...machines].sort()),
  };
}

/** A machine's tags, when they are others. */
export function tagsStored(
  machine: string,
  name: string,
  before: readonly string[],
  after: readonly string[],
): AuditEvent[] {
  const tags = [...after].sort();
  const held = [...before].sort();
  if (JSON.stringify(tags) === JSON.stringify(held)) return [];
  return [{ what: "tags", facts: { machine, name, tags: brief(tags) } }];
}

/** A machine that is waited for. */
export function expectedStored(
  { by, sign, name, groups, tags }: ExpectedMachine,
): AuditEvent {
  const belongs = { groups: brief(groups), tags: brief(tags) };
  return { what: "expected", facts: { by, sign, name, ...belongs } };
}

/** A rollout, when it begins or stands otherwise. */
export function rolloutStored(
  before: RolloutRecord | null,
  { id, state, reason, order, on, waves }: RolloutRecord,
): AuditEvent[] {
  const begun = waves.filter(({ startedMs }) => startedMs !== null).length;
  const known = before?.waves.filter(({ startedMs }) => startedMs !== null);
  if (before?.state === state && known?.length === begun) return [];
  return [{
    what: "rollout",
    facts: {
      ...{ rollout: id, state, wave: begun, verb: order.verb },
      ...{ name: order.name ?? "", version: order.version ?? "" },
      ...(reason === "" ? {} : { reason: briefText(reason) }),
      ...{ on: brief(on), waves: brief(waves.map(({ size }) => size)) },
    },
  }];
}

/** A published program. */
export function programStored(program: ProgramRecord): AuditEvent {
  const { name, version, serial, sha256, size, statement } = program;
  const signed = signatureOf(statement);
  const facts = { name, version, serial, sha256, size, ...signed };
  return { what: "published", facts };
}

/** A published permission to go back. */
export function downgradeStored(downgrade: DowngradeRecord): AuditEvent {
  const { id, name, versions, expiresMs, statement } = downgrade;
  return {
    what: "downgrade",
    facts: {
      ...{ id, name, versions: brief(versions), expires: isoOf(expiresMs) },
      ...signatureOf(statement),
    },
  };
}

/** Whose signature it bears; it was verified before it came to the store. */
function signatureOf(statement: Uint8Array): Record<string, AuditFact> {
  const hash = { statement: toHex(sha256(statement)) };
  const publisher = /"keyid":"([A-Za-z0-9_-]{43})"/
    .exec(fromUtf8(statement) ?? "")?.[1];
  return publisher === undefined ? hash : { ...hash, publisher };
}
