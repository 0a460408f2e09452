/**
 * Which of two versions is the later one, by the rules of whoever keeps the
 * program: the same two texts may stand in another order elsewhere.
 *
 * For the server and its command line alone: some of these rules are
 * libraries, which an idle agent has no use for.
 *
 * @module
 */

import { compareVersions } from "../../ieo/fit/version_order.ts";
import { compareApk } from "./apk_order.ts";
import { compareGem } from "./gem_order.ts";
import { comparePlain } from "./plain_order.ts";
import { comparePypi } from "./pypi_order.ts";
import { compareAlpm, compareRpm } from "./rpm_order.ts";
import { compareSemver } from "./semver_order.ts";

/** The orders there are. */
// deno-fmt-ignore
const ORDERS = {
  deb:   compareVersions, // deb-version(7)
  rpm:   compareRpm,      // rpm-version(7)
  alpm:  compareAlpm,     // vercmp(8)
  apk:   compareApk,      // apk-package(5)
  npm:   compareSemver,   // semver.org 2.0.0
  cargo: compareSemver,
  pypi:  comparePypi,     // PEP 440
  gem:   compareGem,      // Gem::Version
  plain: comparePlain,    // whatever else
} as const satisfies Record<string, (a: string, b: string) => number>;

/** One of them. */
export type Ecosystem = keyof typeof ORDERS;

/** The order of a program's versions, by the type of its package URL. */
export function ecosystemOf(purl: string): Ecosystem {
  const type = /^pkg:([a-z0-9.+-]+)\//.exec(purl)?.[1] ?? "";
  return type !== "plain" && isEcosystem(type) ? type : "plain";
}

function isEcosystem(type: string): type is Ecosystem {
  return Object.hasOwn(ORDERS, type);
}

/**
 * Negative when `a` is older than `b`, positive when it is newer, 0 when
 * neither is. Any two texts can be compared.
 */
export function compareIn(ecosystem: Ecosystem, a: string, b: string): number {
  return a === b ? 0 : ORDERS[ecosystem](a, b);
}

/** `2:9.0.1378-2` begins with one: orders in which a version may. */
const WITH_EPOCHS: ReadonlySet<Ecosystem> = new Set<Ecosystem>([
  "deb",
  "rpm",
  "alpm",
]);

/** The version without its epoch, where its ecosystem knows epochs. */
export function withoutEpoch(ecosystem: Ecosystem, version: string): string {
  return WITH_EPOCHS.has(ecosystem) ? version.replace(EPOCH, "") : version;
}

/** Does the version say its epoch? */
export function hasEpoch(version: string): boolean {
  return EPOCH.test(version);
}

const EPOCH = /^\d+:/;
