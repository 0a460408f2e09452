/**
 * The machines of a rollout and of its waves, as they are now.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { Selection } from "../groups/selection.ts";
import type { MachineState } from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import type { Store } from "../store/store.ts";
import { chooseWave, isIdleWith } from "./choose_wave.ts";
import { readSize } from "./waves.ts";

/** What choosing needs. */
export interface RolloutMachinesOptions {
  readonly store: Pick<Store, "held" | "rolloutMachines">;
  readonly registry: {
    get(machine: MachineId): MachineRecord | null;
    stateOf(machine: MachineId): MachineState | null;
  };
  readonly selection: Pick<Selection, "demand">;
}

/** Chooses machines. */
export class RolloutMachines {
  readonly #options: RolloutMachinesOptions;

  constructor(options: RolloutMachinesOptions) {
    this.#options = options;
  }

  /**
   * The machines of a wave; `taken` were in waves before.
   *
   * @throws {ApiFault} when the wave's selector means nobody any more.
   */
  async ofWave(
    { id, order, waves }: RolloutRecord,
    wave: number,
    taken: ReadonlySet<MachineId>,
  ): Promise<MachineRecord[]> {
    const { store, registry } = this.#options;
    const machines = await store.rolloutMachines(id);
    const size = readSize(waves[wave]?.size ?? "100%");
    const held = new Map(
      (await store.held(order.name === undefined ? [] : [order.name]))
        .map(({ machine, version }) => [machine, version]),
    );
    const chosen = chooseWave({
      ...{ rollout: id, size, machines, taken },
      meant: size.kind === "where"
        ? await this.#meant(machines, size.where)
        : null,
      isIdle: (machine) => isIdleWith(order, held.get(machine) ?? null),
      isThere: (machine) => registry.stateOf(machine) === "alive",
    });
    return this.known(chosen);
  }

  /** Those that may still be worked on. */
  known(machines: readonly MachineId[]): MachineRecord[] {
    return machines.flatMap((id) => this.#options.registry.get(id) ?? [])
      .filter(({ status }) => status !== "revoked");
  }

  async #meant(
    machines: readonly MachineId[],
    where: string,
  ): Promise<Set<MachineId>> {
    const { selection } = this.#options;
    const meant = await selection.demand(this.known(machines), [where]);
    return new Set(meant.map(({ id }) => id));
  }
}
