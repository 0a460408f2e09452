/**
 * What cannot be installed, and the sentence that says why: as
 * `requirement_cases.ts`.
 *
 * @module
 */

import { program } from "../examples.ts";
import { type Case, DEBIAN, editor, java } from "./requirement_cases.ts";
import { related } from "./shelves.ts";

export const REFUSALS: readonly Case[] = [
  {
    name: "names what nobody has published, K-11",
    root: editor(["java >=17"]),
    expected: "Cannot install editor 2.0: editor 2.0 requires java >=17, " +
      "which nobody has published",
  },
  {
    name: "names what is published when no version will do, K-11",
    root: editor(["java >=17"]),
    published: [java(8), java(11)],
    expected: "Cannot install editor 2.0: editor 2.0 requires java >=17, " +
      "and published of java are 11.0, 8.0",
  },
  {
    name: "names who else wants another version",
    root: editor(["java >=17", "fonts"]),
    published: [
      java(11),
      java(17),
      program("fonts", 1, { facts: related({ requires: ["java <17"] }) }),
    ],
    expected: "Cannot install editor 2.0: editor 2.0 requires java >=17, " +
      "and published of java are 17.0, 11.0; fonts 1.0 requires java <17",
  },
  {
    name: "names a circle of two, K-11",
    root: editor(["java"]),
    published: [java(17, { requires: ["editor"] })],
    expected: "Cannot install editor 2.0: editor 2.0 and java 17.0 require " +
      "each other, directly or through others",
  },
  {
    name: "names a circle of three, K-11",
    root: editor(["java"]),
    published: [
      java(17, { requires: ["libc"] }),
      program("libc", 1, { facts: related({ requires: ["java"] }) }),
    ],
    expected: /libc 1\.0 and java 17\.0 require each other/,
  },
  {
    name: "breaks a circle by what is there",
    root: editor(["java >=17"]),
    published: [java(17, { requires: ["editor >=1"] })],
    held: { editor: "1.0", java: "11.0" },
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "names a requirement on another version of itself",
    root: editor(["java"]),
    published: [java(17, { requires: ["editor <2"] })],
    expected: "Cannot install editor 2.0: java 17.0 requires editor <2, and " +
      "2.0 is the version that was ordered",
  },
  {
    name: "names a conflict with what is there",
    root: editor([], { conflicts: ["vi <3"] }),
    held: { vi: "2.0" },
    expected: "Cannot install editor 2.0: it conflicts with vi <3, and " +
      "vi 2.0 is installed",
  },
  {
    name: "names a conflict of what is there",
    root: editor([]),
    published: [
      program("vi", 2, { facts: related({ conflicts: ["editor"] }) }),
    ],
    held: { vi: "2.0" },
    expected: "Cannot install editor 2.0: vi 2.0 is installed, which " +
      "conflicts with editor",
  },
  {
    name: "names a conflict between two that it would install",
    root: editor(["java", "vi"]),
    published: [
      java(17, { conflicts: ["vi"] }),
      program("vi", 2),
    ],
    expected: /Cannot install \w+ \S+: .*conflicts with vi/,
  },
  {
    name: "minds no conflict with the version it replaces",
    root: editor([], { conflicts: ["editor <2"] }),
    held: { editor: "1.0" },
    expected: "editor 2.0",
  },
  {
    name: "names who would lose what it requires",
    root: java(21),
    published: [
      program("editor", 1, { facts: related({ requires: ["java <18"] }) }),
    ],
    held: { java: "17.0", editor: "1.0" },
    expected: "Cannot install java 21.0: the installed editor 1.0 requires " +
      "java <18",
  },
  {
    name: "chooses what those that are there can live with",
    root: editor(["java >=11"]),
    published: [
      java(11),
      java(17),
      java(21),
      program("vi", 1, { facts: related({ requires: ["java <21"] }) }),
    ],
    held: { vi: "1.0", java: "8.0" },
    expected: "java 17.0, editor 2.0",
  },
  {
    name: "names the machine that it is not made for",
    root: editor([], { targets: [{ distribution: "alpine", versions: "3" }] }),
    expected: "Cannot install editor 2.0: it is for alpine 3, and this " +
      "machine is debian 12 on x86_64",
  },
  {
    name: "leaves a distribution that it does not know to the machine",
    root: editor([], { targets: [{ distribution: "alpine", versions: "3" }] }),
    machine: {
      facts: { ...DEBIAN.facts, distribution: "", distributionVersion: "" },
    },
    expected: "editor 2.0",
  },
  {
    name: "knows a system without its distribution",
    root: editor([], { targets: [{ os: "windows", distribution: "alpine" }] }),
    machine: {
      facts: { ...DEBIAN.facts, distribution: "", distributionVersion: "" },
    },
    expected: /it is for windows, and this machine is linux on x86_64/,
  },
  {
    name: "names an agent that is too old",
    root: editor([], { agent: "0.10.0" }),
    expected: /it needs the agent 0\.10\.0 or a later one, and this one is/,
  },
  {
    name: "names the moment at which it expired",
    root: editor([], { expires: "2013-06-01T11:59:59Z" }),
    expected: /it expired at 2013-06-01T11:59:59Z/,
  },
  {
    name: "names the only one that would do, and why it does not",
    root: editor(["java"]),
    published: [java(17, { targets: [{ os: "windows" }] })],
    expected: "Cannot install editor 2.0: editor 2.0 requires java. Cannot " +
      "install java 17.0: it is for windows, and this machine is debian 12 " +
      "on x86_64",
  },
  {
    name: "refuses a step back without a statement, I-16",
    root: editor([]),
    published: [program("editor", 3)],
    held: { editor: "3.0" },
    expected: /editor 3\.0 is installed, whose serial is higher, and no down/,
  },
  {
    name: "knows no serial of what nobody published",
    root: editor([]),
    held: { editor: "3.0" },
    expected: "editor 2.0",
  },
];
