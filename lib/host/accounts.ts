/**
 * Accounts of a POSIX machine, from passwd(5) and group(5). Only what these
 * two files hold: an account that a directory service knows is not found here.
 *
 * Pure: reads text, not files.
 *
 * @module
 */

/** An account, with what a process of it has. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Supplementary groups, without `gid`; sorted. */
  readonly groups: readonly number[];
}

/** More than any system allows (NGROUPS_MAX of Linux). */
const GROUPS_MAX = 65_536;

/** The account of this name, or of this number; null when there is none. */
export function findAccount(
  who: string | number,
  passwd: string,
  group: string,
): Account | null {
  for (const line of passwd.split("\n")) {
    const [name = "", , uidText = "", gidText = "", , home = ""] = line.split(
      ":",
    );
    const [uid, gid] = [readId(uidText), readId(gidText)];
    if (name === "" || uid === null || gid === null) continue;
    if (typeof who === "string" ? name !== who : uid !== who) continue;
    return {
      name,
      uid,
      gid,
      home: home.startsWith("/") ? home : "/",
      groups: groupsOf(name, gid, group),
    };
  }
  return null;
}

function groupsOf(member: string, own: number, group: string): number[] {
  const found = new Set<number>();
  for (const line of group.split("\n")) {
    const [, , gidText = "", members = ""] = line.split(":");
    const gid = readId(gidText);
    if (gid === null || gid === own || found.size >= GROUPS_MAX) continue;
    if (members.split(",").includes(member)) found.add(gid);
  }
  return [...found].sort((a, b) => a - b);
}

/** A user's or a group's number; the greatest one means "none". */
function readId(text: string): number | null {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return id < 2 ** 32 - 1 ? id : null;
}
