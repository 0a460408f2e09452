/**
 * When a machine may be worked on, by the windows of its groups. What was found
 * for some windows holds until they open or shut, for every machine that has
 * the same: a thousand machines of one room ask one question.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { type Opening, openingOf } from "./opening.ts";
import { parseWindow } from "./window.ts";

/** Sets of windows that are kept. */
const KEPT_MAX = 1_000;

/** What was found at a moment. */
interface Found {
  readonly atMs: number;
  readonly opening: Opening;
}

/** Looks up when machines may be worked on. */
export class MachineWindows {
  readonly #windowsOf: (machine: MachineId) => readonly string[];
  readonly #found = new Map<string, Found>();

  /** @param windowsOf The windows of the machine's groups; none: any time. */
  constructor(windowsOf: (machine: MachineId) => readonly string[]) {
    this.#windowsOf = windowsOf;
  }

  /**
   * When it may be worked on next: `nowMs` when it may now, null when no window
   * of its groups ever opens.
   */
  opensMs(machine: MachineId, nowMs: number): number | null {
    const texts = this.#windowsOf(machine);
    if (texts.length === 0) return nowMs;
    const opening = this.#openingOf(texts, nowMs);
    return opening.isOpen ? nowMs : opening.nextMs;
  }

  #openingOf(texts: readonly string[], nowMs: number): Opening {
    const key = texts.join("\n");
    const known = this.#found.get(key);
    if (known !== undefined && isFresh(known, nowMs)) return known.opening;
    const windows = texts.flatMap((text) => {
      const read = parseWindow(text);
      return read.ok ? [read.value] : [];
    });
    // Texts that cannot be read any more open nothing.
    const opening: Opening = windows.length === 0
      ? { isOpen: false, nextMs: null }
      : openingOf(windows, nowMs);
    if (this.#found.size >= KEPT_MAX) this.#found.clear();
    this.#found.set(key, { atMs: nowMs, opening });
    return opening;
  }
}

/** A clock that was put back makes it stale as well. */
function isFresh({ atMs, opening }: Found, nowMs: number): boolean {
  const untilMs = opening.isOpen ? opening.untilMs : opening.nextMs;
  return nowMs >= atMs && nowMs < (untilMs ?? Infinity);
}
