/**
 * Brings the tasks to the machines: one at a time for each machine, a bounded
 * number of conversations at once, each stored before its first word is sent
 * (C-14). What a task does next is decided by `orders.ts`.
 *
 * Every event of a task is taken in turn: step, commit, then act. So the store
 * always knows at least as much as the machine was told. When the store fails,
 * the task is where it was, and nothing is sent.
 *
 * @module
 */

import type { LateResult, MachineId } from "../../sep/server_api.ts";
import { CollectTurns } from "./collect_turns.ts";
import { converse, listOf } from "./conversing.ts";
import { type DispatcherOptions, LOOK_AGAIN_MS } from "./dispatcher_options.ts";
import { sentenceOf } from "../../host/log.ts";
import { verdictOf, waitFor, writesOf } from "./after.ts";
import { EndedTasks } from "./ended_tasks.ts";
import { ExpirySweep } from "./expiry_sweep.ts";
import { type Slot, superseded } from "./machine_queue.ts";
import { OpenTasks } from "./open_tasks.ts";
import { stepTask } from "./orders.ts";
import type { Order } from "../shapes/task.ts";
import type { OrderedTasks } from "../store/store.ts";
import { StoreRefused } from "../store/store_guard.ts";
import type { TaskAction, TaskEvent } from "./task_events.ts";
import { wireNumber } from "./task_opening.ts";
import { Turns } from "../store/turns.ts";
import { whyNot } from "./why_not.ts";

