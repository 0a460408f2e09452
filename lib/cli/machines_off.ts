/**
 * Whether it is worth waiting for the machines that have not answered: those
 * that are off cost a cron job its whole time, and come back when they come.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type {
  MachineState,
  MachineView,
  TaskView,
} from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import { CliFailure } from "./failure.ts";
import { LOCAL_ZONE, showLocal } from "./local_time.ts";

/** How often the server is asked how its machines are. */
const LOOK_EVERY_MS = 1_000;

/**
 * A server that has just started takes all machines for dead until they have
 * answered its first round of pings, which lasts 7 s by default.
 */
const SERVER_AGE_MS_MIN = 20_000;

/** Why a machine is not asked, and when it will be. */
const WHY: Readonly<
  Record<Exclude<MachineState, "alive">, readonly [string, string]>
> = {
  dead: ["it is off", "when it is back"],
  pending: ["the owner has not approved it", "when it is approved"],
  revoked: ["it is revoked", "when it is approved again"],
  conflict: ["its key was seen in two places", "when that is over"],
};

/** What is known of the machines that are waited for. */
export class MachinesOff {
  readonly #client: Pick<ApiClient, "machines" | "status">;
  readonly #clock: Clock;
  #lookAtMs = -Infinity;
  #isServerNew = true;
  #machines: ReadonlyMap<string, MachineView> = new Map();

  constructor(client: Pick<ApiClient, "machines" | "status">, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** True when none of these tasks can end before its machine is back. */
  async areAll(open: readonly TaskView[]): Promise<boolean> {
    if (open.length === 0) return false;
    // What runs is spoken to at this moment, whatever was thought of it.
    if (open.some(({ state }) => state !== "waiting")) return false;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookAtMs >= LOOK_EVERY_MS) {
      this.#lookAtMs = nowMs;
      await this.#look();
    }
    return !this.#isServerNew &&
      open.every(({ machine }) => this.#stateOf(machine) !== "alive");
  }

  /** `waiting: it is off since ...`; null for a machine that is not off. */
  wordsOf({ machine }: TaskView): string | null {
    const state = this.#stateOf(machine);
    if (state === "alive") return null;
    const [why, then] = WHY[state];
    const lastSeen = this.#machines.get(machine)?.lastSeen ?? null;
    const since = state !== "dead" || lastSeen === null
      ? ""
      : ` since ${showLocal(Date.parse(lastSeen), LOCAL_ZONE)}`;
    return `waiting: ${why}${since}; it will be asked ${then}`;
  }

  async #look(): Promise<void> {
    try {
      const { startedAt } = await this.#client.status();
      const { machines } = await this.#client.machines([]);
      this.#machines = new Map(machines.map((one) => [one.id, one]));
      const ageMs = this.#clock.wallMs() - Date.parse(startedAt);
      this.#isServerNew = ageMs >= 0 && ageMs < SERVER_AGE_MS_MIN;
    } catch (error) {
      // Whoever follows the order waits for a server that is started again.
      const isAway = error instanceof CliFailure && error.exit === "notRunning";
      if (!isAway) throw error;
      this.#isServerNew = true;
    }
  }

  /** Of a machine that is not known: nothing is thought of it. */
  #stateOf(machine: string): MachineState {
    return this.#machines.get(machine)?.state ?? "alive";
  }
}
