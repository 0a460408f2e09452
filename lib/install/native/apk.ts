/**
 * Packages of Alpine Linux, through apk, with the network out of reach. The
 * package's own signature is not asked for: the publisher signed the file.
 *
 * @module
 */

import {
  type FailureRule,
  type Held,
  judgeByWords,
  type NativeName,
  type NativeRules,
  rootOption,
} from "./kind.ts";

const LOCKED = /Unable to lock database.*|temporary error \(try again later\)/;

const FAILURES: readonly FailureRule[] = [
  [
    /unsatisfiable constraints|unable to select packages/,
    "conflict",
    "the machine has not what it depends on, or it conflicts with another",
  ],
  [/trying to overwrite/, "conflict", "it conflicts with another package"],
  [
    /not a valid|BAD (archive|signature)|v2 package format error/i,
    "package",
    "its file is no Alpine package, or a damaged one",
  ],
];

const QUIET = ["--no-interactive", "--no-progress"];

export const APK: NativeRules = {
  systems: ["linux"],
  manager: "apk",
  environment: {},
  query: ({ package: name }, root) => [[
    "apk",
    ...rootOption("--root=", root),
    "list",
    "--installed",
    name,
  ]],
  held: (pkg, printed) =>
    printed.flatMap((text) => text.split("\n"))
      .flatMap((line) => read(pkg, line)),
  describe: () => null,
  described: () => null,
  install: ({ root, file }) => [[
    "apk",
    ...rootOption("--root=", root),
    "add",
    ...QUIET,
    "--no-network",
    "--allow-untrusted",
    file,
  ]],
  // apk takes the version of the file that it is given, newer or not.
  goBack: ({ root, file }) => [[
    "apk",
    ...rootOption("--root=", root),
    "add",
    ...QUIET,
    "--no-network",
    "--allow-untrusted",
    file,
  ]],
  fetch: ({ package: name }, version) => [
    ["apk", "add", ...QUIET, `${name}=${version}`],
  ],
  remove: ({ root, pkg }) => [[
    "apk",
    ...rootOption("--root=", root),
    "del",
    ...QUIET,
    pkg.package,
  ]],
  judge: (result) => judgeByWords(result, LOCKED, FAILURES),
  notes: (printed) =>
    [...printed.matchAll(/Installing file to (\S+)\.apk-new/g)].map((
      [, path],
    ) => `kept the owner's /${path}; the package's is /${path}.apk-new`),
};

/** `editor-1.2-r0 x86_64 {editor} (MIT) [installed]`. */
function read({ package: name }: NativeName, line: string): Held[] {
  const [first = ""] = line.trim().split(" ");
  if (!first.startsWith(`${name}-`)) return [];
  const version = first.slice(name.length + 1);
  return /^\d\S*$/.test(version) ? [{ version, whole: true }] : [];
}