/** The one who runs the tasks. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #open = new OpenTasks();
  /** Machines with a task that runs. */
  readonly #busy = new Set<MachineId>();
  /** Machines that may have something to do, in the order they came. */
  readonly #line = new Set<MachineId>();
  readonly #turns = new Turns();
  readonly #collects: CollectTurns;
  readonly #expiry: ExpirySweep;
  #isClosed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#collects = new CollectTurns(options, (slot) => this.#due(slot));
    this.#expiry = new ExpirySweep({
      clock: options.clock,
      all: () => this.#open.all(),
      expire: (slot) => void this.#tell(slot, { kind: "expire" }),
    });
  }

  /** Takes up what an earlier run has left. */
  async start(): Promise<void> {
    const { store } = this.#options;
    this.#expiry.start();
    const open = await store.openTasks();
    const slots = open.map(({ order, task }) => this.#open.add(order, task));
    for (const slot of slots) slot.isDue = false;
    const ended = new EndedTasks(store);
    for (const slot of slots) {
      const { machine, after } = slot.task;
      // What it waited for may have ended with the last words of that run.
      const before = after === null ? null : await ended.find(machine, after);
      const verdict = before && verdictOf(before.order, before.task);
      void this.#tell(slot, verdict ?? { kind: "restart" });
    }
  }

  /** Takes orders that are in the store. */
  add(given: readonly OrderedTasks[]): void {
    const slots = given.flatMap(({ order, tasks }) =>
      tasks.map((task) => {
        this.#supersede(order, task.machine);
        return this.#open.add(order, task);
      })
    );
    for (const slot of slots) {
      const before = this.#open.before(slot);
      if (before === null) this.#look(slot.task.machine);
      else void this.#tell(slot, waitFor(before.order));
    }
  }

  /** The machine is heard again, or has a new session: go on with it. */
  awake(machine: MachineId): void {
    for (const slot of this.#open.of(machine)) {
      if (slot.task.state !== "waiting" || !slot.isEager) continue;
      slot.cancelTimer();
      slot.isDue = true;
    }
    this.#look(machine);
  }

  /** The store takes changes again: go on with what waited for it. */
  recovered(): void {
    for (const machine of this.#open.machines) this.awake(machine);
  }

  /** Cancels what has not ended. @throws what the store throws. */
  async cancel(order: number): Promise<void> {
    await this.#tellAll((slot) => slot.order.id === order, { kind: "cancel" });
  }

  /** No order of this machine will ever be asked; a sentence. */
  async abandon(machine: MachineId, reason: string): Promise<void> {
    await this.#tellAll(
      (slot) => slot.task.machine === machine,
      { kind: "abandon", reason },
    );
  }

  /** A result whose conversation was given up (C-19). Never rejects. */
  async late(machine: MachineId, result: LateResult): Promise<void> {
    const number = Number(result.order & 0xffff_ffffn);
    try {
      const slot = this.#open.find(machine, number) ??
        await new EndedTasks(this.#options.store).slot(machine, number);
      if (slot === null || wireNumber(slot.order) !== result.order) return;
      await this.#tell(slot, { kind: "late", ...result });
    } catch (error) {
      // The machine is asked again: it may repeat what nobody has kept.
      this.#options.log("error", "Cannot look up the order of a late result", {
        ...{ order: number, machine, reason: sentenceOf(error) },
      });
    }
  }

  /** The open order of the same program that the machine's one is behind. */
  behind(machine: MachineId, order: number): Order | null {
    return this.#open.behind(machine, order);
  }

  /** Has the machine any open order of this program? */
  isUnderWay(machine: MachineId, name: string): boolean {
    return this.#open.of(machine).some(({ order }) => order.name === name);
  }

  /** Machines that are being spoken to. */
  get conversing(): number {
    return this.#busy.size;
  }
  /** Orders that have not ended. */
  get openOrders(): number {
    return this.#open.orderCount;
  }

  /** Begins nothing new; what runs is found again by the next start. */
  close(): void {
    this.#isClosed = true;
    this.#collects.close();
    this.#expiry.stop();
    for (const slot of this.#open.all()) {
      slot.cancelTimer();
      slot.arrival?.drop();
    }
  }

  #supersede(given: Order, machine: MachineId): void {
    const isThere = this.#options.stateOf(machine) === "alive";
    const slots = this.#open.of(machine);
    for (const { slot, reason } of superseded(slots, given, isThere)) {
      void this.#tell(slot, { kind: "supersede", reason });
    }
  }

  #look(machine: MachineId): void {
    this.#line.add(machine);
    this.#pump();
  }

  #pump(): void {
    const { conversationsMax } = this.#options.limits;
    for (const machine of this.#line) {
      if (this.#isClosed || this.#busy.size >= conversationsMax) return;
      this.#line.delete(machine);
      if (!this.#busy.has(machine)) this.#begin(machine);
    }
  }

  #begin(machine: MachineId): void {
    const slot = this.#open.next(machine);
    if (slot === null) return;
    const nowMs = this.#expiry.nowMs();
    const event = whyNot(slot.order, slot.task, {
      state: this.#options.stateOf(machine),
      nowMs,
      opensMs: () => this.#options.opensMs(machine, nowMs),
    });
    slot.isDue = event !== null;
    if (event !== null) return void this.#tell(slot, event);
    if (!this.#collects.mayBegin(slot)) return void this.#line.add(machine);
    this.#busy.add(machine);
    void this.#tell(slot, { kind: "start" });
  }

  /** One event of one task: step, commit, act. What the store throws, or not. */
  #tell(slot: Slot, event: TaskEvent): Promise<unknown> {
    const { machine } = slot.task;
    return this.#turns.take(`${slot.order.id} ${machine}`, async () => {
      if (this.#isClosed) return undefined;
      const { clock, randomness, limits, writer, log } = this.#options;
      const before = slot.task;
      const { task, action } = stepTask(before, event, {
        verb: slot.order.verb,
        limits,
        at: { nowMs: clock.wallMs(), jitter: randomness.fraction() },
      });
      slot.task = task;
      if (task === before) return this.#act(slot, action);
      try {
        await writer.commit(writesOf(slot.order, task));
        this.#act(slot, action);
        return undefined;
      } catch (error) {
        const reason = `The store refuses to be written: ${sentenceOf(error)}`;
        const level = error instanceof StoreRefused ? "debug" : "error";
        log(level, reason, { order: slot.order.id, machine });
        slot.task = { ...before, state: "waiting", reason };
        this.#act(slot, { kind: "wait", delayMs: LOOK_AGAIN_MS, eager: true });
        return error;
      }
    });
  }

  #act(slot: Slot, action: TaskAction): void {
    if (this.#isClosed || action.kind === "none") return;
    if (action.kind === "converse") return void this.#converse(slot);
    if (action.kind === "await list") return void this.#awaitList(slot);
    slot.arrival?.drop();
    slot.arrival = null;
    if (action.kind === "wait") this.#wait(slot, action);
    if (action.kind === "hold") this.#hold(slot);
    if (action.kind === "ended") this.#end(slot);
    // A task that was held, or ended while it waited, has not run.
    const { machine } = slot.task;
    const slots = this.#open.of(machine);
    if (!slots.some(({ task }) => task.state === "running")) {
      this.#busy.delete(machine);
    }
    this.#look(machine);
  }

  #wait(slot: Slot, { delayMs, eager }: TaskAction & { kind: "wait" }): void {
    slot.cancelTimer();
    slot.isEager = eager;
    slot.isDue = delayMs === 0;
    if (!slot.isDue) this.#arm(slot, delayMs);
  }

  #hold(slot: Slot): void {
    slot.cancelTimer();
    slot.isEager = true;
    slot.isDue = false;
    // Nobody tells when a conflict is over.
    const state = this.#options.stateOf(slot.task.machine);
    if (state === "conflict") this.#arm(slot, LOOK_AGAIN_MS);
  }

  #arm(slot: Slot, delayMs: number): void {
    const due = () => this.#due(slot);
    slot.cancelTimer = this.#options.clock.after(delayMs, due);
  }

  #due(slot: Slot): void {
    slot.isDue = true;
    this.#look(slot.task.machine);
  }

  #end(slot: Slot): void {
    slot.cancelTimer();
    const { order, task } = slot;
    const verdict = verdictOf(order, task);
    for (const next of this.#open.end(slot)) {
      next.isDue = true;
      if (verdict !== null) void this.#tell(next, verdict);
    }
    this.#options.ended(order, task);
  }

  async #converse(slot: Slot): Promise<void> {
    const ending = await converse(this.#options, slot);
    await this.#tell(slot, { kind: "ended", ending });
  }

  async #awaitList(slot: Slot): Promise<void> {
    await this.#tell(slot, { kind: "ended", ending: await listOf(slot) });
  }

  async #tellAll(
    isMeant: (slot: Slot) => boolean,
    event: TaskEvent,
  ): Promise<void> {
    const meant = this.#open.all().filter(isMeant);
    const all = await Promise.all(meant.map((slot) => this.#tell(slot, event)));
    for (const error of all) if (error !== undefined) throw error;
  }
}
