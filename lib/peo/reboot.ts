/**
 * Does this machine have to be started anew, and who asks for it? Debian's
 * convention: the file `/run/reboot-required` is there, and the packages that
 * made it are named in `/run/reboot-required.pkgs`, a line each. A package's
 * hook can ask in the same way. Elsewhere nobody tells.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import { isListable } from "./program.ts";

const FLAG_PATH = "/run/reboot-required";
const PACKAGES_PATH = "/run/reboot-required.pkgs";
const PACKAGES_BYTES_MAX = 65_536;

/** Names that are told; more are counted. */
const NAMES_MAX = 5;

/** Where nobody left his name. */
const SOMEBODY = "the system";

/** Who asks for a new start, `linux-image-6.1.0-27-amd64, libc6`; "": none. */
export async function readRebootWish(
  disk: Disk,
  system: string,
  root: string,
): Promise<string> {
  if (system !== "linux") return "";
  // A hint, never a reason for no list.
  const flag = await disk.stat(root + FLAG_PATH).catch(() => null);
  if (flag === null) return "";
  const bytes = await disk.readFile(root + PACKAGES_PATH, PACKAGES_BYTES_MAX)
    .catch(() => new Uint8Array());
  return whoAsks(fromUtf8(bytes) ?? "");
}

/** Of the file's lines; each name once, in the order of the alphabet. */
export function whoAsks(text: string): string {
  const lines = text.split("\n").map((line) => line.trim())
    .filter((line) => isListable(line, 64));
  const names = [...new Set(lines)].sort();
  if (names.length === 0) return SOMEBODY;
  const more = names.length - NAMES_MAX;
  return names.slice(0, NAMES_MAX).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}
