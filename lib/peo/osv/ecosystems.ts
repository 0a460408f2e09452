/**
 * What OSV calls the places programs come from, and under which name and
 * version it speaks of a program of ours: two tables, and the spellings of
 * releases (https://ossf.github.io/osv-schema/#affectedpackage-field).
 *
 * Pure.
 *
 * @module
 */

import { type Ecosystem, ecosystemOf } from "../versions/order.ts";

/** What must be known of a program. */
export interface Judgeable {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly source: string;
  readonly sourcePackage?: string | undefined;
  readonly sourceVersion?: string | undefined;
}

/** A program as a database of vulnerabilities knows it. */
export interface Judged {
  /** `debian:12`, `npm`: as `ecosystemKey` spells it. */
  readonly ecosystem: string;
  /** As OSV spells it, in lower case where case means nothing. */
  readonly name: string;
  readonly version: string;
  readonly order: Ecosystem;
}

/** Distributions by os-release's ID: OSV's name, and how releases are told. */
// deno-fmt-ignore
const DISTRIBUTIONS: Readonly<Record<string, readonly [name: string, parts: number]>> = {
  "debian":              ["debian",              1],
  "ubuntu":              ["ubuntu",              2],
  "alpine":              ["alpine",              2],
  "rocky":               ["rocky linux",         1],
  "almalinux":           ["almalinux",           1],
  "rhel":                ["red hat",             1],
  "sles":                ["suse",                2],
  "opensuse-leap":       ["opensuse",            2],
  "opensuse-tumbleweed": ["opensuse tumbleweed", 0],
  "mageia":              ["mageia",              1],
  "openeuler":           ["openeuler",           2],
  "wolfi":               ["wolfi",               0],
  "chainguard":          ["chainguard",          0],
};

/** Libraries have one world each, whatever the machine. */
const LIBRARIES: Readonly<Record<string, string>> = {
  npm: "npm",
  pypi: "pypi",
  gem: "rubygems",
  cargo: "crates.io",
};

/**
 * Under which names the program may stand in a database; none when no database
 * that is known speaks of its kind. Distributions speak of source packages,
 * and those of rpm now of these and now of the others.
 */
export function judgedAs(program: Judgeable): Judged[] {
  const { purl, name, version } = program;
  const type = /^pkg:([a-z0-9.+-]+)\//.exec(purl)?.[1] ?? "";
  const order = ecosystemOf(purl);
  const library = LIBRARIES[type];
  if (library !== undefined) {
    return [{
      ecosystem: library,
      name: libraryName(type, name),
      version,
      order,
    }];
  }
  const ecosystem = distributionOf(purl);
  if (ecosystem === null) return [];
  const source = {
    ecosystem,
    name: program.sourcePackage ?? name,
    version: program.sourceVersion ?? version,
    order,
  };
  const own = { ecosystem, name, version, order };
  return type === "rpm" && source.name !== name ? [source, own] : [source];
}

/** `debian:12` from `?distro=debian-12`; null: none that OSV speaks of. */
function distributionOf(purl: string): string | null {
  const distro = /[?&]distro=([^&#]+)/.exec(purl)?.[1];
  if (distro === undefined) return null;
  const [, id = "", release = ""] =
    /^(.+?)(?:-(\d[^-]*|[a-z]+))?$/.exec(decoded(distro)) ?? [];
  const whole = `${id}-${release}`;
  const [name, parts] = DISTRIBUTIONS[whole] ?? DISTRIBUTIONS[id] ?? [];
  if (name === undefined || parts === undefined) return null;
  return withRelease(name, release.split(".").slice(0, parts).join("."));
}

/** What some machine wrote may be no encoding at all; then it stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withRelease(name: string, release: string): string {
  return release === "" ? name : `${name}:${release}`;
}

function libraryName(type: string, name: string): string {
  // PEP 503: any run of `-`, `_` and `.` is one hyphen.
  return type === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
}

/** How one way of spelling a release is read. */
type Spelling = readonly [pattern: RegExp, key: (...found: string[]) => string];

/** OSV's spellings, as they occur in its exports; the first that fits. */
// deno-fmt-ignore
const SPELLINGS: readonly Spelling[] = [
  [/^Ubuntu:(\d+\.\d+)(?::LTS)?$/,                         (release) => `ubuntu:${release}`],
  [/^Alpine:v(\d+\.\d+)$/,                                 (release) => `alpine:${release}`],
  [/^Red Hat:enterprise_linux:(\d+)(?:::.*)?$/,            (release) => `red hat:${release}`],
  [/^SUSE:Linux Enterprise [^\d]*(\d+) SP(\d+)(?:-.*)?$/, (major, minor) => `suse:${major}.${minor}`],
  [/^openSUSE:Leap (\d+\.\d+)$/,                           (release) => `opensuse:${release}`],
  [/^openSUSE:Tumbleweed$/,                                () => "opensuse tumbleweed"],
  [/^openEuler:(\d+\.\d+)(?:-.*)?$/,                       (release) => `openeuler:${release}`],
  [/^(Rocky Linux|AlmaLinux):(\d+)(?:\.\d+)?$/,            (name, release) => `${name}:${release}`],
];

/** The one spelling of OSV's `ecosystem` that `judgedAs` gives as well. */
export function ecosystemKey(ecosystem: string): string {
  for (const [pattern, key] of SPELLINGS) {
    const found = pattern.exec(ecosystem);
    if (found !== null) return key(...found.slice(1)).toLowerCase();
  }
  return ecosystem.toLowerCase();
}

/** The name as `judgedAs` gives it, of a package of that ecosystem. */
export function nameKey(ecosystem: string, name: string): string {
  return ecosystem === "pypi" ? libraryName("pypi", name) : name;
}
