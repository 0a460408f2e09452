/** Who is logged in, by the system's own files. */

import { assertEquals } from "@std/assert";
import {
  isPersonsAccount,
  isPersonsSession,
  personsInQuery,
  personsInUtmp,
  personsProcesses,
} from "../../../lib/agent/person/sessions.ts";

/** A session's file as logind writes it. */
function session(facts: Record<string, string>): string {
  const all = {
    UID: "1000",
    USER: "anna",
    ACTIVE: "1",
    STATE: "active",
    REMOTE: "0",
    TYPE: "wayland",
    CLASS: "user",
    SEAT: "seat0",
    ...facts,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
  return `# This is private data. Do not parse.\n${lines.join("")}`;
}

// deno-fmt-ignore
const SESSIONS: readonly [string, Record<string, string>, boolean][] = [
  ["at the screen", {}, true],
  ["at the screen, with another one in front", { ACTIVE: "0", STATE: "online" }, true],
  ["at a text console", { TYPE: "tty" }, true],
  ["at a remote desktop", { TYPE: "x11", SEAT: "", REMOTE: "1" }, true],
  ["by ssh", { TYPE: "tty", SEAT: "", REMOTE: "1" }, false],
  ["of cron", { TYPE: "unspecified", SEAT: "", CLASS: "background" }, false],
  ["of the login screen itself", { CLASS: "greeter" }, false],
  ["of a person's own service manager", { CLASS: "manager", TYPE: "unspecified", SEAT: "" }, false],
  ["that ends", { STATE: "closing" }, false],
];

for (const [what, facts, wanted] of SESSIONS) {
  Deno.test(`isPersonsSession: a session ${what} ${wanted ? "is" : "is none"}`, () => {
    assertEquals(isPersonsSession(session(facts)), wanted);
  });
}

Deno.test("isPersonsSession takes a file that says nothing for nobody's", () => {
  assertEquals(["", "=", "CLASS", "\0\n"].filter(isPersonsSession), []);
});

/** One record of utmp. */
function utmp(type: number, line: string): Uint8Array {
  const bytes = new Uint8Array(384);
  new DataView(bytes.buffer).setInt16(0, type, true);
  new TextEncoder().encodeInto(line, bytes.subarray(8, 40));
  return bytes;
}

Deno.test("personsInUtmp counts who is at the machine, and no boot and no network", () => {
  const records = [utmp(2, "~"), utmp(7, "tty2"), utmp(7, ":0")]
    .concat(utmp(7, "pts/0"), utmp(8, "tty3"), utmp(6, "tty1"));
  const bytes = new Uint8Array(records.flatMap((record) => [...record]));
  assertEquals(personsInUtmp(bytes), 2);
  assertEquals(personsInUtmp(bytes.subarray(0, 3 * 384 - 1)), 1);
  assertEquals(personsInUtmp(new Uint8Array()), 0);
});

Deno.test("personsInQuery counts the lines below the head", () => {
  const table =
    " USERNAME   SESSIONNAME   ID  STATE   IDLE TIME  LOGON TIME\r\n" +
    ">anna       console        1  Active      none   11/23/2026 8:01 AM\r\n";
  assertEquals(personsInQuery(table), 1);
  assertEquals(personsInQuery(""), 0);
});

Deno.test("isPersonsAccount knows persons from services", () => {
  const persons = [1_000, 60_000, 60_513, 65_536, 1_104_600_513];
  assertEquals(persons.filter((number) => !isPersonsAccount(number)), []);
  const services = [0, 33, 999, 61_184, 65_534, NaN];
  assertEquals(services.filter(isPersonsAccount), []);
});

Deno.test("personsProcesses reads the owners and numbers of ls", () => {
  const lines = [
    "lrwxrwxrwx 1 1000 1000 0 Nov 23 08:01 /proc/812/exe -> /opt/flottille/editor/1.0/bin/editor",
    "lrwxrwxrwx 1 0 0 0 Nov 23 08:01 /proc/77/exe -> /opt/flottille/editor/1.0/bin/editord",
    "dr-xr-xr-x 9 1001 1001 0 Nov 23 08:01 /proc/90",
    "dr-xr-xr-x 9 1000 1000 0 Nov 23 08:01 /proc/812",
    "ls: cannot read symbolic link '/proc/1/exe': Permission denied",
    "",
  ];
  assertEquals(personsProcesses(lines.join("\n")), [90, 812]);
});
