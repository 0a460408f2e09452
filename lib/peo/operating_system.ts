/**
 * What the machine runs, by the name that lists give it: Linux distributions
 * tell it in os-release(5), macOS in a property list of its own.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import { OS_RELEASE_PATH, readDistribution } from "./os_release.ts";
import type { Distribution } from "./purl.ts";

const MACOS_VERSION_PATH = "/System/Library/CoreServices/SystemVersion.plist";

const MACOS_VERSION_BYTES_MAX = 65_536;

/** The operating system; its version is empty where no file tells it. */
export async function readOperatingSystem(
  disk: Disk,
  system: string,
  root: string,
): Promise<Distribution> {
  if (system === "windows") return { id: "windows", version: "" };
  if (system !== "darwin") {
    return await readDistribution(disk, root + OS_RELEASE_PATH);
  }
  const path = root + MACOS_VERSION_PATH;
  try {
    const bytes = await disk.readFile(path, MACOS_VERSION_BYTES_MAX);
    return { id: "macos", version: macosVersion(fromUtf8(bytes) ?? "") };
  } catch {
    return { id: "macos", version: "" }; // A hint, never a reason for no list.
  }
}

/** The version in macOS's property list, in XML; empty when it is not there. */
export function macosVersion(text: string): string {
  const [, version = ""] =
    /<key>ProductVersion<\/key>\s*<string>([0-9.]{1,64})<\/string>/.exec(
      text,
    ) ?? [];
  return version;
}
