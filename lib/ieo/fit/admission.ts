/**
 * May this machine have this package at all? What its manifest says of agents,
 * of time and of machines, in the order in which an answer is worth most: an
 * agent that is too old may not understand the rest.
 *
 * The agent asks before it changes anything; the server, of a machine that it
 * knows, before it sends the order. What programs demand of one another is
 * `relations.ts`.
 *
 * Pure. Whose clock `nowMs` comes from is the caller's business (N-02).
 *
 * @module
 */

import type { Statement } from "../../trust/statement.ts";
import { runsCode } from "../manifest.ts";
import type { Manifest } from "../manifest/types.ts";
import type { PackageFault } from "../package_fault.ts";
import { faultOfTarget, type TargetFacts } from "./targets.ts";
import { compareVersions } from "./version_order.ts";

/** What of a manifest is judged here. */
export type Admitted = Pick<
  Manifest,
  "name" | "version" | "agent" | "expires" | "targets"
>;

/** The machine that is to have it. */
export interface Admitting {
  readonly facts: TargetFacts;
  readonly agentVersion: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Why it may not, as a whole sentence with the word for `[rate]`; or null. */
export function faultOfAdmission(
  manifest: Admitted,
  machine: Admitting,
): PackageFault | null {
  const obstacle = obstacleTo(manifest, machine);
  if (obstacle === null) return null;
  const { reason, detail } = obstacle;
  const { name, version } = manifest;
  return { reason, detail: `Cannot install ${name} ${version}: ${detail}` };
}

/** The same, as the end of a sentence about the package. */
export function obstacleTo(
  { agent, expires, targets }: Omit<Admitted, "name" | "version">,
  { facts, agentVersion, nowMs }: Admitting,
): PackageFault | null {
  if (agent !== undefined && compareVersions(agentVersion, agent) < 0) {
    const detail = `it needs the agent ${agent} or a later one, and this one ` +
      `is ${agentVersion}; update the agent first`;
    return { reason: "agent", detail };
  }
  const misfit = faultOfTarget(targets, facts);
  if (misfit !== null) return { reason: "target", detail: misfit };
  if (expires === undefined || nowMs <= Date.parse(expires)) return null;
  const detail = `it expired at ${expires}; publish a newer package of it`;
  return { reason: "expired", detail };
}

/**
 * Does the package do what its signed statement says that it does? By the
 * statement alone it was judged whether its publisher may run programs. A
 * whole sentence; or null.
 */
export function faultOfClaim(
  manifest: Manifest,
  statement: Pick<Statement, "hooks">,
): PackageFault | null {
  const obstacle = obstacleOfClaim(manifest, statement);
  if (obstacle === null) return null;
  const { name, version } = manifest;
  const detail = `Cannot trust ${name} ${version}: ${obstacle.detail}`;
  return { reason: obstacle.reason, detail };
}

/** The same, as the end of a sentence about the package. */
export function obstacleOfClaim(
  manifest: Manifest,
  { hooks }: Pick<Statement, "hooks">,
): PackageFault | null {
  const isRun = runsCode(manifest);
  if (isRun === hooks) return null;
  const problem = isRun
    ? "it runs programs as administrator, and its statement does not say so"
    : "its statement says that it runs programs, and it has none to run";
  return { reason: "package", detail: `${problem}; pack it again` };
}
