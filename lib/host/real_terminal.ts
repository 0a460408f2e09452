/**
 * The terminal this process was started from.
 *
 * @module
 */

import type { Terminal } from "./terminal.ts";

const COLUMNS_UNKNOWN = 80;

/** The terminal of this process. */
export function realTerminal(): Terminal {
  return {
    write: (text) => writeAll(Deno.stdout, text),
    writeError(text) {
      try {
        writeAll(Deno.stderr, text);
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
    onStop,
  };
}

/** Writes all of the text; a reader that has gone away is no fault of ours. */
function writeAll(
  to: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(to.writeSync(rest));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || COLUMNS_UNKNOWN;
  } catch {
    return COLUMNS_UNKNOWN; // Not a terminal.
  }
}

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
