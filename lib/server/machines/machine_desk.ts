/**
 * What the owner does with machines: looks at them, approves, revokes and
 * renames them. It joins the registry to what must happen
 * elsewhere when a decision falls: sessions end, orders are given up.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { MachineView } from "../shapes/api_schema.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import type { Lists } from "../lists/lists.ts";
import type { EnrolmentDesk } from "./enrolment_desk.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { Registry } from "./registry.ts";
import { matchMachine } from "./where.ts";
import type { GroupBook } from "../groups/group_book.ts";
import type { Selection } from "../groups/selection.ts";
import { ALL } from "../selectors/selector.ts";
import { REVOKED } from "../orders/why_not.ts";

/** What the desk needs. */
export interface MachineDeskOptions {
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly dispatcher: Dispatcher;
  readonly groups: GroupBook;
  readonly selection: Selection;
  readonly lists: Pick<Lists, "held">;
  /** The machine must introduce itself anew. */
  forgetSession(machine: MachineId): void;
  /** Pings it by unicast, so that it does so at once. */
  greet(machine: MachineId): void;
}

/** Every method throws an `ApiFault` for what cannot be done. */
export class MachineDesk {
  readonly #options: MachineDeskOptions;

  constructor(options: MachineDeskOptions) {
    this.#options = options;
  }

  /** The machines that are meant; all of them without a WHERE. */
  find(on: readonly string[]): Promise<MachineView[]> {
    return this.#views(on.length === 0 ? [ALL] : on);
  }

  async approve(on: readonly string[]): Promise<MachineView[]> {
    const { enrolment, forgetSession, greet } = this.#options;
    const meant = await this.#meant(on);
    const left = meant.filter(({ status }) => status !== "approved");
    for (const { id } of await enrolment.approve(left)) {
      forgetSession(id);
      greet(id);
    }
    return this.#viewsOf(meant);
  }

  async revoke(on: readonly string[]): Promise<MachineView[]> {
    const { enrolment, dispatcher, forgetSession } = this.#options;
    // Who is meant is asked once: a rule may mean others when it is done.
    const asked = await this.#meant(on);
    const left = () =>
      this.#withFamilies(asked).filter(({ status }) => status !== "revoked");
    // Again: one may have come in by the word of another in the meantime.
    for (let meant = left(); meant.length > 0; meant = left()) {
      const revoked = await enrolment.revoke(meant);
      await Promise.all(revoked.map(({ id }) => {
        forgetSession(id);
        return dispatcher.abandon(id, REVOKED);
      }));
    }
    return this.#viewsOf(this.#withFamilies(asked));
  }

  async rename(machine: string, name: string): Promise<MachineView> {
    const { enrolment } = this.#options;
    const renamed = await enrolment.rename(this.#one(machine), name);
    if (!renamed.ok) throw new ApiFault(409, renamed.fault);
    return this.view(renamed.value);
  }

  /** The machine, with what the owner has said of it. */
  view(machine: MachineRecord): MachineView {
    const { registry, groups, lists } = this.#options;
    const { rebootFor = "" } = lists.held(machine.id) ?? {};
    return {
      ...registry.view(registry.get(machine.id) ?? machine),
      groups: groups.groupsOf(machine.id),
      tags: [...groups.tagsOf(machine.id)],
      ...(rebootFor === "" ? {} : { rebootFor }),
    };
  }

  async #views(on: readonly string[]): Promise<MachineView[]> {
    return this.#viewsOf(await this.#meant(on));
  }

  #viewsOf(machines: readonly MachineRecord[]): MachineView[] {
    return machines.map((machine) => this.view(machine));
  }

  /**
   * With those that have their key by the word of one of them: whoever copied
   * a machine's key must not stay when that machine goes.
   */
  #withFamilies(asked: readonly MachineRecord[]): MachineRecord[] {
    const { registry } = this.#options;
    const family = registry.familyOf(asked.map(({ id }) => id));
    return registry.records().filter(({ id }) => family.has(id));
  }

  #meant(on: readonly string[]): Promise<MachineRecord[]> {
    const { registry, selection } = this.#options;
    return selection.demand(registry.records(), on);
  }

  #one(word: string): MachineRecord {
    const meant = matchMachine(this.#options.registry.records(), word);
    if (meant.ok) return meant.value;
    throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
  }
}
