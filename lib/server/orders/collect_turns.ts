/**
 * When the task of a collect order may begin: a thousand machines that are
 * asked for their lists at once would all collect, and send, at once. Every
 * beginning counts, also one after a loss or after a machine was off.
 *
 * @module
 */

import type { Cancel } from "../../host/clock.ts";
import type { DispatcherOptions } from "./dispatcher_options.ts";
import type { Slot } from "./machine_queue.ts";
import { Spread } from "./spread.ts";

/**
 * Whose turn has come must begin within this time, or wait for another one: a
 * machine may have been busy, or off, for hours since.
 */
const TURN_MS = 1_000;

/** Gives the collect tasks their turns. */
export class CollectTurns {
  readonly #options: Pick<DispatcherOptions, "clock" | "randomness">;
  readonly #due: (slot: Slot) => void;
  readonly #spread: Spread<Slot>;
  /** When those were called who have not begun. */
  readonly #calledMs = new WeakMap<Slot, number>();
  #cancel: Cancel | null = null;

  /** `due` is told whose turn has come. */
  constructor(
    options: Pick<DispatcherOptions, "clock" | "randomness" | "limits">,
    due: (slot: Slot) => void,
  ) {
    this.#options = options;
    this.#due = due;
    this.#spread = new Spread(options.limits.collectsPerSecond);
  }

  /** May it begin? If not, it is not due before it is called. */
  mayBegin(slot: Slot): boolean {
    if (slot.order.verb !== "collect") return true;
    const calledMs = this.#calledMs.get(slot) ?? -Infinity;
    this.#calledMs.delete(slot);
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - calledMs <= TURN_MS) return true;
    slot.isDue = false;
    slot.isEager = false;
    this.#spread.join(slot);
    // Not within this call: who asks at the same moment takes part.
    this.#cancel ??= this.#options.clock.after(0, () => this.#call());
    return false;
  }

  close(): void {
    this.#cancel?.();
  }

  #call(): void {
    const { clock, randomness } = this.#options;
    this.#cancel = null;
    for (;;) {
      const nowMs = clock.monotonicMs();
      const turn = this.#spread.take(nowMs, randomness.fraction());
      if (turn.kind === "none") return;
      if (turn.kind === "wait") {
        this.#cancel = clock.after(turn.delayMs, () => this.#call());
        return;
      }
      // It may have been cancelled, or superseded, while it waited.
      if (turn.item.task.state !== "waiting") continue;
      this.#calledMs.set(turn.item, nowMs);
      this.#due(turn.item);
    }
  }
}
