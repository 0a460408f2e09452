/** Answers of the API, for tests: as short as they can be, changed at will. */

import type {
  MachineView,
  OrderView,
  ProgramView,
  StatusView,
  TaskState,
  TaskView,
} from "../../lib/server/shapes/api_schema.ts";
import { WALL_START_MS } from "./fake_clock.ts";

/** A moment, so many seconds before the tests' clocks start. */
export function before(seconds: number): string {
  return new Date(WALL_START_MS - seconds * 1_000).toISOString();
}

/** A machine that is alive. */
export function machineView(changed: Partial<MachineView> = {}): MachineView {
  return {
    id: "q7Jx9fTaAAAAAAAAAAAAAA",
    name: "workshop-3",
    hostName: "workshop-3",
    macs: ["02:00:00:00:00:03"],
    address: "192.168.1.13:2013",
    system: "linux",
    architecture: "x86_64",
    agentVersion: "0.1.0",
    state: "alive",
    lastSeen: before(5),
    listAt: before(3_600),
    sharedMac: false,
    ...changed,
  };
}

/** A published program. */
export function programView(changed: Partial<ProgramView> = {}): ProgramView {
  return {
    name: "editor",
    version: "1.0",
    serial: 1,
    title: "The editor",
    size: 1_234_567,
    sha256: "0".repeat(64),
    publishedAt: before(120),
    state: "ok",
    ...changed,
  };
}

/** A machine's share of an order. */
export function taskView(changed: Partial<TaskView> = {}): TaskView {
  return {
    machine: "q7Jx9fTaAAAAAAAAAAAAAA",
    machineName: "workshop-3",
    state: "done",
    attempt: 1,
    answer: "reussi",
    reason: null,
    note: "",
    version: "",
    after: null,
    nextTryAt: null,
    endedAt: before(1),
    ...changed,
  };
}

/** An order; `states` makes its tasks `machine-1`, `machine-2`, ... */
export function orderView(
  { states, tasks, ...changed }: Partial<OrderView> & {
    readonly states?: readonly TaskState[];
  },
): OrderView {
  const all = tasks ?? (states ?? []).map((state, index) =>
    taskView({
      machine: `id-${index + 1}`,
      machineName: `machine-${index + 1}`,
      state,
    })
  );
  const counted = (state: TaskState) =>
    all.filter((task) => task.state === state).length;
  return {
    id: 7,
    verb: "install",
    name: "editor",
    version: "1.0",
    createdAt: before(10),
    expiresAt: null,
    anytime: false,
    origin: "",
    on: ["all"],
    state: "running",
    counts: {
      waiting: counted("waiting"),
      running: counted("running"),
      done: counted("done"),
      failed: counted("failed"),
      cancelled: counted("cancelled"),
    },
    tasks: all,
    ...changed,
  };
}

/** A server that has been running for an hour. */
export function statusView(changed: Partial<StatusView> = {}): StatusView {
  return {
    version: "0.1.0",
    fleet: "AAAAAAAAAAA",
    machines: { alive: 1, dead: 0, pending: 0, revoked: 0, conflict: 0 },
    ordersWaiting: 0,
    startedAt: before(3_600),
    ...changed,
  };
}
