/**
 * Debian packages, through dpkg itself and not through apt: nothing comes from
 * the network, nothing else is installed or removed, and what the package
 * needs must be there already (`depends.ts` looks before anything is touched).
 * Only to go back to a version that Flottille never had is apt-get asked.
 *
 * dpkg never asks a question here: the owner's changed configuration files
 * stay, and the package's own are put beside them as `.dpkg-dist`.
 *
 * @module
 */

import {
  type CommandLine,
  type FailureRule,
  type Held,
  judgeByWords,
  type NativeRules,
  rootOption,
} from "./kind.ts";

const FORCES = ["--force-confdef", "--force-confold"];

const LOCKED =
  /dpkg: error: .*\block(ed)?\b.*by another process.*|Could not get lock .*/;

const FAILURES: readonly FailureRule[] = [
  [
    /(installation|removal|config) script subprocess/,
    "hook",
    "a script of the package failed",
  ],
  [
    /dependency problems prevent removal/,
    "required",
    "another package of the system needs it",
  ],
  [
    /dependency problems|pre-dependency problem/,
    "conflict",
    "the machine has not what it depends on",
  ],
  [
    /conflicting packages|conflicts with|trying to overwrite/,
    "conflict",
    "it conflicts with another package of the system",
  ],
  [
    /package architecture \(\S+\) does not match system/,
    "target",
    "it is made for another architecture",
  ],
  [
    /is not a Debian format archive|unexpected end of file in|not a valid archive/,
    "package",
    "its file is no Debian package",
  ],
];

/** States of dpkg in which a package does its work. */
const WHOLE = ["installed", "triggers-awaited", "triggers-pending"];
/** States in which nothing of it is there but what the owner may want. */
const GONE = ["not-installed", "config-files"];

/** Where dpkg keeps what it has not finished writing down. */
export function dpkgUpdates(root: string | null): string {
  return `${root ?? ""}/var/lib/dpkg/updates`;
}

/** Brings what a power cut interrupted to its end. */
export function configureAll(root: string | null): CommandLine {
  return dpkg(root, ...FORCES, "--configure", "-a");
}

/** Everything that is installed, and what it stands in for. */
export function listInstalled(root: string | null): CommandLine {
  const format =
    "${db:Status-Status}\\t${Package}\\t${Version}\\t${Provides}\\n";
  return ["dpkg-query", ...admin(root), "-W", "-f", format];
}

/** What a file needs. */
export function listDepends(file: string): CommandLine {
  return ["dpkg-deb", "--field", file, "Pre-Depends", "Depends"];
}

export const DEB: NativeRules = {
  systems: ["linux"],
  manager: "dpkg",
  environment: {
    DEBIAN_FRONTEND: "noninteractive",
    DEBCONF_NONINTERACTIVE_SEEN: "true",
    UCF_FORCE_CONFFOLD: "1",
    APT_LISTCHANGES_FRONTEND: "none",
  },
  query: ({ package: name }, root) => [[
    "dpkg-query",
    ...admin(root),
    "-W",
    "-f",
    "${db:Status-Status}\\t${db:Status-Eflag}\\t${Version}\\n",
    name,
  ]],
  held: (_, printed) =>
    printed.flatMap((text) => text.split("\n")).flatMap(read),
  describe: (file) => [
    "dpkg-deb",
    "--showformat=${Package}\\t${Version}\\n",
    "--show",
    file,
  ],
  described: (printed) => {
    const [name = "", version = ""] = printed.trim().split("\t");
    return version === "" ? null : { package: name, version };
  },
  install: ({ root, file }) => [dpkg(root, ...FORCES, "--install", file)],
  // A downgrade is what dpkg does without being forced to.
  goBack: ({ root, file }) => [dpkg(root, ...FORCES, "--install", file)],
  fetch: ({ package: name }, version) => [[
    "apt-get",
    "--yes",
    "--quiet",
    "--allow-downgrades",
    "--no-remove",
    "--no-install-recommends",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "install",
    `${name}=${version}`,
  ]],
  // Not --purge: the owner's configuration outlives the program. What is half
  // installed may go as well.
  remove: ({ root, pkg }) => [
    dpkg(root, "--force-remove-reinstreq", "--remove", pkg.package),
  ],
  judge: (result) => judgeByWords(result, LOCKED, FAILURES),
  notes: (printed) => {
    const kept =
      /Configuration file '([^']+)'(?:(?!Configuration file)[^])*?Keeping old config file/g;
    return [...printed.matchAll(kept)].map(([, path]) =>
      `kept the owner's ${path}; the package's is ${path}.dpkg-dist`
    );
  },
};

function read(line: string): Held[] {
  const [status = "", flag = "", version = ""] = line.split("\t");
  if (status === "" || GONE.includes(status)) return [];
  return [{ version, whole: WHOLE.includes(status) && flag === "ok" }];
}

function dpkg(root: string | null, ...args: string[]): CommandLine {
  return ["dpkg", ...rootOption("--root=", root), ...args];
}

function admin(root: string | null): string[] {
  return root === null ? [] : [`--admindir=${root}/var/lib/dpkg`];
}
