/**
 * May this package be installed on this machine, among these programs? What
 * its manifest asks of machine and moment, and what programs ask of one
 * another. The server has asked the same of what it knew; the machine knows
 * better.
 *
 * Pure.
 *
 * @module
 */

import { obstacleOfClaim, obstacleTo } from "../../ieo/fit/admission.ts";
import type { Manifest } from "../../ieo/manifest.ts";
import type { NativePackage, Relation } from "../../ieo/manifest/types.ts";
import {
  faultOfConflicts,
  faultOfDependents,
  faultOfRequirements,
  missingOf,
  type Related,
} from "../../ieo/fit/relations.ts";
import type { TargetFacts } from "../../ieo/fit/targets.ts";
import type { Reason } from "../../sep/reasons.ts";
import type { SignedStatement } from "../../trust/statement.ts";
import type { ProgramInUse } from "../programs.ts";
import { faultOfOwnUpdate, type OwnPlace } from "./own_update.ts";
import type { Situation } from "./situation.ts";

/** Why not: the end of a sentence that begins with what was being done. */
export interface Obstacle {
  readonly reason: Reason;
  readonly detail: string;
}

/** What a package is judged by, besides the programs that are there. */
export interface Machine {
  readonly facts: TargetFacts;
  readonly agentVersion: string;
  /** Milliseconds since 1970: the latest moment that anything told of. */
  readonly nowMs: number;
  /** For the agent's own update. */
  readonly own: OwnPlace;
}

/** What stands against the package itself; null when nothing does. */
export function faultOfPackage(
  manifest: Manifest,
  statement: SignedStatement,
  { facts, agentVersion, nowMs, own }: Machine,
): Obstacle | null {
  return obstacleOfClaim(manifest, statement) ??
    obstacleTo(manifest, { facts, agentVersion, nowMs }) ??
    obstacleToOwn(manifest, own);
}

/** The same of a package that is the agent itself. */
export function obstacleToOwn(
  { self }: Pick<Manifest, "self">,
  own: OwnPlace,
): Obstacle | null {
  const detail = self === undefined ? null : faultOfOwnUpdate(own);
  return detail === null ? null : { reason: "agent", detail };
}

/** A program that comes, in the version `to`, or that goes away (null). */
export interface Change {
  readonly name: string;
  readonly to: string | null;
  readonly requires?: readonly Relation[];
  readonly conflicts?: readonly Relation[];
  readonly native?: readonly Pick<NativePackage, "kind" | "package">[];
}

/** What the other programs and this one have against each other. */
export function faultOfNeighbours(
  { name, to, requires = [], conflicts = [], native = [] }: Change,
  { current, others }: Pick<Situation, "current" | "others">,
): Obstacle | null {
  const related = others.map(relatedOf);
  const versions = new Map(others.map((other) => [other.name, other.version]));
  if (to !== null) {
    const missing = faultOfRequirements({ requires }, versions);
    if (missing !== null) {
      const isAbsent = missingOf({ requires }, versions)
        .some((relation) => !versions.has(relation.name));
      return { reason: isAbsent ? "absent" : "conflict", detail: missing };
    }
    const clash = faultOfConflicts(
      { name, version: to, requires, conflicts },
      related,
    ) ?? faultOfSharedNative(native, others);
    if (clash !== null) return { reason: "conflict", detail: clash };
  }
  const broken = faultOfDependents({ name, from: current, to }, related);
  return broken === null ? null : { reason: "required", detail: broken };
}

function relatedOf({ name, version, record }: ProgramInUse): Related {
  const { requires = [], conflicts = [] } = record ?? {};
  return { name, version, requires, conflicts };
}

/** One native package has one program: two would remove it from each other. */
function faultOfSharedNative(
  native: readonly Pick<NativePackage, "kind" | "package">[],
  others: readonly ProgramInUse[],
): string | null {
  for (const { kind, package: wanted } of native) {
    const holder = others.find(({ record }) =>
      record?.native.some((one) => one.kind === kind && one.package === wanted)
    );
    if (holder !== undefined) {
      return `it brings the ${kind} ${wanted}, which belongs to ` +
        `${holder.name} ${holder.version}`;
    }
  }
  return null;
}
