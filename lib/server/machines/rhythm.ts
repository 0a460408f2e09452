/**
 * The rhythm: a round of pings every so often, the count of who answered, and
 * a unicast ping to those who have missed too many (the seed's section 2).
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type {
  MachineId,
  Opening,
  Outcome as Ending,
  RoundTarget,
} from "../../sep/server_api.ts";
import type { ServerConfig } from "../config/config.ts";
import { NO_ROUNDS, noteRound, type Rounds, windowMs } from "./liveness.ts";
import type { Registry } from "./registry.ts";

/** What the rhythm needs. */
export interface RhythmOptions {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly log: Log;
  readonly rhythm: ServerConfig["rhythm"];
  targets(): RoundTarget[];
  round(targets: readonly RoundTarget[], windowMs: number): Promise<void>;
  converse(machine: MachineId, opening: Opening): Promise<Ending>;
}

/** Unicast pings at once: when a room is switched off, all miss together. */
const ASKED_AT_ONCE = 64;

/** Runs rounds until it is stopped. */
export class Rhythm {
  readonly #options: RhythmOptions;
  #rounds: Rounds = NO_ROUNDS;
  #cancel: Cancel = () => {};
  #isStopped = false;

  constructor(options: RhythmOptions) {
    this.#options = options;
  }

  /** The first round is at once. */
  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    const { clock, log, rhythm } = this.#options;
    const beganMs = clock.monotonicMs();
    let again = false;
    try {
      again = await this.#round();
    } catch (error) {
      log("error", "A round of pings failed", { error: sentenceOf(error) });
    }
    if (this.#isStopped) return;
    const tookMs = clock.monotonicMs() - beganMs;
    const delayMs = again ? 0 : Math.max(0, rhythm.pingEveryMs - tookMs);
    this.#cancel = clock.after(delayMs, () => void this.#run());
  }

  /** One round; true when another one shall follow at once. */
  async #round(): Promise<boolean> {
    const { registry, rhythm, targets, log } = this.#options;
    const waitMs = windowMs(this.#rounds, {
      ...rhythm,
      machines: registry.size,
    });
    await this.#options.round(targets(), waitMs);
    if (this.#isStopped) return false;
    const { found, expected, ask } = registry.countRound();
    const { rounds, again } = noteRound(this.#rounds, { found, expected });
    this.#rounds = rounds;
    log("debug", "A round of pings is over", { found, expected, waitMs });
    if (again) {
      log(
        "warning",
        "Far fewer machines answered than were alive; asking again",
        {
          found,
          expected,
        },
      );
    }
    // Not awaited: the next round must not come late because of the dead.
    void this.#askEach(ask);
    await registry.saveSeen().catch((error) =>
      log("error", "Cannot save when machines were seen", {
        error: sentenceOf(error),
      })
    );
    return again;
  }

  async #askEach(machines: readonly MachineId[]): Promise<void> {
    const left = [...machines];
    const ask = async () => {
      for (;;) {
        const machine = left.pop();
        if (machine === undefined || this.#isStopped) return;
        await this.#ask(machine);
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  }

  /** An answer reaches the registry by itself, as `heard`. */
  async #ask(machine: MachineId): Promise<void> {
    const { registry, log } = this.#options;
    const { kind } = await this.#options.converse(machine, { word: "ping" });
    // What ends because the server stops says nothing about the machine.
    if (this.#isStopped) return;
    const hasAnswered = kind === "alive" || kind === "session" ||
      kind === "refused";
    if (hasAnswered || !registry.silent(machine)) return;
    log("warning", "A machine is dead", {
      machine,
      name: registry.get(machine)?.name,
    });
  }
}
