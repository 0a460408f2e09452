/**
 * Processes that a hook left behind, found by the mark in their environment.
 * A signal reaches a process group; who left the group (setsid, a service that
 * was begun by hand) inherits the environment all the same, and the system
 * shows it to the administrator in `/proc`.
 *
 * What stays out of reach: a process that left the group and cleared its
 * environment; and, on a system without `/proc`, every process that left the
 * group.
 *
 * @module
 */

import type { Processes } from "../host/processes.ts";

/** The variable that carries the mark. */
export const MARK_VARIABLE = "FLOTTILLE_RUN";

const DEADLINE_MS = 10_000;
const OUTPUT_BYTES_MAX = 1_024;

/**
 * Looks again after killing, for what was begun meanwhile. The runtime may not
 * read `/proc` without every permission there is, so a shell does; it gets the
 * mark as an argument and never as its own text.
 */
const SCRIPT = `
for round in 1 2 3 4 5; do
  found=$(grep -lFs -e "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
  [ -n "$found" ] || exit 0
  kill -KILL $found 2>/dev/null
done
exit 1`;

/** The mark as it stands in the environment: no mark begins another. */
export function spellMark(mark: string): string {
  return `<${mark}>`;
}

/**
 * Kills what still runs of the hooks under this mark. After a crash of the
 * agent, too: its hooks go on without it. Only for a transaction that is being
 * taken back, for a service that a hook began under this mark ends with it.
 */
export async function endHooks(
  processes: Processes,
  mark: string,
): Promise<void> {
  const wanted = `${MARK_VARIABLE}=${spellMark(mark)}`;
  // Where there is no such shell there is no /proc either: nothing to do.
  await processes.run({
    command: ["/bin/sh", "-c", SCRIPT, "sh", wanted],
    environment: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
    deadlineMs: DEADLINE_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
}
