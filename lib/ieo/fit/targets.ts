/**
 * Is a package made for this machine? A package names targets; one of them must
 * fit, and a target fits when everything that it names is so on the machine.
 * What a machine does not know of itself fits no target that names it.
 *
 * Pure. Where the facts come from is not known here.
 *
 * @module
 */

import type { Target } from "../manifest/types.ts";
import { ANY_RANGE, satisfies } from "./version_range.ts";

/** What a machine knows of itself; "" where it knows nothing. */
export interface TargetFacts {
  /** `linux`, `windows`, `darwin`. */
  readonly os: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
  /** The `ID` of os-release(5). */
  readonly distribution: string;
  /** Its `VERSION_ID`. */
  readonly distributionVersion: string;
}

/**
 * The words that machines of today use. Others are lawful in a manifest, since
 * agents for more systems may come; who packs is warned about them.
 */
export const KNOWN_SYSTEMS: readonly string[] = ["linux", "windows", "darwin"];
/** Likewise, architectures. */
export const KNOWN_ARCHITECTURES: readonly string[] = ["x86_64", "aarch64"];

/** Targets that a sentence names before it only counts them. */
const TARGETS_TOLD_MAX = 4;

/**
 * Why none of the targets fits, as the end of a sentence about the package:
 * "it is for debian 12 on x86_64, and this machine is alpine 3.19 on aarch64".
 * Null when one fits, or when the package is for every machine.
 */
export function faultOfTarget(
  targets: readonly Target[],
  facts: TargetFacts,
): string | null {
  if (targets.length === 0) return null;
  if (targets.some((target) => fits(target, facts))) return null;
  return `it is for ${describeTargets(targets)}, and this machine is ` +
    describeFacts(facts);
}

function fits(target: Target, facts: TargetFacts): boolean {
  const { os, architecture, distribution, versions } = target;
  return isAs(os, facts.os) && isAs(architecture, facts.architecture) &&
    isAs(distribution, facts.distribution) &&
    (isAny(versions) || isIn(facts.distributionVersion, versions));
}

/** Of a version that is not known, no range can be said to hold it. */
function isIn(version: string, range: string): boolean {
  return version !== "" && satisfies(version, range);
}

function isAs(wanted: string | undefined, found: string): boolean {
  return wanted === undefined || wanted === found;
}

/** "debian 12 on x86_64, windows or anything on aarch64", for people. */
export function describeTargets(targets: readonly Target[]): string {
  if (targets.length === 0) return "every machine";
  const told = targets.slice(0, TARGETS_TOLD_MAX).map(describeTarget);
  const more = targets.length - told.length;
  if (more > 0) told.push(`${more} more`);
  const last = told.pop() ?? "";
  return told.length === 0 ? last : `${told.join(", ")} or ${last}`;
}

function describeTarget(target: Target): string {
  const { os, architecture, distribution, versions } = target;
  // `=12` and `12` are one range; people say the second.
  const which = isAny(versions) ? "" : versions.replace(/^=(?=[^ ]+$)/, "");
  return describeSystem(distribution ?? os, which, architecture);
}

function isAny(range: string | undefined): range is undefined | "*" {
  return range === undefined || range === ANY_RANGE;
}

function describeFacts(facts: TargetFacts): string {
  const { os, architecture, distribution, distributionVersion } = facts;
  return distribution === ""
    ? describeSystem(os || "an unknown system", "", architecture)
    : describeSystem(distribution, distributionVersion, architecture);
}

function describeSystem(
  system = "anything",
  version = "",
  architecture = "",
): string {
  const named = version === "" ? system : `${system} ${version}`;
  return architecture === "" ? named : `${named} on ${architecture}`;
}
