/**
 * Runs rollouts: looks how far each is, asks `step_rollout.ts` what follows,
 * and does it. A wave's order comes into the store together with the rollout
 * that knows of it, so no crash gives a wave twice.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import type { OrderDesk } from "../orders/order_desk.ts";
import { SteadyWall } from "../orders/steady_wall.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import type { Order } from "../shapes/task.ts";
import type { OrderedTasks, Store, Write, Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";
import { RolloutMachines, type RolloutMachinesOptions } from "./machines.ts";
import { isOpen, type RolloutEvent, stepRollout } from "./step_rollout.ts";
import { WaveTasks, type WaveTasksOptions } from "./wave_tasks.ts";

/** What running them needs. */
export interface RolloutsOptions extends RolloutMachinesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly store:
    & RolloutMachinesOptions["store"]
    & WaveTasksOptions["store"]
    & Pick<Store, "openRollouts" | "rollout">;
  readonly writer: Writer;
  readonly orders: Pick<OrderDesk, "give">;
  readonly dispatcher: Pick<Dispatcher, "cancel">;
  /** Sends for machines that are off. */
  wake(machines: readonly MachineId[]): Promise<void>;
}

/** Machines that come and go tell nobody. */
const LOOK_MS = 30_000;

/** Tasks that end together are looked at once. */
const SOON_MS = 1_000;

/** What an order of a rollout says of who gave it. */
const ORIGIN = "rollout ";

