/**
 * Where orders are given: which program, which machines, and whether that can
 * be done at all. An order that is taken is in the store before anybody hears
 * of it (C-14).
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type {
  OrderBody,
  OrderView,
  PlanView,
  Verb,
} from "../shapes/api_schema.ts";
import type { Catalogue } from "../programs/catalogue.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { ordersOf, type PlanGroup, planOf } from "./order_plan.ts";
import { askedFor, keptOn, NO_FILE, type Subject } from "./order_subject.ts";
import {
  problemsOf,
  viewFirst,
  viewGroups,
  viewOrder,
  viewTask,
} from "./order_views.ts";
import { type Giving, termsOf } from "./order_terms.ts";
import type { Lists } from "../lists/lists.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import type { Registry } from "../machines/registry.ts";
import type { Store } from "../store/store.ts";
import type { Transfers } from "./transfers.ts";
import { type NewOrder, taskAtStart } from "../shapes/task.ts";
import type { CatalogueShelf } from "../programs/shelf.ts";
import { FIRST_PHASE } from "./task_paths.ts";
import type { Selection } from "../groups/selection.ts";
import { refusalOf } from "../groups/selection.ts";

/** What the desk needs. */
export interface OrderDeskOptions {
  readonly clock: Clock;
  readonly store: Omit<Store, "addOrders" | "commit">;
  readonly guard: Pick<Store, "addOrders">;
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly dispatcher: Dispatcher;
  readonly lists: Pick<Lists, "held">;
  readonly transfers: Pick<Transfers, "bytesOf">;
  /** How long an order is good for when nobody says; null: for ever. */
  readonly lastsMs: number | null;
  readonly selection: Selection;
  /** The catalogue as it is now, to choose from. */
  shelf(): CatalogueShelf;
}

/** What brings a package, and whatever that requires. */
const INSTALLS: ReadonlySet<Verb> = new Set<Verb>([
  "install",
  "ensure",
  "update",
]);

/** Every method throws an `ApiFault` for what cannot be done. */
export class OrderDesk {
  readonly #options: OrderDeskOptions;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** Takes an order, and those that must be done before it. */
  async give(body: OrderBody, giving: Giving = {}): Promise<OrderView> {
    const { guard, dispatcher } = this.#options;
    const orders = await this.#ordersOf(body, giving);
    const given = await guard.addOrders(orders, giving.beside);
    dispatcher.add(given);
    const first = given.slice(0, -1);
    const id = given.at(-1)?.order.id ?? 0;
    return { ...await this.view(id), first: viewFirst(first) };
  }

