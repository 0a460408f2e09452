/**
 * Which distribution this is, from os-release(5). Debian packages carry it in
 * their package URL, because a version number means something else on another
 * distribution.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import type { Distribution } from "./purl.ts";

/** Where os-release is; a link on most systems, which is followed. */
export const OS_RELEASE_PATH = "/etc/os-release";

const OS_RELEASE_BYTES_MAX = 65_536;

/** What os-release(5) has a reader assume when the file says nothing. */
export const UNKNOWN_DISTRIBUTION: Distribution = { id: "linux", version: "" };

/** The distribution, or the unknown one when the file cannot be read. */
export async function readDistribution(
  disk: Disk,
  path: string,
): Promise<Distribution> {
  try {
    const bytes = await disk.readFile(path, OS_RELEASE_BYTES_MAX);
    return parseOsRelease(fromUtf8(bytes) ?? "");
  } catch {
    // It is a hint beside the programs, never a reason to have no list.
    return UNKNOWN_DISTRIBUTION;
  }
}

/** Reads `ID`, `VERSION_ID` and, where there is none, `VERSION_CODENAME`. */
export function parseOsRelease(text: string): Distribution {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, quoted] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (key === undefined || quoted === undefined) continue;
    const value = unquote(quoted);
    if (isIdentifier(value)) values.set(key, value);
  }
  return {
    id: values.get("ID") ?? UNKNOWN_DISTRIBUTION.id,
    version: values.get("VERSION_ID") ?? values.get("VERSION_CODENAME") ?? "",
  };
}

function unquote(value: string): string {
  const [, , inside] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inside ?? value;
}

/** os-release(5) promises no other characters in these three values. */
function isIdentifier(value: string): boolean {
  return /^[a-z0-9._-]{1,64}$/.test(value);
}
