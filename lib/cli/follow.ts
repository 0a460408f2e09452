/**
 * `--wait`: looks at an order again and again until each of its tasks has
 * ended, the time is up, or the person presses Ctrl-C. The order itself lives
 * in the server and goes on whatever happens here.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { OrderView, TaskView } from "../server/shapes/api_schema.ts";
import { CliFailure } from "./failure.ts";
import type { StopSignal } from "./stop_signal.ts";

/** Why the following ended. */
export type FollowEnd = "ended" | "timeout" | "interrupted" | "in vain";

/** What is followed, and how. */
export interface FollowOptions {
  readonly clock: Clock;
  /** The order as it is now, with its tasks. */
  readonly look: () => Promise<OrderView>;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** Ctrl-C: the person wants to go. */
  readonly signal: StopSignal;
  /** Is there no use in waiting for these? Asked after each look. */
  readonly isInVain?: (open: readonly TaskView[]) => Promise<boolean>;
  /** Called after each look, with the tasks that ended since the last one. */
  readonly onLook: (order: OrderView, ended: readonly TaskView[]) => void;
}

/** How often the server is asked. */
export const LOOK_EVERY_MS = 250;

/** A server that is restarted is waited for this long. */
export const ABSENCE_MS_MAX = 30_000;

const ENDED: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/** True when nothing more will happen to the task. */
export function hasEnded(task: TaskView): boolean {
  return ENDED.has(task.state);
}

/** Follows an order; the order is as it was at the last look. */
export async function followOrder(
  options: FollowOptions,
): Promise<{ order: OrderView; end: FollowEnd }> {
  const { clock, timeoutMs, signal } = options;
  const { isInVain = () => Promise.resolve(false) } = options;
  const startMs = clock.monotonicMs();
  const isOver = () =>
    timeoutMs !== null && clock.monotonicMs() - startMs >= timeoutMs;
  const told = new Set<string>();
  for (;;) {
    const order = await lookPatiently(options, options.look);
    const tasks = order.tasks ?? [];
    const ended = tasks.filter((task) =>
      hasEnded(task) && !told.has(task.machine)
    );
    for (const { machine } of ended) told.add(machine);
    options.onLook(order, ended);
    if (tasks.every(hasEnded)) return { order, end: "ended" };
    if (signal.count > 0) return { order, end: "interrupted" };
    if (isOver()) return { order, end: "timeout" };
    if (await isInVain(tasks.filter((task) => !hasEnded(task)))) {
      return { order, end: "in vain" };
    }
    await pause(clock, signal);
  }
}

/** Looks, and looks again while a server that was there is away. */
export async function lookPatiently<T>(
  { clock, signal }: Pick<FollowOptions, "clock" | "signal">,
  look: () => Promise<T>,
): Promise<T> {
  const awaySinceMs = clock.monotonicMs();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const isAway = error instanceof CliFailure && error.exit === "notRunning";
      const awayMs = clock.monotonicMs() - awaySinceMs;
      if (!isAway || awayMs >= ABSENCE_MS_MAX || signal.count > 0) throw error;
      await pause(clock, signal);
    }
  }
}

/** Waits until the next look, but not longer than until a signal. */
export function pause(clock: Clock, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    let forget = () => {};
    const cancel = clock.after(LOOK_EVERY_MS, () => {
      forget();
      resolve();
    });
    forget = signal.atCount(1, () => {
      cancel();
      resolve();
    });
  });
}
