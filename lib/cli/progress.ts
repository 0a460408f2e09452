/**
 * The progress bar of long work, drawn on stderr of a terminal and nowhere
 * else: a log file or cron's mail must not fill with it.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Terminal } from "../host/terminal.ts";
import { printable } from "./printable.ts";
import { fitted, textWidth } from "./text_width.ts";

/** What a bar shows. */
export interface BarState {
  /** What is being done: "Packing". */
  readonly label: string;
  readonly done: number;
  /** 0 when nobody knows it yet. */
  readonly total: number;
  /** What stands behind the bar: "12.3 MB of 1.0 GB". */
  readonly detail: string;
}

const BAR_COLUMNS_MAX = 40;
const BAR_COLUMNS_MIN = 8;

/** The bar in at most `columns` columns: `Packing [####....]  50 %  detail`. */
export function barLine(state: BarState, columns: number): string {
  const label = printable(state.label);
  const detail = printable(state.detail);
  const share = state.total <= 0
    ? 0
    : Math.min(1, Math.max(0, state.done / state.total));
  // Rounded down: 100 % is the end and nothing before it.
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const around = textWidth(label) + textWidth(detail) + percent.length + 6;
  const room = Math.min(BAR_COLUMNS_MAX, columns - around);
  if (room < BAR_COLUMNS_MIN) {
    return fitted(`${label} ${percent}  ${detail}`, columns);
  }
  const full = Math.floor(share * room);
  const bar = "#".repeat(full) + ".".repeat(room - full);
  return `${label} [${bar}] ${percent}  ${detail}`.trimEnd();
}

/** A bar that is being drawn. */
export interface Progress {
  /** Draws the state, unless the last drawing was a moment ago. */
  show(state: BarState): void;
  /** Takes the bar away so that a line can be printed; `show` brings it back. */
  clear(): void;
}

/** Ten times a second is fluent to the eye and cheap to draw. */
const DRAW_EVERY_MS = 100;

const CLEAR_LINE = "\r\x1b[K";

/** A bar on stderr; one that draws nothing when stderr is no terminal. */
export function openProgress(terminal: Terminal, clock: Clock): Progress {
  if (!terminal.interactiveError) return { show() {}, clear() {} };
  let drawnAtMs = -Infinity;
  let isDrawn = false;
  return {
    show(state) {
      const nowMs = clock.monotonicMs();
      if (isDrawn && nowMs - drawnAtMs < DRAW_EVERY_MS) return;
      drawnAtMs = nowMs;
      isDrawn = true;
      // The last column stays free: some terminals wrap when it is written.
      const line = barLine(state, terminal.columns() - 1);
      terminal.writeError(CLEAR_LINE + line);
    },
    clear() {
      if (isDrawn) terminal.writeError(CLEAR_LINE);
      isDrawn = false;
    },
  };
}
