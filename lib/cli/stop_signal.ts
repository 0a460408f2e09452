/**
 * Ctrl-C, or the service manager's SIGTERM, for a command that has something
 * to finish first.
 *
 * @module
 */

import type { Cancel } from "../host/clock.ts";
import type { Terminal } from "../host/terminal.ts";

/** What comes from the keyboard. */
export interface StopSignal {
  /** How many signals came. */
  readonly count: number;
  /**
   * Calls `then` once, at the signal that makes it `count` of them; at once
   * when they have come already.
   */
  atCount(count: number, then: () => void): Cancel;
  /** Stops listening; signals then end the process as usual. */
  release(): void;
}

/** Listens for signals until it is released. */
export function listenForStop(terminal: Terminal): StopSignal {
  const waiting = new Set<{ count: number; then: () => void }>();
  let count = 0;
  const release = terminal.onStop(() => {
    count++;
    for (const one of [...waiting]) {
      if (one.count > count) continue;
      waiting.delete(one);
      one.then();
    }
  });
  return {
    get count() {
      return count;
    },
    atCount(wanted, then) {
      if (count >= wanted) {
        then();
        return () => {};
      }
      const one = { count: wanted, then };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    release,
  };
}

/** Resolves at the first signal (or the one of that number). */
export function stopped(signal: StopSignal, count = 1): Promise<void> {
  return new Promise((resolve) => void signal.atCount(count, resolve));
}
