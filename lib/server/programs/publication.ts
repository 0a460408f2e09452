/**
 * What is judged of a package when it is published, beyond what its statement
 * and its zip say: would a machine take it at all? And what is kept of its
 * manifest for the orders to come. Pure.
 *
 * A serial lower than a published one is not refused here. To publish an older
 * package is harmless: nobody gets it unless it is ordered by its version, and
 * machines that have had a newer one refuse it without a downgrade statement.
 * Whoever may sign that statement must find the package here.
 *
 * @module
 */

import { faultOfAdmission, faultOfClaim } from "../../ieo/fit/admission.ts";
import { deadlinesMsOf, type Manifest, runsCode } from "../../ieo/manifest.ts";
import type { PackageFault } from "../../ieo/package_fault.ts";
import type { Statement } from "../../trust/statement.ts";
import type { ProgramFacts } from "../shapes/program.ts";

/** Why no machine would take it; null when some machine would. */
export function faultOfPublication(
  manifest: Manifest,
  statement: Statement,
  nowMs: number,
): PackageFault | null {
  const { name, version, expires } = manifest;
  const claim = faultOfClaim(manifest, statement);
  if (claim !== null) return claim;
  // Which machines it is for does not matter yet; its time does.
  const admitted = {
    ...{ name, version, targets: [] },
    ...(expires === undefined ? {} : { expires }),
  };
  return faultOfAdmission(admitted, {
    facts: NOWHERE,
    agentVersion: "",
    nowMs,
  });
}

const NOWHERE = {
  os: "",
  architecture: "",
  distribution: "",
  distributionVersion: "",
};

/** What orders need to know of the package. */
export function factsOf(manifest: Manifest): ProgramFacts {
  const { requires, conflicts, targets, agent, expires, rollback } = manifest;
  return {
    ...{ requires, conflicts, targets, rollback },
    ...(agent === undefined ? {} : { agent }),
    ...(expires === undefined ? {} : { expires }),
    protected: manifest.protected,
    deadlinesMs: deadlinesMsOf(manifest),
    runsCode: runsCode(manifest),
    native: [...new Set(manifest.native.map(({ kind }) => kind))],
  };
}
