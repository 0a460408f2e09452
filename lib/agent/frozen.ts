/**
 * Disks that forget: a machine whose disk is frozen, or that runs from a live
 * image, comes back at each boot as it was. If it has a key by then, it is the
 * same machine again; if not, it is another one at each boot.
 *
 * @module
 */

import type { Log } from "../host/log.ts";
import type { Processes } from "../host/processes.ts";
import { fromUtf8 } from "../trust/bytes.ts";

const DEADLINE_MS = 5_000;
const OUTPUT_BYTES_MAX = 256;

/** As `stat` calls them. */
const FORGETFUL = ["overlayfs", "aufs", "tmpfs", "ramfs"];

/** As long as a line of the log may be. */
const LINE =
  "This disk may forget everything at the next boot, and the machine would " +
  "be a new one each time: let it join before its disk is frozen, or put " +
  "--state on one that stays";

/**
 * The kind of the file system, when it is one that forgets; null otherwise, and
 * where nobody can tell (a disk that is frozen below its file system).
 */
export async function forgetfulKind(
  { processes }: { readonly processes: Pick<Processes, "run"> },
  directory: string,
): Promise<string | null> {
  const { code, stdout } = await processes.run({
    command: ["stat", "-f", "-c", "%T", directory],
    environment: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    deadlineMs: DEADLINE_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
  const kind = (fromUtf8(stdout) ?? "").trim();
  return code === 0 && FORGETFUL.includes(kind) ? kind : null;
}

/** For a machine that has not joined yet: one that has comes back as itself. */
export async function warnOfFrozen(
  host: { readonly processes: Pick<Processes, "run"> },
  directory: string,
  log: Log,
): Promise<void> {
  const kind = await forgetfulKind(host, directory);
  if (kind !== null) log("warning", LINE, { kind, directory });
}
