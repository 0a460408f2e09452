/**
 * A terminal that keeps what is written to it, and whose person presses Ctrl-C
 * when the test says so.
 */

import type { Terminal } from "../../lib/host/terminal.ts";

/** A terminal for tests. */
export interface FakeTerminal extends Terminal {
  stdout(): string;
  stderr(): string;
  /** Ctrl-C; true when anybody listened. */
  interrupt(): boolean;
  /** Listeners for signals that are still there. */
  listeners(): number;
}

/** In a pipe unless `interactive`; 80 columns unless told. */
export function fakeTerminal(
  { interactive = false, columns = 80 }: {
    readonly interactive?: boolean;
    readonly columns?: number;
  } = {},
): FakeTerminal {
  let out = "";
  let err = "";
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  return {
    interactive,
    interactiveError: interactive,
    columns: () => columns,
    write: (text) => void (out += text),
    writeError: (text) => void (err += text),
    onStop(then) {
      listeners.add(then);
      return () => void listeners.delete(then);
    },
    stdout: () => out,
    stderr: () => err,
    interrupt() {
      for (const then of [...listeners]) then("SIGINT");
      return listeners.size > 0;
    },
    listeners: () => listeners.size,
  };
}
