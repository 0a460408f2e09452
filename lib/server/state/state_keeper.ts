/**
 * Keeps machines as the owner wants them: looks when lists have come, when
 * orders have ended and from time to time, and gives the orders that are
 * missing (the seed's flow 3, then 6, on each machine).
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { GroupBook } from "../groups/group_book.ts";
import type { Lists } from "../lists/lists.ts";
import type { Registry } from "../machines/registry.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import type { OrderDesk } from "../orders/order_desk.ts";
import { SteadyWall } from "../orders/steady_wall.ts";
import type { CatalogueShelf } from "../programs/shelf.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { Order, Task } from "../shapes/task.ts";
import type { Store } from "../store/store.ts";
import type { DesiredRecord } from "../store/store_desired.ts";
import {
  afterTrial,
  amend,
  type Amendment,
  type Trial,
  trialKey,
} from "./amend.ts";
import { compare, type Difference } from "./compare.ts";
import { type DesiredGroup, EVERYBODY, readDesired } from "./desired.ts";

/** What keeping needs. */
export interface StateKeeperOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "desired" | "held">;
  readonly registry: Pick<Registry, "records" | "get">;
  readonly groups: Pick<GroupBook, "membersOf">;
  readonly lists: Pick<Lists, "held">;
  readonly dispatcher: Pick<Dispatcher, "isUnderWay">;
  readonly orders: Pick<OrderDesk, "give">;
  shelf(): CatalogueShelf;
}

/** Machines that join a group by a rule tell nobody. */
const LOOK_MS = 60_000;

/** A room's lists come together; they are looked at once. */
const SOON_MS = 3_000;

/** Looking takes no more than this share of the server's time. */
const LOOKING_SHARE = 1 / 20;

/** What its orders say of who gave them. */
export const STATE_ORIGIN = "state";

/** Runs until it is stopped. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  readonly #wall: SteadyWall;
  readonly #trials = new Map<string, Trial>();
  #record: DesiredRecord | null = null;
  #desired: readonly DesiredGroup[] = [];
  #timer: { readonly cancel: Cancel; readonly atMs: number } | null = null;
  #isStopped = false;
  #isLooking = false;
  /** Something changed while it was looked. */
  #isStirred = false;
  /** How long the last look took. */
  #lookMs = 0;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    this.#wall = new SteadyWall(options.clock);
  }

  /** Takes up what was applied. */
  async start(): Promise<void> {
    const record = await this.#options.store.desired();
    if (record !== null) this.take(record);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** What is kept now; null: nothing was ever applied. */
  get record(): DesiredRecord | null {
    return this.#record;
  }

  /** What is kept from now on; it is in the store. */
  take(record: DesiredRecord): void {
    const read = readDesired(record.text);
    this.#record = record;
    this.#desired = read.ok ? read.value : [];
    this.#trials.clear();
    this.stir(0);
  }

  /** Something has changed: look soon. */
  stir(delayMs = SOON_MS): void {
    if (this.#isStopped || this.#desired.length === 0) return;
    if (this.#isLooking) {
      this.#isStirred = true;
      return;
    }
    const { clock } = this.#options;
    const waitMs = Math.max(delayMs, this.#lookMs / LOOKING_SHARE);
    const atMs = clock.monotonicMs() + waitMs;
    if (this.#timer !== null && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    const cancel = clock.after(waitMs, () => {
      this.#timer = null;
      void this.#look();
    });
    this.#timer = { cancel, atMs };
  }

  /** A machine's share of an order has ended. */
  noticed(order: Order, { machine, state }: Task): void {
    if (this.#desired.length === 0) return;
    this.stir();
    if (order.origin !== STATE_ORIGIN || state === "cancelled") return;
    const key = trialKey(machine, order.name);
    const to = order.verb === "ensure" ? order.version : "";
    const isDone = state === "done";
    const nowMs = this.#wall.nowMs();
    const trial = afterTrial(this.#trials.get(key), { to, isDone, nowMs });
    this.#trials.set(key, trial);
  }

  /** When the machine is tried again after a failure; null: no failure. */
  trial(machine: string, name: string): Trial | null {
    return this.#trials.get(trialKey(machine, name)) ?? null;
  }

  /** What is different from what is wanted now. */
  async differences(
    desired: readonly DesiredGroup[] = this.#desired,
  ): Promise<Difference[]> {
    const { store, groups, registry, lists, shelf } = this.#options;
    const names = new Set(desired.flatMap(({ programs, absent }) => [
      ...programs.map(({ name }) => name),
      ...absent,
    ]));
    const held = Map.groupBy(
      await store.held([...names]),
      ({ machine }) => machine,
    );
    const published = shelf();
    const welcome = (id: string) => registry.get(id)?.status === "approved";
    return compare({
      desired,
      membersOf: (group) =>
        (group === EVERYBODY ? registry.records() : groups.membersOf(group))
          .map(({ id }) => id).filter(welcome),
      heldOf: (machine) =>
        lists.held(machine) === null
          ? null
          : new Map(held.get(machine)?.map((one) => [one.name, one.version])),
      versionsOf: (name) => published.of(name).map(({ version }) => version),
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#isStopped) return;
    this.#isLooking = true;
    this.#isStirred = false;
    const { clock, dispatcher, log } = this.#options;
    const begunMs = clock.monotonicMs();
    try {
      const due = amend(await this.differences(), {
        isUnderWay: (machine, name) => dispatcher.isUnderWay(machine, name),
        trials: this.#trials,
        nowMs: this.#wall.nowMs(),
      });
      for (const amendment of due) await this.#give(amendment);
    } catch (error) {
      if (this.#isStopped) return;
      log("error", "Cannot keep the desired state; trying again", {
        error: sentenceOf(error),
      });
    } finally {
      this.#isLooking = false;
      this.#lookMs = clock.monotonicMs() - begunMs;
    }
    this.stir(this.#isStirred ? SOON_MS : LOOK_MS);
  }

  async #give({ verb, name, version, machines }: Amendment): Promise<void> {
    const { registry, log } = this.#options;
    const meant = machines.flatMap((id) => registry.get(id) ?? []);
    // One order for all; when that is refused, each machine has its own, so
    // that one that cannot have the program does not hold up the others.
    try {
      await this.#order({ verb, name, version }, meant);
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      for (const machine of meant) {
        await this.#order({ verb, name, version }, [machine])
          .catch((error) => {
            if (!(error instanceof ApiFault)) throw error;
            this.#refused(machine.id, name, version);
            log("warning", "Cannot bring a machine to its desired state", {
              ...{ machine: machine.id, name: machine.name },
              what: [verb, name, version].join(" ").trim(),
              error: [error.message, ...error.details].join("; "),
            });
          });
      }
    }
  }

  async #order(
    { verb, name, version }: Omit<Amendment, "machines">,
    machines: readonly MachineRecord[],
  ): Promise<void> {
    await this.#options.orders.give(
      {
        verb,
        ...(name === "" ? {} : { name }),
        ...(version === "" ? {} : { version }),
        on: machines.length === 1 ? [machines[0]?.name ?? ""] : [STATE_ORIGIN],
      },
      { origin: STATE_ORIGIN, machines },
    );
  }

  #refused(machine: string, name: string, to: string): void {
    const key = trialKey(machine, name);
    const nowMs = this.#wall.nowMs();
    const ended = { to, isDone: false, nowMs };
    this.#trials.set(key, afterTrial(this.#trials.get(key), ended));
  }
}
