/**
 * What is ordered, what is published and what is there; and the plan. Each case
 * is a rule. What is refused is in `requirement_refusals.ts`.
 *
 * @module
 */

import type { MachineSituation } from "../../../lib/server/orders/requirement_picks.ts";
import type { ProgramRecord } from "../../../lib/server/shapes/program.ts";
import { NOON_MS, program } from "../examples.ts";
import { related } from "./shelves.ts";

/** A machine that has nothing. */
export const DEBIAN: MachineSituation = {
  facts: {
    os: "linux",
    architecture: "x86_64",
    distribution: "debian",
    distributionVersion: "12",
  },
  agentVersion: "0.2.0",
  nowMs: NOON_MS,
  held: new Map(),
};

/** `editor 2.0`, which requires `java >=17` and so on. */
export function editor(requires: string[], more: Related = {}) {
  return program("editor", 2, { facts: related({ requires, ...more }) });
}

type Related = Parameters<typeof related>[0];

/** Its version is its serial. */
export const java = (serial: number, more: Related = {}) =>
  program("java", serial, { facts: related(more) });

/** One rule. */
export interface Case {
  readonly name: string;
  readonly root: ProgramRecord;
  readonly published?: readonly ProgramRecord[];
  readonly held?: Record<string, string>;
  readonly machine?: Partial<MachineSituation>;
  readonly expected: string | RegExp;
}

export const CASES: readonly Case[] = [
  {
    name: "takes a program that requires nothing as it is",
    root: editor([]),
    expected: "editor 2.0",
  },
  {
    name: "puts what is required before it",
    root: editor(["java"]),
    published: [java(17)],
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "puts what the required one requires before that",
    root: editor(["java"]),
    published: [java(17, { requires: ["libc >=2"] }), program("libc", 2)],
    expected: "libc 2.0, java 17.0, editor 2.0",
  },
  {
    name: "installs what two require once",
    root: editor(["java", "fonts"]),
    published: [
      java(17, { requires: ["libc"] }),
      program("fonts", 1, { facts: related({ requires: ["libc"] }) }),
      program("libc", 1),
    ],
    expected: "libc 1.0, java 17.0, fonts 1.0, editor 2.0",
  },
  {
    name: "takes the highest serial that the range allows",
    root: editor(["java >=11 <21"]),
    published: [java(11), java(17), java(21)],
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "takes the highest serial, and not the highest version",
    root: editor(["java"]),
    published: [java(21), program("java", 22, { version: "17.9" })],
    expected: "java 17.9, editor 2.0",
  },
  {
    name: "takes what two ranges allow together",
    root: editor(["java >=11", "fonts"]),
    published: [
      java(11),
      java(17),
      java(21),
      program("fonts", 1, { facts: related({ requires: ["java <21"] }) }),
    ],
    expected: "java 17.0, fonts 1.0, editor 2.0",
  },
  {
    name: "leaves what is there and will do",
    root: editor(["java >=11"]),
    published: [java(17)],
    held: { java: "11.0" },
    expected: "editor 2.0",
  },
  {
    name: "leaves what is there although nobody published it",
    root: editor(["java >=11"]),
    held: { java: "11.0" },
    expected: "editor 2.0",
  },
  {
    name: "updates what is there and will not do",
    root: editor(["java >=17"]),
    published: [java(11), java(17)],
    held: { java: "11.0" },
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "takes back a choice whose requirement went away",
    // Round one takes java 21, which wants gtk; fonts then allow only java 17.
    root: editor(["java", "fonts"]),
    published: [
      java(17),
      java(21, { requires: ["gtk"] }),
      program("fonts", 1, { facts: related({ requires: ["java <21"] }) }),
    ],
    expected: "java 17.0, fonts 1.0, editor 2.0",
  },
  {
    name: "skips a version that is not made for the machine",
    root: editor(["java"]),
    published: [java(17), java(21, { targets: [{ os: "windows" }] })],
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "skips a version that has expired",
    root: editor(["java"]),
    published: [java(17), java(21, { expires: "2013-01-01T00:00:00Z" })],
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "skips a version that needs a newer agent",
    root: editor(["java"]),
    published: [java(17), java(21, { agent: "0.3.0" })],
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "skips a version that is older than what is there",
    root: editor(["java >=11 <16"]),
    published: [java(11), java(17), program("java", 18, { version: "15" })],
    held: { java: "17.0" },
    expected: "java 15, editor 2.0",
  },
];
