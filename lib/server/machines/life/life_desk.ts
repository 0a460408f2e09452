/**
 * The end of a machine, and its new beginning: forgetting one that is gone,
 * and giving the place of a broken computer to the one that comes instead.
 * Each is one transaction, so that no crash leaves half of it.
 *
 * @module
 */

import type { Clock } from "../../../host/clock.ts";
import type { MachineId } from "../../../sep/server_api.ts";
import type { GroupBook } from "../../groups/group_book.ts";
import type { Selection } from "../../groups/selection.ts";
import type { Dispatcher } from "../../orders/dispatcher.ts";
import { ApiFault } from "../../shapes/api_fault.ts";
import type { MachineRecord } from "../../shapes/machine.ts";
import type { Order } from "../../shapes/task.ts";
import type { Store, Write, Writer } from "../../store/store.ts";
import type { EnrolmentDesk } from "../enrolment_desk.ts";
import type { Registry } from "../registry.ts";
import { matchMachine } from "../where.ts";
import {
  faultOfForgetting,
  faultOfReplacing,
  inheritance,
  ordersToMove,
  withoutMachine,
} from "./life_rules.ts";

/** What the desk needs. */
export interface LifeDeskOptions {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly dispatcher: Dispatcher;
  readonly groups: GroupBook;
  readonly selection: Selection;
  readonly writer: Writer;
  readonly store: Pick<Store, "openTasks">;
  /** Nothing of the machine's lists is kept any more. */
  forgetLists(machine: MachineId): Promise<void>;
  forgetSession(machine: MachineId): void;
  /** Pings it by unicast, so that it introduces itself at once. */
  greet(machine: MachineId): void;
  /** Gives the order once more, to this machine. */
  giveAgain(order: Order, machine: MachineRecord): Promise<void>;
}

/** What became of a machine's place. */
export interface Replaced {
  readonly machine: MachineRecord;
  /** How the old one is called now. */
  readonly old: MachineRecord;
  /** The orders that were given to the new one. */
  readonly moved: readonly Order[];
  /** And those that could not be given to it, with the reason. */
  readonly left: readonly { readonly order: Order; readonly why: string }[];
}

/** Every method throws an `ApiFault` for what cannot be done. */
export class LifeDesk {
  readonly #options: LifeDeskOptions;

  constructor(options: LifeDeskOptions) {
    this.#options = options;
  }

  /** The machines are no more; what they were is told. */
  async forget(on: readonly string[]): Promise<MachineRecord[]> {
    const { registry, selection } = this.#options;
    const meant = await selection.demand(registry.records(), on);
    this.#demandForgettable(meant);
    for (const machine of meant) await this.#forget(machine);
    return meant;
  }

  #demandForgettable(machines: readonly MachineRecord[]): void {
    const { registry } = this.#options;
    const refused = machines.flatMap(({ id, name }) =>
      faultOfForgetting(name, registry.stateOf(id)) ?? []
    );
    if (refused.length === 0) return;
    throw new ApiFault(
      409,
      "A machine that may still speak cannot be forgotten; revoke it first, " +
        "or turn it off and wait until it is dead (three pings unanswered)",
      [],
      refused,
    );
  }

  /** The new computer takes the old one's place; see `Replaced`. */
  async replace(oldWord: string, newWord: string): Promise<Replaced> {
    const { registry, groups, enrolment, store } = this.#options;
    const [old, young] = [this.#one(oldWord), this.#one(newWord)];
    this.#demandReplaceable(old, young);
    await enrolment.alone(
      [old.id, young.id],
      () => groups.exclusively(() => this.#replace(old, young)),
    );
    this.#options.forgetSession(young.id);
    this.#options.greet(young.id);
    const machine = registry.get(young.id) ?? young;
    // From here on the old name means the new machine, so nothing is added to
    // the old one's orders. They end only after they were given anew: a crash
    // in between leaves an order twice, never none.
    const orders = ordersToMove(old.id, await store.openTasks());
    const moved = await this.#move(orders, machine);
    await this.#gone(old.id, `Replaced by another computer (${young.id})`);
    return { machine, old: registry.get(old.id) ?? old, ...moved };
  }

  async #forget(machine: MachineRecord): Promise<void> {
    const { id } = machine;
    const { groups, enrolment, registry, writer } = this.#options;
    const { clock, forgetLists } = this.#options;
    await enrolment.alone([id], () =>
      groups.exclusively(async () => {
        const record = registry.get(id);
        if (record === null) return;
        // It may have spoken since it was looked at.
        this.#demandForgettable([machine]);
        const writes: Write[] = [
          ...withoutMachine(id, groups.records()),
          { kind: "tags", machine: id, tags: [] },
          {
            kind: "machine forgotten",
            ...{ machine: id, name: record.name, atMs: clock.wallMs() },
          },
        ];
        await writer.commit(writes);
        groups.took(writes);
        registry.remove(id);
      }));
    await this.#gone(id, "The machine was forgotten");
    await forgetLists(id);
  }

  #demandReplaceable(old: MachineRecord, young: MachineRecord): void {
    const { registry } = this.#options;
    const wrong = faultOfReplacing(
      { ...old, state: registry.stateOf(old.id) },
      { ...young, state: registry.stateOf(young.id) },
    );
    if (wrong !== null) throw new ApiFault(409, wrong);
  }

  /** In the turn of both: neither has changed since it was looked at. */
  async #replace(old: MachineRecord, young: MachineRecord): Promise<void> {
    const { groups, enrolment, registry, writer } = this.#options;
    this.#demandReplaceable(old, young);
    const place = inheritance(
      registry.get(old.id) ?? old,
      registry.get(young.id) ?? young,
      {
        groups: groups.records(),
        tagsOf: (machine) => groups.tagsOf(machine),
        freeName: (name) => enrolment.freeName(name),
      },
    );
    await writer.commit(place.writes);
    groups.took(place.writes);
    registry.put({ ...registry.get(old.id), ...place.old });
    registry.put({ ...registry.get(young.id), ...place.young });
  }

  async #move(orders: readonly Order[], machine: MachineRecord) {
    const moved: Order[] = [];
    const left: { order: Order; why: string }[] = [];
    for (const order of orders) {
      try {
        await this.#options.giveAgain(order, machine);
        moved.push(order);
      } catch (error) {
        if (!(error instanceof ApiFault)) throw error;
        const why = [error.message, ...error.details].join("; ");
        left.push({ order, why });
      }
    }
    return { moved, left };
  }

  /** Nobody speaks with it any more, and nothing of it waits. */
  async #gone(id: MachineId, reason: string): Promise<void> {
    const { dispatcher, forgetSession } = this.#options;
    forgetSession(id);
    await dispatcher.abandon(id, reason);
  }

  #one(word: string): MachineRecord {
    const meant = matchMachine(this.#options.registry.records(), word);
    if (meant.ok) return meant.value;
    throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
  }
}
