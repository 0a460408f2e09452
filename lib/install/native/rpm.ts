/**
 * RPM packages, through rpm itself and not through dnf or zypper: nothing
 * comes from the network, and what the package needs must be there already; rpm
 * looks before it touches anything. Only to go back to a version that Flottille
 * never had are dnf, yum or zypper asked, whichever the machine has.
 *
 * rpm writes a new version into its database before it runs the version's
 * scripts, and takes a script that fails after that for a warning: such a
 * warning is told, as a note. A run that was cut off can leave two versions in
 * the database; going back therefore always installs the file anew.
 *
 * @module
 */

import {
  type FailureRule,
  type Held,
  judgeByWords,
  type NativeRules,
  rootOption,
} from "./kind.ts";

/** A text is no package here, and no list of others to install. */
const NO_LISTS = "--nomanifest";

const LOCKED = /error: can't create transaction lock.*|rpmdb: .*lock.*/;

const FAILURES: readonly FailureRule[] = [
  [
    /is needed by \(installed\)/,
    "required",
    "another package of the system needs it",
  ],
  [/ conflicts with /, "conflict", "it conflicts with another package"],
  [
    /Failed dependencies|is needed by/,
    "conflict",
    "the machine has not what it depends on",
  ],
  [
    /intended for a different (architecture|operating system)/,
    "target",
    "it is made for another kind of machine",
  ],
  [
    /installing package .* needs .* on the .* filesystem/,
    "disk",
    "the disk is too full",
  ],
  [
    /cannot be installed|not an rpm package|digest mismatch|read failed/i,
    "package",
    "its file is no RPM package, or a damaged one",
  ],
  [
    /^error: .*(NOKEY|no signature)|^\s*Package .* does not verify/im,
    "signature",
    "this machine's rpm wants a signature that it can verify",
  ],
];

/** Warnings that say what became of something. */
const NOTES: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [
    /^warning: (\S+) created as (\S+)$/gm,
    (_, path, beside) => `kept the owner's ${path}; the package's is ${beside}`,
  ],
  [
    /^warning: (\S+) saved as (\S+)$/gm,
    (_, path, beside) => `kept the owner's ${path} as ${beside}`,
  ],
  [
    /^warning: (%\S+ scriptlet failed.*)$/gm,
    (_, what) => `rpm warned: ${what}`,
  ],
];

export const RPM: NativeRules = {
  systems: ["linux"],
  manager: "rpm",
  environment: {},
  query: ({ package: name }, root) => [[
    "rpm",
    ...rootOption("--root=", root),
    "--query",
    "--queryformat",
    "%{EVR}\\n",
    name,
  ]],
  held: (_, printed) =>
    printed.flatMap((text) => text.split("\n")).flatMap(read),
  describe: (file) => [
    "rpm",
    "--query",
    "--queryformat",
    "%{NAME}\\t%{EVR}\\n",
    NO_LISTS,
    "--package",
    file,
  ],
  described: (printed) => {
    const [, name, version] = /^(\S+)\t(\S+)$/m.exec(printed) ?? [];
    return name === undefined || version === undefined
      ? null
      : { package: name, version };
  },
  install: ({ root, file }) => [[
    "rpm",
    ...rootOption("--root=", root),
    // The newest of the packages' own serials decides, not rpm's order.
    "--oldpackage",
    NO_LISTS,
    "--upgrade",
    file,
  ]],
  goBack: ({ root, file }) => [[
    "rpm",
    ...rootOption("--root=", root),
    "--oldpackage",
    "--replacepkgs",
    NO_LISTS,
    "--upgrade",
    file,
  ]],
  fetch: ({ package: name }, version) => [
    ["dnf", "--assumeyes", "downgrade", `${name}-${version}`],
    ["yum", "--assumeyes", "downgrade", `${name}-${version}`],
    [
      "zypper",
      "--non-interactive",
      "install",
      "--oldpackage",
      `${name}=${version}`,
    ],
  ],
  remove: ({ root, pkg, held }) =>
    held.length === 0 ? [] : [[
      "rpm",
      ...rootOption("--root=", root),
      "--allmatches",
      "--erase",
      pkg.package,
    ]],
  judge: (result) => judgeByWords(result, LOCKED, FAILURES),
  notes: (printed) =>
    NOTES.flatMap(([warning, say]) =>
      [...printed.matchAll(warning)].map((found) => say(...found))
    ),
};

/** A version holds no space; what rpm says when there is none does. */
function read(line: string): Held[] {
  return /^[^\s:]+(:\S+)?$/.test(line) ? [{ version: line, whole: true }] : [];
}
