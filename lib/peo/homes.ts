/**
 * Where the people of a machine keep their own things. Some keepers of
 * programs have a place in each home directory.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fromUtf8 } from "../trust/bytes.ts";

/** More accounts than this are a directory service's, not a machine's. */
const HOMES_MAX = 1_000;

const PASSWD_BYTES_MAX = 4 * 1_024 * 1_024;

/** Accounts below this one are the system's own (login.defs(5)). */
const UID_MIN = 1_000;

/** `nobody`, and what systemd makes up for a service's while. */
const UID_MAX = 60_000;

/** Home directories, in a fixed order, without `root`. */
export async function homesOf(
  disk: Disk,
  system: string,
  root: string,
): Promise<readonly string[]> {
  const homes = await named(disk, system, root);
  return [...new Set(homes)].sort().slice(0, HOMES_MAX);
}

async function named(
  disk: Disk,
  system: string,
  root: string,
): Promise<string[]> {
  try {
    switch (system) {
      case "windows":
        return await below(disk, root, "C:\\Users", "\\");
      case "darwin":
        return ["/var/root", ...await below(disk, root, "/Users", "/")];
      default:
        return await ofPasswd(disk, root);
    }
  } catch {
    return []; // No such place: nobody lives here.
  }
}

/** Directories that belong to nobody. */
const NOBODYS = new Set([
  "All Users",
  "Default",
  "Default User",
  "Guest",
  "Public",
  "Shared",
]);

async function below(
  disk: Disk,
  root: string,
  directory: string,
  separator: string,
): Promise<string[]> {
  const homes: string[] = [];
  for await (const { name, kind } of disk.list(root + directory)) {
    const isHome = kind === "directory" && !name.startsWith(".") &&
      !NOBODYS.has(name);
    if (isHome) homes.push(`${directory}${separator}${name}`);
  }
  return homes;
}

async function ofPasswd(disk: Disk, root: string): Promise<string[]> {
  const bytes = await disk.readFile(`${root}/etc/passwd`, PASSWD_BYTES_MAX);
  return parsePasswd(fromUtf8(bytes) ?? "");
}

/** The home directories of people and of root, from passwd(5). */
export function parsePasswd(text: string): string[] {
  const homes: string[] = [];
  for (const line of text.split("\n")) {
    const [, , uidText = "", , , home = ""] = line.split(":");
    if (!/^\d{1,10}$/.test(uidText) || !isHomePath(home)) continue;
    const uid = Number(uidText);
    const isPersons = uid === 0 || (uid >= UID_MIN && uid <= UID_MAX);
    if (isPersons) homes.push(home);
  }
  return homes;
}

/** An absolute path that leads down only, and not the root itself. */
function isHomePath(path: string): boolean {
  return /^\/[^\0]*[^/\0]$/.test(path) &&
    !path.split("/").some((part) => part === "..");
}
