/**
 * A document of the server on its way to stdout or into a file: piece by
 * piece, and never half of it under the file's name.
 *
 * @module
 */

import type { Context } from "./command.ts";
import type { ExitName } from "./exit_codes.ts";
import { CliFailure } from "./failure.ts";
import { writeOutput } from "./output_file.ts";
import { listenForStop, type StopSignal } from "./stop_signal.ts";
import { showBytes } from "./units.ts";

/** Passes the bytes on; to stdout when `path` is not given. */
export async function passOn(
  context: Context,
  bytes: ReadableStream<Uint8Array>,
  path: string | undefined,
): Promise<ExitName> {
  const { host, output } = context;
  if (path === undefined) {
    // A reader that has seen enough (`head`) is no failure.
    await output.bytes(whole(bytes, null));
    return "ok";
  }
  const signal = listenForStop(host.terminal);
  try {
    const size = await writeOutput(host, path, whole(bytes, signal));
    output.note(`Wrote ${showBytes(size)} to ${path}`);
    return "ok";
  } finally {
    signal.release();
  }
}

/**
 * The same bytes, until somebody presses Ctrl-C; a server that goes away in
 * the middle is said so.
 */
async function* whole(
  bytes: ReadableStream<Uint8Array>,
  signal: StopSignal | null,
): AsyncGenerator<Uint8Array> {
  const reader = bytes.getReader();
  const cancel = () => reader.cancel().catch(() => {});
  const forget = signal?.atCount(1, () => void cancel());
  try {
    for (;;) {
      const { value } = await reader.read().catch(cut);
      if (signal !== null && signal.count > 0) {
        throw new CliFailure("interrupted", "Stopped; no file was written");
      }
      if (value === undefined) return;
      yield value;
    }
  } finally {
    forget?.();
    await cancel();
  }
}

function cut(cause: unknown): never {
  throw new CliFailure(
    "failed",
    "The server went away in the middle; what came is not whole",
    { advice: ["Start it again, and repeat the command"], cause },
  );
}
