/**
 * A machine's story: how it is, what waits for it and why, what was done, what
 * its list says. Everything that a person would look up one after the other.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { GroupBook } from "../groups/group_book.ts";
import type { Lists } from "../lists/lists.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import { viewAlone, viewTask } from "../orders/order_views.ts";
import type { Transfers } from "../orders/transfers.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { StoryView } from "../shapes/api_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import { isEnded } from "../shapes/task.ts";
import type { OpenTask, Store } from "../store/store.ts";
import type { MachineWindows } from "../windows/machine_windows.ts";
import type { MachineDesk } from "./machine_desk.ts";
import type { Registry } from "./registry.ts";
import { matchMachine } from "./where.ts";

/** What the desk needs. */
export interface StoryDeskOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, "tasksOf">;
  readonly registry: Pick<Registry, "records">;
  readonly machines: Pick<MachineDesk, "view">;
  readonly groups: Pick<GroupBook, "windowsOf">;
  readonly windows: MachineWindows;
  readonly lists: Pick<Lists, "held">;
  readonly transfers: Pick<Transfers, "bytesOf">;
  readonly dispatcher: Pick<Dispatcher, "behind">;
}

/** Orders that are looked at, and those that have ended that are told. */
const LOOKED_MAX = 1_000;
const ENDED_MAX = 10;

/** Tells stories. */
export class StoryDesk {
  readonly #options: StoryDeskOptions;

  constructor(options: StoryDeskOptions) {
    this.#options = options;
  }

  /** @throws {ApiFault} when no machine is called so. */
  async tell(word: string): Promise<StoryView> {
    const { clock, store, registry, machines, groups, windows, lists } =
      this.#options;
    const found = matchMachine(registry.records(), word);
    if (!found.ok) {
      throw new ApiFault(404, found.fault.error, found.fault.nearest);
    }
    const { id, name } = found.value;
    const all = await store.tasksOf(id, LOOKED_MAX);
    const open = all.filter(({ task }) => !isEnded(task)).reverse();
    const ended = all.filter(({ task }) => isEnded(task)).slice(0, ENDED_MAX);
    const told = (some: readonly OpenTask[]) =>
      some.map((one) => this.#chapter(one, name));
    const list = lists.held(id);
    return {
      machine: machines.view(found.value),
      windows: groups.windowsOf(id),
      opensAt: isoOf(windows.opensMs(id, clock.wallMs())),
      list: list === null ? null : {
        at: isoOf(list.atMs),
        confirmedAt: isoOf(list.confirmedMs),
        programs: list.programs,
        faults: [...list.faults],
      },
      open: told(open),
      ended: told(ended),
    };
  }

  #chapter({ order, task }: OpenTask, name: string) {
    const { id, sha256, size } = order;
    const { transfers, dispatcher } = this.#options;
    return {
      order: viewAlone(order, task),
      task: viewTask(task, name, {
        size,
        bytes: transfers.bytesOf(task.machine, sha256),
        behind: dispatcher.behind(task.machine, id),
      }),
    };
  }
}
