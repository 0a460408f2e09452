/**
 * What the owner does with the desired state: looks what a file would change,
 * and applies it.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import type { GroupBook } from "../groups/group_book.ts";
import type { Registry } from "../machines/registry.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import { isoOf } from "../shapes/moments.ts";
import type { ChangeView, StateView } from "../shapes/state_schema.ts";
import type { Writer } from "../store/store.ts";
import type { Difference } from "./compare.ts";
import { type DesiredGroup, EVERYBODY, readDesired } from "./desired.ts";
import type { StateKeeper } from "./state_keeper.ts";

/** What the desk needs. */
export interface StateDeskOptions {
  readonly clock: Clock;
  readonly writer: Writer;
  readonly keeper: StateKeeper;
  readonly registry: Pick<Registry, "get" | "stateOf">;
  readonly groups: Pick<GroupBook, "hasGroup" | "records">;
  readonly dispatcher: Pick<Dispatcher, "isUnderWay">;
}

/** Every method throws an `ApiFault` for what cannot be done. */
export class StateDesk {
  readonly #options: StateDeskOptions;

  constructor(options: StateDeskOptions) {
    this.#options = options;
  }

  /** What is kept, and what is not so yet. */
  async view(): Promise<StateView> {
    const { keeper } = this.#options;
    const { record } = keeper;
    const isKept = record !== null && record.text !== "";
    return {
      appliedAt: isKept ? isoOf(record.appliedMs) : null,
      text: record?.text ?? "",
      ...this.#viewOf(await keeper.differences(), true),
    };
  }

  /** What the text would change; nothing is changed. */
  async plan(text: string): Promise<StateView> {
    const desired = this.#read(text);
    const found = await this.#options.keeper.differences(desired);
    return { appliedAt: null, text, ...this.#viewOf(found, false) };
  }

  /** The text is what holds from now on. */
  async apply(text: string): Promise<StateView> {
    const desired = this.#read(text);
    const { keeper, writer, clock } = this.#options;
    const found = await keeper.differences(desired);
    const record = { text, appliedMs: clock.wallMs() };
    await writer.commit([{ kind: "desired", desired: record }]);
    keeper.take(record);
    return {
      ...{ appliedAt: isoOf(record.appliedMs), text },
      ...this.#viewOf(found, false),
    };
  }

  #read(text: string): DesiredGroup[] {
    const { groups } = this.#options;
    const read = readDesired(text);
    if (!read.ok) throw new ApiFault(400, `The file is wrong: ${read.fault}`);
    for (const { group } of read.value) {
      if (group === EVERYBODY || groups.hasGroup(group.toLowerCase())) continue;
      const near = nearest(group, groups.records().map(({ name }) => name));
      throw new ApiFault(
        404,
        `There is no group "${group}"${didYouMean(near)}; make it first: ` +
          `group new ${group}`,
        near,
      );
    }
    return read.value;
  }

  /** What is alike together; what is right last. */
  #viewOf(
    differences: readonly Difference[],
    isKept: boolean,
  ): Pick<StateView, "changes" | "machines"> {
    const { registry } = this.#options;
    const alike = new Map<string, ChangeView>();
    for (const one of differences) {
      const { action, name, to } = one;
      const from = action === "cannot" ? "" : one.from;
      const reason = isKept ? this.#reasonOf(one) : one.reason;
      const key = JSON.stringify([action, name, from, to, reason]);
      const view = alike.get(key) ??
        { ...{ action, name, from, to, reason }, machines: [] };
      view.machines.push(registry.get(one.machine)?.name ?? one.machine);
      alike.set(key, view);
    }
    const rank = (action: ChangeView["action"]) => action === "right" ? 1 : 0;
    const changes = [...alike.values()].sort((a, b) =>
      rank(a.action) - rank(b.action) || (a.name < b.name ? -1 : 1)
    );
    for (const { machines } of changes) machines.sort();
    const machines = new Set(differences.map(({ machine }) => machine)).size;
    return { changes, machines };
  }

  /** Why what is kept is not so yet. */
  #reasonOf({ machine, name, action, to, reason }: Difference): string {
    const { dispatcher, keeper, registry } = this.#options;
    const isOff = registry.stateOf(machine) !== "alive";
    if (action === "unknown" && isOff) return `${reason}; the machine is off`;
    if (action === "right" || reason !== "") return reason;
    if (dispatcher.isUnderWay(machine, name)) {
      return isOff ? "ordered; the machine is off" : "ordered";
    }
    const trial = keeper.trial(machine, name);
    if (trial === null || trial.to !== to) return "is ordered next";
    const { failures } = trial;
    const what = failures === 0
      ? "done, but its list does not say so"
      : failures === 1
      ? "failed once"
      : `failed ${failures} times`;
    return `${what}; again after ${isoOf(trial.notBeforeMs)}`;
  }
}
