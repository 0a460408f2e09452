/**
 * What must never be, in any world, at any moment. Each law looks at what goes
 * by: a datagram that is sent, a program that is run, a commit of the store.
 *
 * @module
 */

import type { RunOptions } from "../../lib/host/processes.ts";
import { MARK_VARIABLE } from "../../lib/install/hook_strays.ts";
import { wireNumber } from "../../lib/server/orders/task_opening.ts";
import type { Order, Task } from "../../lib/server/shapes/task.ts";
import type { OrderedTasks, Write } from "../../lib/server/store/store.ts";
import type { SimAgent } from "./sim_agent.ts";
import { versionIn } from "./sim_agent.ts";
import type { Passing } from "./sim_network.ts";

/** The laws, and what each says. */
export const LAWS = {
  "no order, no act": "A machine acts on nothing that was not ordered of it",
  "once": "What a machine has told of an attempt stays, and is not done again",
  "stored first": "What is sent to a machine was in the store before",
  "done is true": "An order is done when the machine's disk proves it",
  "not lost": "An order that was acknowledged is never lost",
  "strangers": "Nobody answers a stranger",
  "addresses": "An address is learnt from its owner only",
  "over": "A conversation that is long over is not taken up again",
  "own death": "A process ends by nothing but what ends it",
  "starts again": "What was killed starts again",
  "convergence": "When the faults stop, everything comes to its end",
  "lists": "The list that the server believes is what the machine has",
} as const;

/** One of them. */
export type Law = keyof typeof LAWS;

/** A law was broken. */
export interface Breach {
  readonly law: Law;
  readonly found: string;
}

/**
 * By then a conversation is over, the longest install and all answers to
 * duplicates included.
 */
const OVER_MS = 150_000;

/** What the laws look at. */
export interface Watched {
  nowMs(): number;
  /** Can nothing be recorded there now? */
  isFull(computer: string): boolean;
  /** Whose key it is; several when a disk was cloned. */
  agentsOf(machine: string): readonly SimAgent[];
  broke(breach: Breach): void;
}

const FROM_SERVER = 5;
const CONVERSATION = 32;
const BODY_AT = 80;

