/**
 * Who is logged in, from what the system keeps of it: the files of logind
 * (`/run/systemd/sessions/`), the records of utmp where there is none, the
 * table of `query user` on Windows. Only persons at the machine count: an
 * administrator who came in by ssh is not disturbed. Pure.
 *
 * @module
 */

const GRAPHICAL = ["x11", "wayland", "mir"];

/** Is this session's file that of a person at the machine? */
export function isPersonsSession(file: string): boolean {
  const facts = new Map(
    file.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const isPerson = facts.get("CLASS")?.startsWith("user") ?? false;
  const isThere = GRAPHICAL.includes(facts.get("TYPE") ?? "") ||
    (facts.get("SEAT") ?? "") !== "";
  return isPerson && isThere && facts.get("STATE") !== "closing";
}

/** Of glibc's `struct utmp`, on every architecture of ours. */
const UTMP = {
  bytes: 384,
  type: 0,
  line: 8,
  lineBytes: 32,
  person: 7,
} as const;

/** How many records of utmp are of persons at the machine. */
export function personsInUtmp(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = 0; at + UTMP.bytes <= bytes.length; at += UTMP.bytes) {
    if (view.getInt16(at + UTMP.type, true) !== UTMP.person) continue;
    const from = at + UTMP.line;
    const line = new TextDecoder().decode(
      bytes.subarray(from, from + UTMP.lineBytes),
    );
    // `tty1` and `:0`; what came by the network is `pts/0`.
    if (/^(?:tty|:)[0-9]/.test(line)) count++;
  }
  return count;
}

/** How many persons the table of `query user` holds; its first line is a head. */
export function personsInQuery(table: string): number {
  const lines = table.split(/\r?\n/).filter((line) => line.trim() !== "");
  return Math.max(0, lines.length - 1);
}

/** Accounts from here on are of persons, as most systems have it. */
const PERSON_FIRST = 1_000;

/** Accounts of services and containers, as systemd has it; and `nobody`. */
const SERVICES = { first: 60_514, last: 65_535 } as const;

/** Is this the number of a person's account? */
export function isPersonsAccount(number: number): boolean {
  return number >= PERSON_FIRST &&
    !(number >= SERVICES.first && number <= SERVICES.last);
}

/**
 * The processes of persons in the lines of `ls -ln` over `/proc`: the owner is
 * the third column, the number stands in the path.
 */
export function personsProcesses(lines: string): number[] {
  const found = lines.split("\n").flatMap((line) => {
    const owner = Number(line.trim().split(/\s+/)[2] ?? NaN);
    const process = Number(/ \/proc\/([0-9]+)/.exec(line)?.[1] ?? NaN);
    return isPersonsAccount(owner) && process > 0 ? [process] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}
