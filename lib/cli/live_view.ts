/**
 * Lines in a terminal that are drawn again and again in the same place, until
 * there is no more to see or the person presses Ctrl-C.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Terminal } from "../host/terminal.ts";
import { lookPatiently, pause } from "./follow.ts";
import { listenForStop } from "./stop_signal.ts";

/** What is to be seen at a moment. */
export interface Frame {
  /** Each at most as wide as the terminal, and harmless to it. */
  readonly lines: readonly string[];
  /** Nothing will change any more. */
  readonly isOver: boolean;
}

/** Shows frames; true when it was over, false when the person left. */
export async function showLive(
  { terminal, clock }: { readonly terminal: Terminal; readonly clock: Clock },
  look: () => Promise<Frame>,
): Promise<boolean> {
  const signal = listenForStop(terminal);
  let drawn = 0;
  try {
    for (;;) {
      const { lines, isOver } = await lookPatiently({ clock, signal }, look);
      // The last frame stays, whole; others must not be higher than the screen.
      const shown = isOver ? lines : fitted(lines, terminal.rows() - 1);
      terminal.write(redraw(drawn, shown));
      drawn = shown.length;
      if (isOver) return true;
      if (signal.count > 0) return false;
      await pause(clock, signal);
    }
  } finally {
    signal.release();
  }
}

/** Up to the first line of before, and all of it anew, without a flicker. */
export function redraw(drawn: number, lines: readonly string[]): string {
  const up = drawn === 0 ? "" : `\x1b[${drawn}A\r`;
  const text = lines.map((line) => `${line}\x1b[K\n`).join("");
  return `${up}${text}${drawn > lines.length ? "\x1b[J" : ""}`;
}

function fitted(lines: readonly string[], max: number): readonly string[] {
  if (lines.length <= max) return lines;
  const shown = lines.slice(0, Math.max(0, max - 1));
  return [...shown, `... and ${lines.length - shown.length} more lines`];
}
