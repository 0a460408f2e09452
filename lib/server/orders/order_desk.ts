/**
 * Where orders are given: which program, which machines, and whether that can
 * be done at all. An order that is taken is in the store before anybody hears
 * of it (C-14).
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { isListable } from "../../peo/program.ts";
import { NAME_BYTES_MAX, VERSION_BYTES_MAX } from "../../sep/words.ts";
import { utf8 } from "../../trust/bytes.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { OrderBody, OrderView } from "../shapes/api_schema.ts";
import type { Catalogue } from "../programs/catalogue.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { viewOrder, viewTask } from "./order_views.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import type { Registry } from "../machines/registry.ts";
import type { Store } from "../store/store.ts";
import type { Order, Task } from "../shapes/task.ts";
import { FIRST_PHASE } from "./task_paths.ts";
import { matchWhere } from "../machines/where.ts";

/** What the desk needs. */
export interface OrderDeskOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly dispatcher: Dispatcher;
}

/** What an order is about. */
type Subject = Pick<Order, "name" | "version" | "sha256" | "size">;

const NO_FILE = { sha256: "", size: 0 } as const;

/** Every method throws an `ApiFault` for what cannot be done. */
export class OrderDesk {
  readonly #options: OrderDeskOptions;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** Takes an order. */
  async give(body: OrderBody): Promise<OrderView> {
    const { clock, store, dispatcher } = this.#options;
    const subject = await this.#subjectOf(body);
    const machines = this.#machinesOf(body.on);
    const task = (machine: MachineRecord): Omit<Task, "order"> => ({
      machine: machine.id,
      state: "waiting",
      phase: FIRST_PHASE[body.verb],
      attempt: 1,
      failures: 0,
      tries: 0,
      cancelling: false,
      answer: null,
      reason: null,
      nextTryMs: null,
      endedMs: null,
    });
    const tasks = machines.map(task);
    const order = await store.addOrder({
      ...subject,
      verb: body.verb,
      createdMs: clock.wallMs(),
      on: body.on,
    }, tasks);
    dispatcher.add(order, tasks.map((task) => ({ ...task, order: order.id })));
    return await this.view(order.id);
  }

  /** The last orders, newest first, without their tasks. */
  async last(countMax: number): Promise<OrderView[]> {
    const orders = await this.#options.store.orders(countMax);
    return orders.map((summary) => viewOrder(summary));
  }

  /** One order with its tasks. */
  async view(id: number): Promise<OrderView> {
    const { store, registry } = this.#options;
    const summary = await store.order(id);
    if (summary === null) throw new ApiFault(404, `There is no order ${id}`);
    const tasks = (await store.tasks(id)).map((task) =>
      viewTask(task, registry.get(task.machine)?.name ?? task.machine)
    );
    return viewOrder(summary, tasks);
  }

  /** Cancels what of the order has not ended. */
  async cancel(id: number): Promise<OrderView> {
    const before = await this.view(id);
    const { waiting, running } = before.counts;
    if (waiting + running === 0) {
      throw new ApiFault(
        409,
        `Cannot cancel order ${id}: it has ended (${before.state})`,
      );
    }
    await this.#options.dispatcher.cancel(id);
    return await this.view(id);
  }

  async #subjectOf({ verb, name, version }: OrderBody): Promise<Subject> {
    if (verb === "collect") {
      if (name === undefined && version === undefined) {
        return { name: "", version: "", ...NO_FILE };
      }
      throw new ApiFault(400, "To collect the lists, no program is named");
    }
    if (name === undefined) throw new ApiFault(400, `What to ${verb}?`);
    if (verb === "has") return askedFor(name, version);
    if (verb === "remove") {
      this.#find(name, version ?? null);
      return { name, version: version ?? ANY_VERSION, ...NO_FILE };
    }
    if (verb === "ensure" && version === undefined) {
      throw new ApiFault(400, `Which version of ${name} shall be there?`);
    }
    const program = this.#find(name, version ?? null);
    const state = await this.#options.catalogue.stateOf(program);
    if (state === "ok") return program;
    throw new ApiFault(
      409,
      `Cannot ${verb} ${name} ${program.version}: its package is ${state} ` +
        "on the server's disk; publish it again",
    );
  }

  #find(name: string, version: string | null): ProgramRecord {
    const { catalogue } = this.#options;
    const found = catalogue.find(name, version);
    if (found !== null) return found;
    const records = catalogue.records();
    const versions = records.filter((program) => program.name === name)
      .map((program) => program.version);
    if (version === null || versions.length === 0) {
      const near = nearest(name, records.map((program) => program.name));
      throw new ApiFault(
        404,
        `No program is called "${name}"${didYouMean(near)}`,
        near,
      );
    }
    // The published versions themselves, newest first, are the best hint.
    const hint = versions.reverse().slice(0, 5);
    throw new ApiFault(
      404,
      `There is no version "${version}" of ${name}; published are ` +
        hint.join(", "),
      hint,
    );
  }

  /** `all` and globs do not mean revoked machines; a name may, by mistake. */
  #machinesOf(on: readonly string[]): MachineRecord[] {
    const all = this.#options.registry.records();
    const welcome = all.filter(({ status }) => status !== "revoked");
    const meant = matchWhere(welcome, on);
    if (meant.ok && meant.value.length > 0) return meant.value;
    if (meant.ok) {
      throw new ApiFault(409, "There is no machine in this fleet yet");
    }
    const withRevoked = matchWhere(all, on);
    if (!withRevoked.ok) {
      const { error, nearest } = meant.fault;
      throw new ApiFault(404, error, nearest);
    }
    const names = withRevoked.value
      .filter(({ status }) => status === "revoked")
      .map(({ name }) => name);
    throw new ApiFault(
      409,
      `Cannot order anything of ${names.join(", ")}: revoked; approve ` +
        "them again first, or leave them out of --on",
    );
  }
}

/** A question may be about any program, not only about ours. */
function askedFor(name: string, version: string | undefined): Subject {
  const asked = version ?? ANY_VERSION;
  const fits = (text: string, bytesMax: number) =>
    isListable(text) && utf8(text).length <= bytesMax;
  if (!fits(name, NAME_BYTES_MAX)) {
    throw new ApiFault(400, `No program can be called "${name}"`);
  }
  if (!fits(asked, VERSION_BYTES_MAX)) {
    throw new ApiFault(400, `No version can be called "${asked}"`);
  }
  return { name, version: asked, ...NO_FILE };
}
