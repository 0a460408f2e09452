/**
 * SQLite's rows as our records. What we wrote ourselves is trusted to have its
 * shape: the tables are STRICT, and `store_file.ts` has checked the file.
 *
 * @module
 */

import type { ListedProgram } from "../../peo/program.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import {
  type DowngradeRecord,
  NO_FACTS,
  type ProgramRecord,
} from "../shapes/program.ts";
import type {
  HeldNumber,
  HeldProgram,
  Holding,
  ListDate,
  ListRecord,
  NumberedProgram,
} from "./store.ts";
import type { Order, Task } from "../shapes/task.ts";

/** A row of whatever table. */
export type Row = Readonly<Record<string, unknown>>;

/** The row of a machine. */
export function machineOf(row: Row): MachineRecord {
  return {
    id: text(row.id),
    publicKey: bytes(row.public_key),
    name: text(row.name),
    hostName: text(row.host_name),
    macs: JSON.parse(text(row.macs)),
    system: text(row.system),
    architecture: text(row.architecture),
    agentVersion: text(row.agent_version),
    address: row.address === null
      ? null
      : { hostname: text(row.address), port: Number(row.port) },
    status: text(row.status) as MachineRecord["status"],
    firstSeenMs: Number(row.first_seen_ms),
    lastSeenMs: numberOrNull(row.last_seen_ms),
    ...(row.cloned_from === null ? {} : { clonedFrom: text(row.cloned_from) }),
  };
}

/** The row of a published program. */
export function programOf(row: Row): ProgramRecord {
  return {
    name: text(row.name),
    version: text(row.version),
    serial: Number(row.serial),
    title: text(row.title),
    size: Number(row.size),
    sha256: text(row.sha256),
    statement: bytes(row.statement),
    facts: { ...NO_FACTS, ...JSON.parse(text(row.facts)) },
    publishedMs: Number(row.published_ms),
  };
}

/** The row of a downgrade statement. */
export function downgradeOf(row: Row): DowngradeRecord {
  return {
    id: text(row.id),
    name: text(row.name),
    versions: JSON.parse(text(row.versions)),
    issuedMs: Number(row.issued_ms),
    expiresMs: Number(row.expires_ms),
    statement: bytes(row.statement),
  };
}

/** The row of an order. */
export function orderOf(row: Row): Order {
  return {
    id: Number(row.id),
    verb: text(row.verb) as Order["verb"],
    name: text(row.name),
    version: text(row.version),
    sha256: text(row.sha256),
    size: Number(row.size),
    createdMs: Number(row.created_ms),
    expiresMs: numberOrNull(row.expires_ms),
    ...(row.deadline_ms === null
      ? {}
      : { deadlineMs: Number(row.deadline_ms) }),
    anytime: row.anytime === 1,
    origin: text(row.origin),
    on: JSON.parse(text(row.wheres)),
  };
}

/** The row of a task, joined with its machine's identifier. */
export function taskOf(row: Row): Task {
  return {
    order: Number(row.order_id),
    after: numberOrNull(row.after_order),
    machine: text(row.machine_id),
    state: text(row.state) as Task["state"],
    phase: text(row.phase) as Task["phase"],
    attempt: Number(row.attempt),
    failures: Number(row.failures),
    tries: Number(row.tries),
    cancelling: row.cancelling === 1,
    answer: textOrNull(row.answer),
    reason: textOrNull(row.reason),
    note: text(row.note),
    toldVersion: text(row.told_version),
    nextTryMs: numberOrNull(row.next_try_ms),
    endedMs: numberOrNull(row.ended_ms),
  };
}

/** The row of a list, joined with its machine's identifier. */
export function listOf(row: Row): ListRecord {
  return {
    machine: text(row.machine_id),
    sha256: text(row.sha256),
    size: Number(row.size),
    signature: bytes(row.signature),
    ...listDateOf(row),
    faults: JSON.parse(text(row.faults)),
    distribution: text(row.distribution),
    distributionVersion: text(row.distribution_version),
    rebootFor: text(row.reboot_for),
  };
}

/** The row of a list, as far as its dates. */
export function listDateOf(row: Row): ListDate {
  return {
    atMs: Number(row.at_ms),
    confirmedMs: Number(row.confirmed_ms),
    programs: Number(row.programs),
  };
}

/** The row of a program that a machine has. */
export function heldOf(row: Row): HeldProgram {
  return {
    machine: text(row.machine_id),
    name: text(row.name),
    version: text(row.version),
  };
}

/** The row of a listed program; a machine's date of it is not in each. */
export function listedOf(row: Row): ListedProgram {
  const architecture = text(row.architecture);
  const installedAtS = row.installed_at_s ?? null;
  return {
    name: text(row.name),
    version: text(row.version),
    purl: text(row.purl),
    source: text(row.source),
    ...(architecture === "" ? {} : { architecture }),
    ...(row.facts === NO_FACTS_TEXT ? {} : JSON.parse(text(row.facts))),
    ...(installedAtS === null ? {} : { installedAtS: Number(installedAtS) }),
  };
}

/** The row of a listed program, with its number. */
export function numberedOf(row: Row): NumberedProgram {
  return { number: Number(row.number), program: listedOf(row) };
}

/** The row of a line of a list. */
export function heldNumberOf(row: Row): HeldNumber {
  return {
    number: Number(row.number),
    installedAtS: numberOrNull(row.installed_at_s),
  };
}

/** The same, joined with its machine's identifier. */
export function holdingOf(row: Row): Holding {
  return { ...heldNumberOf(row), machine: text(row.machine_id) };
}

const NO_FACTS_TEXT = "{}";

/** What is kept of a listed program in one column, always in this order. */
export function factsText(program: ListedProgram): string {
  const { licence, sizeBytes, sourcePackage, sourceVersion, supplier } =
    program;
  return JSON.stringify({
    ...{ licence, sizeBytes, sourcePackage, sourceVersion, supplier },
  });
}

function text(value: unknown): string {
  return String(value);
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("The store holds no bytes where it must hold some");
}
