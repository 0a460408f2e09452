/**
 * Ready-made machines, programs, orders and tasks for the server's tests: each
 * lawful by itself, each field replaceable.
 *
 * @module
 */

import type { MachineRecord } from "../../lib/server/shapes/machine.ts";
import {
  NO_FACTS,
  type ProgramRecord,
} from "../../lib/server/shapes/program.ts";
import {
  type NewTask,
  type Order,
  type Task,
  taskAtStart,
} from "../../lib/server/shapes/task.ts";
import type { Store } from "../../lib/server/store/store.ts";
import { sha256, toHex, utf8 } from "../../lib/trust/bytes.ts";
import { type KeyPair, keyPairFromSeed } from "../../lib/trust/keys.ts";
import { machineOf, showMachine } from "../../lib/trust/keys.ts";

/** The wall clock's moment of every example. */
export const NOON_MS = Date.parse("2013-06-01T12:00:00Z");

/** A key pair that is decided by a word. */
export function keyOf(word: string): KeyPair {
  return keyPairFromSeed(sha256(utf8(word)));
}

/** The machine whose key is decided by its name. */
export function machine(
  name: string,
  different: Partial<MachineRecord> = {},
): MachineRecord {
  const { publicKey } = keyOf(name);
  return {
    id: showMachine(machineOf(publicKey)),
    publicKey,
    name,
    hostName: name,
    macs: ["02:00:00:00:00:01"],
    system: "linux",
    architecture: "x86_64",
    agentVersion: "0.1.0",
    address: { hostname: "127.0.0.2", port: 2013 },
    status: "approved",
    firstSeenMs: NOON_MS,
    lastSeenMs: null,
    ...different,
  };
}

/** A published program. */
export function program(
  name: string,
  serial: number,
  different: Partial<ProgramRecord> = {},
): ProgramRecord {
  const version = `${serial}.0`;
  return {
    name,
    version,
    serial,
    title: `${name} for tests`,
    size: 1_234,
    sha256: toHex(sha256(utf8(`${name} ${version}`))),
    statement: utf8(`statement of ${name} ${version}`),
    facts: NO_FACTS,
    publishedMs: NOON_MS,
    ...different,
  };
}

/** An order that has not got its number yet. */
export function newOrder(
  different: Partial<Omit<Order, "id">> = {},
): Omit<Order, "id"> {
  return {
    verb: "install",
    name: "hello",
    version: "1.0",
    sha256: toHex(sha256(utf8("hello 1.0"))),
    size: 1_234,
    createdMs: NOON_MS,
    expiresMs: null,
    anytime: false,
    origin: "",
    on: ["all"],
    ...different,
  };
}

/** A task at its beginning. */
export function newTask(
  machine: string,
  different: Partial<Task> = {},
): Task {
  return { order: 1, ...taskAtStart(machine, "act"), ...different };
}

/** Puts one order into the store. */
export async function addOrder(
  store: Store,
  order: Omit<Order, "id">,
  tasks: readonly NewTask[],
): Promise<Order> {
  const [given] = await store.addOrders([{ order, tasks }]);
  if (given === undefined) throw new Error("The store gave no order back");
  return given.order;
}
