/**
 * Packages of macOS, through installer and its receipts. The system has no way
 * to remove one: a manifest may name a command that does, and the receipt is
 * forgotten after it.
 *
 * Built by pure functions and never run on macOS yet.
 *
 * @module
 */

import { type FailureRule, judgeByWords, type NativeRules } from "./kind.ts";

const LOCKED = /another (install|package) (is|operation) .*in progress.*/i;

const FAILURES: readonly FailureRule[] = [
  [/Must be run as root/i, "denied", "the system refused the access"],
  [
    /not supported on this (computer|version)|Cannot install on volume/i,
    "target",
    "it is not made for this kind of machine",
  ],
  [
    /package path specified was invalid|not a valid package|untrusted/i,
    "package",
    "its file is no package that this machine takes",
  ],
];

export const PKG: NativeRules = {
  systems: ["darwin"],
  manager: "installer",
  environment: {},
  query: (
    { package: name },
  ) => [["/usr/sbin/pkgutil", "--pkg-info", name]],
  held: (_, printed) =>
    printed.flatMap((text) => [...text.matchAll(/^version: (\S+)$/gm)])
      .map(([, version = ""]) => ({ version, whole: true })),
  describe: () => null,
  described: () => null,
  install: ({ file }) => [installer(file)],
  goBack: ({ file }) => [installer(file)],
  fetch: () => [],
  remove: ({ pkg, held }) => {
    if (held.length === 0) return [];
    const forget = ["/usr/sbin/pkgutil", "--forget", pkg.package] as const;
    return pkg.remove === undefined ? null : [pkg.remove, forget];
  },
  judge: (result) => judgeByWords(result, LOCKED, FAILURES),
  notes: () => [],
};

function installer(file: string): readonly [string, ...string[]] {
  return ["/usr/sbin/installer", "-pkg", file, "-target", "/"];
}
