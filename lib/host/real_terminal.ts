/**
 * The terminal this process was started from.
 *
 * @module
 */

import { HiddenLine } from "./hidden_line.ts";
import type { Terminal } from "./terminal.ts";

const COLUMNS_UNKNOWN = 80;
const ROWS_UNKNOWN = 24;

/** The terminal of this process. */
export function realTerminal(): Terminal {
  return {
    write: (text) => void writeText(Deno.stdout, text),
    writeBytes: (bytes) => writeAll(Deno.stdout, bytes),
    writeError(text) {
      try {
        writeText(Deno.stderr, text);
      } catch {
        // A full disk, a terminal that hung up: a line that cannot be written
        // is lost, and never ends what it tells of.
      }
    },
    // `Deno.noColor` is NO_COLOR (https://no-color.org), read by the runtime
    // itself, so that no permission for the environment is needed.
    interactive: Deno.stdout.isTerminal() && !Deno.noColor,
    interactiveError: Deno.stderr.isTerminal() && !Deno.noColor,
    columns,
    rows,
    readHidden,
    onStop,
  };
}

interface Writer {
  writeSync(bytes: Uint8Array): number;
}

function writeText(to: Writer, text: string): void {
  writeAll(to, new TextEncoder().encode(text));
}

/**
 * Writes all of it. False when the reader has gone away, which is no fault of
 * ours.
 */
function writeAll(to: Writer, bytes: Uint8Array): boolean {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(to.writeSync(rest));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || COLUMNS_UNKNOWN;
  } catch {
    return COLUMNS_UNKNOWN; // Not a terminal.
  }
}

function rows(): number {
  try {
    return Deno.consoleSize().rows || ROWS_UNKNOWN;
  } catch {
    return ROWS_UNKNOWN; // Not a terminal.
  }
}

const readHidden: Terminal["readHidden"] = async (prompt) => {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
  writeText(Deno.stderr, prompt);
  // Raw: the keys come one by one, and the terminal shows none of them.
  Deno.stdin.setRaw(true);
  try {
    const line = new HiddenLine();
    const keys = new Uint8Array(256);
    while (line.state === "open") {
      const count = await Deno.stdin.read(keys);
      if (count === null) line.cancel();
      else line.type(keys.subarray(0, count));
    }
    if (line.state === "whole") return line.text();
    throw new Deno.errors.Interrupted("Stopped while a line was asked for");
  } finally {
    Deno.stdin.setRaw(false);
    writeText(Deno.stderr, "\n");
  }
};

const onStop: Terminal["onStop"] = (then) => {
  // Windows knows no SIGTERM, and the runtime refuses to listen for it.
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  const listeners = signals.map((signal) => {
    const listener = () => then(signal);
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => listeners.forEach((remove) => remove());
};