  /** The order as it would be given; nothing is stored and nothing sent. */
  async draft(body: OrderBody): Promise<NewOrder | undefined> {
    return (await this.#ordersOf(body, {})).at(-1);
  }

  /** What the order would do; nothing is stored and nothing sent. */
  async plan(body: OrderBody): Promise<PlanView> {
    const { verb } = body;
    if (!INSTALLS.has(verb)) {
      throw new ApiFault(400, `To ${verb} installs nothing that needs a plan`);
    }
    const root = await this.#published(body);
    const groups = await this.#groupsOf(body, root, {});
    const { name, version } = root;
    return { verb, name, version, groups: viewGroups(groups) };
  }

  /** The last orders, newest first, without their tasks. */
  async last(countMax: number): Promise<OrderView[]> {
    const orders = await this.#options.store.orders(countMax);
    return orders.map((summary) => viewOrder(summary));
  }

  /** One order with its tasks. */
  async view(id: number): Promise<OrderView> {
    const { store, registry, transfers, dispatcher } = this.#options;
    const summary = await store.order(id);
    if (summary === null) throw new ApiFault(404, `There is no order ${id}`);
    const { sha256, size } = summary.order;
    const tasks = (await store.tasks(id)).map((task) => {
      const { machine } = task;
      const bytes = transfers.bytesOf(machine, sha256);
      const behind = dispatcher.behind(machine, id);
      const name = registry.get(machine)?.name ?? machine;
      return viewTask(task, name, { size, bytes, behind });
    });
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

  async #ordersOf(body: OrderBody, giving: Giving): Promise<NewOrder[]> {
    const { verb } = body;
    const { clock, lastsMs } = this.#options;
    const terms = termsOf(body, giving, { nowMs: clock.wallMs(), lastsMs });
    if (!INSTALLS.has(verb)) {
      const subject = await this.#subjectOf(body);
      const tasks = (giving.machines ?? await this.#machinesOf(body.on))
        .map(({ id }) => taskAtStart(id, FIRST_PHASE[verb]));
      return [{ order: { ...subject, verb, ...terms }, tasks }];
    }
    const root = await this.#published(body);
    const groups = await this.#groupsOf(body, root, giving);
    const details = problemsOf(groups);
    if (details.length === 0) {
      const steps = new Set(groups.flatMap(({ steps }) => steps));
      for (const step of steps) await this.#demandFile(step, verb, root);
      return ordersOf(groups, { verb, ...terms });
    }
    const count = (some: readonly PlanGroup[]) =>
      some.reduce((sum, { machines }) => sum + machines.length, 0);
    const refused = groups.filter(({ problem }) => problem !== null);
    throw new ApiFault(
      409,
      `Cannot ${verb} ${root.name} ${root.version} on ${count(refused)} of ` +
        `${count(groups)} machines, so nothing was ordered; leave them out ` +
        "of --on, or see to what is in the way",
      [],
      details,
    );
  }

  /** What must be done to whom, by what is known of the machines. */
  async #groupsOf(
    { verb, on }: OrderBody,
    root: ProgramRecord,
    giving: Giving,
  ): Promise<PlanGroup[]> {
    const { clock, store, lists } = this.#options;
    const machines = giving.machines ?? await this.#machinesOf(on);
    const shelf = this.#options.shelf();
    const held = await store.held([root.name, ...shelf.relatedNames]);
    return planOf({
      ...{ verb, root, machines, shelf, held },
      listOf: ({ id }) => lists.held(id),
      nowMs: clock.wallMs(),
    });
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
    if (verb === "rollback") {
      await this.#demandLikelyName(name);
      return keptOn(name, version);
    }
    this.#find(name, version ?? null);
    return { name, version: version ?? ANY_VERSION, ...NO_FILE };
  }

  /** The program to install, whose package can be sent. */
  async #published(
    { verb, name, version }: OrderBody,
  ): Promise<ProgramRecord> {
    if (name === undefined) throw new ApiFault(400, `What to ${verb}?`);
    if (verb === "ensure" && version === undefined) {
      throw new ApiFault(400, `Which version of ${name} shall be there?`);
    }
    const program = this.#find(name, version ?? null);
    await this.#demandFile(program, verb, program);
    return program;
  }

  /** What a machine kept need not be published; a slip is found all the same. */
  async #demandLikelyName(name: string): Promise<void> {
    const { catalogue, store } = this.#options;
    const names = catalogue.records().map((program) => program.name);
    if (names.includes(name) || nearest(name, names).length === 0) return;
    if ((await store.held([name])).length === 0) this.#find(name, null);
  }

  /** What cannot be sent must not be promised (B-08). */
  async #demandFile(
    program: ProgramRecord,
    verb: Verb,
    root: ProgramRecord,
  ): Promise<void> {
    const state = await this.#options.catalogue.stateOf(program);
    if (state === "ok") return;
    const which = program === root
      ? "its package"
      : `the package of ${program.name} ${program.version}, which is required,`;
    throw new ApiFault(
      409,
      `Cannot ${verb} ${root.name} ${root.version}: ${which} is ${state} on ` +
        "the server's disk; publish it again",
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
    const hint = versions.reverse().slice(0, 5).join(", ");
    throw new ApiFault(
      404,
      `There is no version "${version}" of ${name}; published are ${hint}`,
    );
  }

  /** `all` and globs do not mean revoked machines; a name may, by mistake. */
  async #machinesOf(on: readonly string[]): Promise<MachineRecord[]> {
    const { registry, selection } = this.#options;
    const all = registry.records();
    const welcome = all.filter(({ status }) => status !== "revoked");
    const meant = await selection.choose(welcome, on);
    if (meant.ok && meant.value.length > 0) return meant.value;
    if (meant.ok) {
      throw new ApiFault(409, "There is no machine in this fleet yet");
    }
    const withRevoked = await selection.choose(all, on);
    if (!withRevoked.ok) throw refusalOf(meant.fault);
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