/** Runs until it is stopped. */
export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #machines: RolloutMachines;
  readonly #tasks: WaveTasks;
  readonly #wall: SteadyWall;
  /** Those of which something may come by itself. */
  readonly #open = new Map<number, RolloutRecord>();
  readonly #timers = new Map<number, { cancel: Cancel; atMs: number }>();
  readonly #turns = new Turns();
  #isStopped = false;

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#machines = new RolloutMachines(options);
    this.#tasks = new WaveTasks(options);
    this.#wall = new SteadyWall(options.clock);
  }

  /** Takes up what an earlier run has left. */
  async start(): Promise<void> {
    for (const record of await this.#options.store.openRollouts()) {
      this.take(record);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#timers.values()) cancel();
  }

  /** A rollout that is in the store. */
  take(record: RolloutRecord): void {
    this.#open.set(record.id, record);
    this.#arm(record.id, 0);
  }

  /** A machine's share of an order has ended. */
  noticed({ origin }: Pick<Order, "origin">): void {
    const id = origin.startsWith(ORIGIN)
      ? Number(origin.slice(ORIGIN.length))
      : NaN;
    if (this.#open.has(id)) this.#arm(id, SOON_MS);
  }

  /**
   * The owner pauses it, stops it or has it go on.
   *
   * @throws {ApiFault} when it stands otherwise.
   */
  tell(id: number, word: "pause" | "stop" | "resume"): Promise<RolloutRecord> {
    return this.#turns.take(String(id), async () => {
      const record = await this.#options.store.rollout(id);
      if (record === null) throw new ApiFault(404, `There is no rollout ${id}`);
      const refusal = refusalOf(word, record, this.#wall.nowMs());
      if (refusal !== null) throw new ApiFault(409, refusal);
      if (word === "resume") return await this.#resume(record);
      return await this.#halt(record, { kind: word });
    });
  }

  /** Looks again so soon; a timer that is armed for earlier stays. */
  #arm(id: number, delayMs: number): void {
    if (this.#isStopped) return;
    const { clock } = this.#options;
    const atMs = clock.monotonicMs() + delayMs;
    const armed = this.#timers.get(id);
    if (armed !== undefined && armed.atMs <= atMs) return;
    armed?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#timers.delete(id);
      void this.#turns.take(String(id), () => this.#look(id));
    });
    this.#timers.set(id, { cancel, atMs });
  }

  /** Never rejects. */
  async #look(id: number): Promise<void> {
    try {
      while (!this.#isStopped && await this.#step(id));
    } catch (error) {
      if (this.#isStopped) return; // The store is closed, too.
      this.#options.log("error", "A rollout cannot go on; trying again", {
        ...{ rollout: id, error: sentenceOf(error) },
      });
      this.#arm(id, LOOK_MS);
    }
  }

  /** True: there is more to do at once. */
  async #step(id: number): Promise<boolean> {
    const record = this.#open.get(id);
    if (record === undefined) return false;
    const nowMs = this.#wall.nowMs();
    const counts = await this.#tasks.counts(record);
    const step = stepRollout(record, { kind: "look", nowMs, counts });
    switch (step.action.kind) {
      case "give":
        await this.#give(step.record, step.action.wave);
        return true;
      case "halt":
        await this.#takeBack(record);
        await this.#put(step.record);
        return false;
      case "wait": {
        const { untilMs } = step.action;
        if (step.record !== record) await this.#put(step.record);
        const untilDue = (untilMs ?? Infinity) - nowMs;
        this.#arm(id, untilDue > 0 ? Math.min(untilDue, LOOK_MS) : LOOK_MS);
        return false;
      }
      case "none":
        if (step.record !== record) await this.#put(step.record);
        return false;
    }
  }

  async #give(record: RolloutRecord, wave: number): Promise<void> {
    const nowMs = this.#wall.nowMs();
    try {
      const taken = new Set((await this.#tasks.last(record)).keys());
      const machines = await this.#machines.ofWave(record, wave, taken);
      if (machines.length > 0) return await this.#order(record, wave, machines);
      const nobody = { kind: "nobody", nowMs, wave } as const;
      await this.#put(stepRollout(record, nobody).record);
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      const details = error.details.map((line) => `; ${line}`).join("");
      const reason = `${error.message}${details}`;
      await this.#halt(record, { kind: "refused", reason });
    }
  }

  async #order(
    record: RolloutRecord,
    wave: number,
    machines: RolloutMachine[],
  ): Promise<void> {
    const { orders, log } = this.#options;
    const { id, anytime, on, expiresMs, deadlineMs } = record;
    // Before: who is awake in time is there when the order comes.
    if (record.wake) await this.#wake(id, machines);
    let next = record;
    const beside = (given: readonly OrderedTasks[]): Write[] => {
      const numbers = given.map(({ order }) => order.id);
      const [order = 0, ...first] = numbers.reverse();
      const nowMs = this.#wall.nowMs();
      const event = { kind: "given", nowMs, wave, order, first } as const;
      next = stepRollout(record, event).record;
      return [{ kind: "rollout", rollout: next }];
    };
    await orders.give(
      { ...record.order, on: [...on], anytime },
      { origin: ORIGIN + id, machines, expiresMs, deadlineMs, beside },
    );
    this.#open.set(id, next);
    log("info", "A wave of a rollout begins", {
      ...{ rollout: id, wave: wave + 1, machines: machines.length },
      order: next.waves[wave]?.orders.at(-1),
    });
  }

  async #wake(id: number, machines: RolloutMachine[]): Promise<void> {
    try {
      await this.#options.wake(machines.map((machine) => machine.id));
    } catch (error) {
      this.#options.log("warning", "Cannot wake the machines of a wave", {
        ...{ rollout: id, error: sentenceOf(error) },
      });
    }
  }

  /** What waits is given once more, with what has to be done again. */
  async #resume(record: RolloutRecord): Promise<RolloutRecord> {
    const next = stepRollout(record, { kind: "resume" }).record;
    const again = await this.#tasks.again(record);
    const machines = this.#machines.known(again);
    const wave = record.waves.filter((one) => one.startedMs !== null).length;
    if (machines.length > 0) await this.#order(next, wave - 1, machines);
    else await this.#put(next);
    this.#arm(record.id, 0);
    return this.#open.get(record.id) ?? next;
  }

  async #halt(
    record: RolloutRecord,
    event: RolloutEvent,
  ): Promise<RolloutRecord> {
    const next = stepRollout(record, event).record;
    await this.#takeBack(record);
    await this.#put(next);
    return next;
  }

  /** Before the rollout is written: a crash between finds it as it was. */
  async #takeBack({ waves }: RolloutRecord): Promise<void> {
    const { dispatcher } = this.#options;
    // What comes first last, or its end would abandon what comes after.
    const orders = waves.flatMap(({ orders }) => orders);
    const first = waves.flatMap(({ first }) => first);
    for (const order of [...orders, ...first]) await dispatcher.cancel(order);
  }

  async #put(rollout: RolloutRecord): Promise<void> {
    const { writer, log } = this.#options;
    await writer.commit([{ kind: "rollout", rollout }]);
    const { id, state, reason } = rollout;
    if (this.#open.get(id)?.state !== state) {
      const level = state === "stopped" ? "warning" : "info";
      log(level, "A rollout stands otherwise", { rollout: id, state, reason });
    }
    if (isOpen(rollout)) this.#open.set(id, rollout);
    else this.#open.delete(id);
  }
}

type RolloutMachine = Awaited<ReturnType<RolloutMachines["ofWave"]>>[number];

/** Why it cannot be told that; null: it can. */
function refusalOf(
  word: "pause" | "stop" | "resume",
  record: RolloutRecord,
  nowMs: number,
): string | null {
  const { id, state, expiresMs } = record;
  const isHalted = state === "paused" || state === "stopped";
  const fits = word === "pause"
    ? isOpen(record)
    : word === "stop"
    ? isOpen(record) || state === "paused"
    : isHalted;
  if (!fits) return `Cannot ${word} rollout ${id}: it is ${state}`;
  return word === "resume" && expiresMs !== null && expiresMs <= nowMs
    ? `Cannot resume rollout ${id}: its time is over; begin another one`
    : null;
}
