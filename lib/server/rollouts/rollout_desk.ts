/**
 * Where rollouts are begun and looked at. What cannot be done on one of the
 * machines is refused before the first wave, as for any order.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Selection } from "../groups/selection.ts";
import type { OrderDesk } from "../orders/order_desk.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type {
  OrderBody,
  RolloutBody,
  RolloutView,
  Verb,
} from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { RolloutRecord, WaveRecord } from "../shapes/rollout.ts";
import type { Store, Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";
import { viewRollout } from "./rollout_views.ts";
import type { Rollouts } from "./rollouts.ts";
import { WaveTasks, type WaveTasksOptions } from "./wave_tasks.ts";
import { allowancesOf, faultOfWaves, readSize } from "./waves.ts";

/** What the desk needs. */
export interface RolloutDeskOptions {
  readonly clock: Clock;
  readonly store:
    & WaveTasksOptions["store"]
    & Pick<Store, "rollouts" | "rollout" | "rolloutMachines">;
  readonly writer: Writer;
  readonly orders: Pick<OrderDesk, "draft">;
  readonly registry: WaveTasksOptions["registry"] & {
    get(machine: string): MachineRecord | null;
  };
  readonly selection: Pick<Selection, "demand">;
  readonly rollouts: Pick<Rollouts, "take" | "tell">;
}

/** Questions have nothing to roll out. */
const ASKS: ReadonlySet<Verb> = new Set<Verb>(["has", "collect"]);

/** Every method throws an `ApiFault` for what cannot be done. */
export class RolloutDesk {
  readonly #options: RolloutDeskOptions;
  readonly #tasks: WaveTasks;
  /** One begins at a time: each has the next number. */
  readonly #turns = new Turns();

  constructor(options: RolloutDeskOptions) {
    this.#options = options;
    this.#tasks = new WaveTasks(options);
  }

  /** Begins one; its first wave follows at once. */
  async begin(body: RolloutBody): Promise<RolloutView> {
    const { orders, registry, writer, store, rollouts } = this.#options;
    const { order } = body;
    if (ASKS.has(order.verb)) {
      throw new ApiFault(400, `To ${order.verb} needs no waves`);
    }
    const waves = wavesOf(body);
    const draft = await orders.draft(order);
    if (draft === undefined) throw new ApiFault(409, "There is nothing to do");
    const machines = draft.tasks.map(({ machine }) => machine);
    await this.#demandWaves(
      waves,
      machines.flatMap((id) => registry.get(id) ?? []),
    );
    const record = await this.#turns.take("", async () => {
      const id = ((await store.rollouts(1))[0]?.id ?? 0) + 1;
      const { version, expiresMs, deadlineMs = null } = draft.order;
      const rollout = this.#recordOf(body, {
        ...{ id, waves, version, expiresMs, deadlineMs },
      });
      await writer.commit([{ kind: "rollout", rollout, machines }]);
      return rollout;
    });
    rollouts.take(record);
    return await this.#viewOf(record);
  }

  /** The last ones, newest first. */
  async last(countMax: number): Promise<RolloutView[]> {
    const views: RolloutView[] = [];
    for (const record of await this.#options.store.rollouts(countMax)) {
      views.push(await this.#viewOf(record));
    }
    return views;
  }

  /** One of them. */
  async view(id: number): Promise<RolloutView> {
    const record = await this.#options.store.rollout(id);
    if (record === null) throw new ApiFault(404, `There is no rollout ${id}`);
    return await this.#viewOf(record);
  }

  /** It rests, ends or goes on. */
  async tell(
    id: number,
    word: "pause" | "stop" | "resume",
  ): Promise<RolloutView> {
    return await this.#viewOf(await this.#options.rollouts.tell(id, word));
  }

  async #viewOf(record: RolloutRecord): Promise<RolloutView> {
    const { store, registry } = this.#options;
    return viewRollout(record, {
      last: await this.#tasks.last(record),
      machines: (await store.rolloutMachines(record.id)).length,
      isThere: (machine) => registry.stateOf(machine) === "alive",
      nameOf: (machine) => registry.get(machine)?.name ?? machine,
    });
  }

  /** A selector that is mistaken is one before anything has begun. */
  async #demandWaves(
    waves: readonly WaveRecord[],
    machines: readonly MachineRecord[],
  ): Promise<void> {
    for (const { size } of waves) {
      const read = readSize(size);
      if (read.kind !== "where") continue;
      await this.#options.selection.demand(machines, [read.where]);
    }
  }

  #recordOf(
    { order, soakS, wake = false }: RolloutBody,
    settled:
      & Pick<
        RolloutRecord,
        "id" | "waves" | "expiresMs" | "deadlineMs"
      >
      & { readonly version: string },
  ): RolloutRecord {
    const { version, ...more } = settled;
    const { on, anytime = false } = order;
    return {
      ...more,
      order: whatOf(order, version),
      ...{ state: "running", reason: "", on, anytime, wake },
      createdMs: this.#options.clock.wallMs(),
      soakMs: soakS * 1_000,
    };
  }
}

/** The same version in each wave, whatever is published meanwhile. */
function whatOf(
  { verb, name, version }: OrderBody,
  settled: string,
): RolloutRecord["order"] {
  const isOpen = version === undefined &&
    (verb === "remove" || verb === "rollback");
  return {
    verb,
    ...(name === undefined ? {} : { name }),
    ...(isOpen ? {} : { version: settled }),
  };
}

function wavesOf({ waves, mayFail }: RolloutBody): WaveRecord[] {
  const wrong = faultOfWaves(waves);
  if (wrong !== null) throw new ApiFault(400, wrong);
  const allowed = allowancesOf(mayFail, waves.length);
  if (!allowed.ok) throw new ApiFault(400, allowed.fault);
  return waves.map((size, at) => ({
    ...{ size, mayFail: allowed.value[at] ?? "0" },
    ...{ orders: [], first: [], startedMs: null, passedMs: null },
  }));
}