/** The order and the attempt in `[install{...}]` and `[suppression{...}]`. */
const ORDER = /^\[(?:install|suppression)\{(\d+)\+(\d+)\+/;

/** The same in `[reussi{...}]` and `[rate{...}]`, and the reason behind it. */
const RESULT = /^\[(?:reussi|rate)\{(\d+)\+(\d+)\+([^+\]}]*)/;

/** Nothing was tried: the machine is asked again under the same attempt. */
const UNTRIED = "busy";

/** `<sequence>-<order>-<attempt>`, as the hooks of a transaction are marked. */
const MARK = /^<\d+-(\d+)-(\d+)>$/;

/** Looks on from the beginning of a world to its end. */
export class Laws {
  readonly #watched: Watched;
  readonly #orders = new Map<string, Order>();
  readonly #orderById = new Map<number, Order>();
  /** By order and machine. */
  readonly #tasks = new Map<string, Task>();
  /** What was told of it, by computer, order and attempt. */
  readonly #results = new Map<string, string>();
  /** Attempts that have come as far as running something. */
  readonly #acted = new Set<string>();
  /** When each conversation was begun. */
  readonly #begun = new Map<string, number>();
  /** How often each thing was looked at. */
  readonly counts = { datagrams: 0, programs: 0, ended: 0 };

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  readonly orders = (given: readonly OrderedTasks[]): void => {
    for (const { order, tasks } of given) {
      this.#orders.set(String(wireNumber(order)), order);
      this.#orderById.set(order.id, order);
      for (const task of tasks) this.#tasks.set(keyOf(task), task);
    }
  };

  readonly writes = (writes: readonly Write[]): void => {
    for (const write of writes) {
      if (write.kind !== "task") continue;
      const before = this.#tasks.get(keyOf(write.task));
      this.#tasks.set(keyOf(write.task), write.task);
      if (write.task.state === "done" && before?.state !== "done") {
        this.#done(write.task);
      }
    }
  };

  /** A datagram that an honest process sends. */
  sent(by: string, { bytes }: Passing): void {
    this.counts.datagrams++;
    const body = bodyOf(bytes);
    this.#saidIn(bytes.subarray(CONVERSATION, CONVERSATION + 16), by, body);
    if (bytes[FROM_SERVER] === 1) this.#ordered(bytes, body);
    else this.#told(by, body);
  }

  /** Whatever is replayed into it: nobody says anything in it any more. */
  #saidIn(conversation: Uint8Array, by: string, body: string): void {
    const nowMs = this.#watched.nowMs();
    const key = conversation.toHex();
    const begunMs = this.#begun.get(key) ?? nowMs;
    this.#begun.set(key, begunMs);
    // A recorded call cannot be told from a new one, before it goes further.
    if (nowMs - begunMs < OVER_MS || body.startsWith("[echo")) return;
    const seconds = Math.round((nowMs - begunMs) / 1_000);
    this.#watched.broke({
      law: "over",
      found: `${by} says ${body} in a conversation that began ${seconds} s ago`,
    });
  }

  #ordered(bytes: Uint8Array, body: string): void {
    const [, wire = "", attempt = ""] = ORDER.exec(body) ?? [];
    if (wire === "") return;
    const task = this.#taskOf(wire, bytes.slice(16, 32).toHex());
    if (task !== null && Number(attempt) <= task.attempt) return;
    this.#watched.broke({
      law: "stored first",
      found: `${body.slice(0, 40)} left while the store held ` +
        (task === null ? "no such task" : `attempt ${task.attempt}`),
    });
  }

  #told(by: string, body: string): void {
    const [, wire, attempt, reason] = RESULT.exec(body) ?? [];
    if (wire === undefined || reason === UNTRIED) return;
    const key = `${by} ${wire} ${attempt}`;
    const isFailure = body.startsWith("[rate");
    // What failed before it changed anything may be tried again as it is.
    if (isFailure && !this.#acted.has(key)) return;
    // A failure is told even when it cannot be recorded; a success never.
    if (isFailure && this.#watched.isFull(by)) return;
    const before = this.#results.get(key) ?? body;
    this.#results.set(key, body);
    if (before === body) return;
    this.#watched.broke({ law: "once", found: `${by}: ${before}, ${body}` });
  }

  /** A program that an agent begins: a hook of a package, or our own shell. */
  program(agent: SimAgent, { environment }: RunOptions): void {
    const mark = MARK.exec(environment[MARK_VARIABLE] ?? "");
    if (mark === null) return;
    this.counts.programs++;
    const [, wire = "", attempt = ""] = mark;
    const { name } = agent.computer;
    const task = this.#taskOf(wire, agent.machine ?? "");
    const what = `attempt ${attempt} of order ${wire} on ${name}`;
    if (task === null || Number(attempt) > task.attempt) {
      this.#watched.broke({
        law: "no order, no act",
        found: `${what}: the store holds ` +
          (task === null ? "no such task" : `attempt ${task.attempt}`),
      });
    }
    const key = `${name} ${wire} ${attempt}`;
    this.#acted.add(key);
    const told = this.#results.get(key);
    if (told === undefined) return;
    const found = `${what} is acted on again after ${told}`;
    this.#watched.broke({ law: "once", found });
  }

  /** What was acknowledged and has not ended. */
  get open(): readonly Task[] {
    return [...this.#tasks.values()].filter(({ state }) =>
      state === "waiting" || state === "running"
    );
  }

  get ordersGiven(): ReadonlyMap<number, Order> {
    return this.#orderById;
  }

  /** The task is green: so what it says must be on the disk, power or not. */
  #done(task: Task): void {
    this.counts.ended++;
    const order = this.#orderById.get(task.order);
    const wanted = order === undefined ? null : wantedBy(order, task);
    if (order?.verb === "has") return this.#answered(order, task);
    if (order === undefined || wanted === null) return;
    const agents = this.#watched.agentsOf(task.machine);
    if (agents.length === 0) return;
    const versions = agents.map(({ computer }) =>
      versionIn(computer.disk.durable(), order.name)
    );
    if (versions.includes(wanted === "" ? null : wanted)) return;
    this.#watched.broke({
      law: "done is true",
      found: `order ${order.id} (${order.verb} ${order.name} ` +
        `${order.version}) is done on ${task.machine}, whose disk has ` +
        versions.map((version) => version ?? "nothing").join(" and "),
    });
  }

  /** A question is answered by what the disk had at that moment. */
  #answered({ id, name, version }: Order, { machine, answer }: Task): void {
    const [agent] = this.#watched.agentsOf(machine);
    if (agent === undefined) return;
    const has = versionIn(agent.computer.disk.tree, name);
    const wanted = has === version ? "oui" : "non";
    if (answer === wanted) return;
    this.#watched.broke({
      law: "done is true",
      found: `order ${id} (has ${name} ${version}) says ${answer} of ` +
        `${machine}, which has ${has ?? "nothing"}`,
    });
  }

  #taskOf(wire: string, machine: string): Task | null {
    const order = this.#orders.get(wire);
    if (order === undefined) return null;
    return this.#tasks.get(keyOf({ order: order.id, machine })) ?? null;
  }
}

/** The longest beginning of a body that a law needs. */
const BODY_BYTES = 64;

function bodyOf(bytes: Uint8Array): string {
  const part = bytes.subarray(BODY_AT, BODY_AT + BODY_BYTES);
  const text = new TextDecoder().decode(part);
  return text.slice(0, text.indexOf("]") + 1 || BODY_BYTES);
}

function keyOf({ order, machine }: Pick<Task, "order" | "machine">): string {
  return `${order} ${machine}`;
}

/** The version that must be in use then; "": none; null: nothing must. */
function wantedBy({ verb, version }: Order, task: Task): string | null {
  switch (verb) {
    case "install":
    case "update":
    case "ensure":
      return version;
    case "rollback":
      return task.toldVersion === "" ? null : task.toldVersion;
    case "remove":
      return task.answer === "absent" || version === "*" ? "" : null;
    default:
      return null;
  }
}
