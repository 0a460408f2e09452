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
import type { EnrolmentDesk } from "./enrolment_desk.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { Registry } from "./registry.ts";
import { matchMachine, matchWhere } from "./where.ts";
import { REVOKED } from "../orders/why_not.ts";

/** What the desk needs. */
export interface MachineDeskOptions {
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly dispatcher: Dispatcher;
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
  find(on: readonly string[]): MachineView[] {
    return this.#views(on.length === 0 ? ["all"] : on);
  }

  async approve(on: readonly string[]): Promise<MachineView[]> {
    const { enrolment, forgetSession, greet } = this.#options;
    const meant = this.#meant(on)
      .filter(({ status }) => status !== "approved");
    for (const { id } of await enrolment.approve(meant)) {
      forgetSession(id);
      greet(id);
    }
    return this.#views(on);
  }

  async revoke(on: readonly string[]): Promise<MachineView[]> {
    const { enrolment, dispatcher, forgetSession } = this.#options;
    const left = () =>
      this.#withFamilies(on).filter(({ status }) => status !== "revoked");
    // Again: one may have come in by the word of another in the meantime.
    for (let meant = left(); meant.length > 0; meant = left()) {
      const revoked = await enrolment.revoke(meant);
      await Promise.all(revoked.map(({ id }) => {
        forgetSession(id);
        return dispatcher.abandon(id, REVOKED);
      }));
    }
    const { registry } = this.#options;
    return this.#withFamilies(on).map((machine) => registry.view(machine));
  }

  async rename(machine: string, name: string): Promise<MachineView> {
    const { enrolment, registry } = this.#options;
    const renamed = await enrolment.rename(this.#one(machine), name);
    if (!renamed.ok) throw new ApiFault(409, renamed.fault);
    return registry.view(renamed.value);
  }

  #views(on: readonly string[]): MachineView[] {
    return this.#meant(on).map((machine) =>
      this.#options.registry.view(machine)
    );
  }

  /**
   * With those that have their key by the word of one of them: whoever copied
   * a machine's key must not stay when that machine goes.
   */
  #withFamilies(on: readonly string[]): MachineRecord[] {
    const { registry } = this.#options;
    const family = registry.familyOf(this.#meant(on).map(({ id }) => id));
    return registry.records().filter(({ id }) => family.has(id));
  }

  #meant(on: readonly string[]): MachineRecord[] {
    const meant = matchWhere(this.#options.registry.records(), on);
    if (meant.ok) return meant.value;
    throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
  }

  #one(word: string): MachineRecord {
    const meant = matchMachine(this.#options.registry.records(), word);
    if (meant.ok) return meant.value;
    throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
  }
}
