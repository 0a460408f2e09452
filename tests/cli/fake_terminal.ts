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

/**
 * In a pipe unless `interactive`; 80 columns unless told; whoever sits there
 * types the lines of `hidden`, one for each question.
 */
export function fakeTerminal(
  { interactive = false, columns = 80, hidden = [], readsBytes = Infinity }: {
    readonly interactive?: boolean;
    readonly columns?: number;
    readonly hidden?: readonly string[];
    /** Bytes after which whoever reads `writeBytes` goes away. */
    readonly readsBytes?: number;
  } = {},
): FakeTerminal {
  let out = "";
  const decoder = new TextDecoder();
  let room = readsBytes;
  let err = "";
  const typed = [...hidden];
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  return {
    interactive,
    interactiveError: interactive,
    columns: () => columns,
    rows: () => 24,
    write: (text) => void (out += text),
    writeBytes(bytes) {
      const taken = bytes.subarray(0, room);
      room -= taken.length;
      out += decoder.decode(taken, { stream: true });
      return taken.length === bytes.length;
    },
    writeError: (text) => void (err += text),
    readHidden(prompt) {
      const line = typed.shift();
      if (line === undefined) return Promise.resolve(null);
      err += `${prompt}\n`;
      return Promise.resolve(line);
    },
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
