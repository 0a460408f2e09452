/**
 * What `vulnerable` has found, gathered by package or by machine. Pure.
 *
 * @module
 */

import type { Finding } from "../peo/osv/fleet_index.ts";
import type { FleetProgramView } from "../server/shapes/api_schema.ts";

/** A program of the fleet that has at least one vulnerability. */
export interface VulnerableProgram {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly purl: string;
  readonly machines: readonly string[];
  readonly vulnerabilities: readonly Vulnerability[];
}

/** One of them. */
export interface Vulnerability {
  /** The identifier of the database's record. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** `HIGH`, or a CVSS vector; empty where nobody said. */
  readonly severity: string;
  readonly summary: string;
  /** The first version without it; empty: none yet. */
  readonly fixed: string;
}

/** What was found, by the fleet's distinct programs. */
export function vulnerablePrograms(
  findings: readonly Finding<FleetProgramView>[],
  machinesOf: ReadonlyMap<number, readonly string[]>,
): VulnerableProgram[] {
  const byNumber = Map.groupBy(findings, ({ program }) => program.number);
  const programs = [...byNumber].flatMap(([number, found]) => {
    const machines = machinesOf.get(number) ?? [];
    const [first] = found;
    if (first === undefined || machines.length === 0) return [];
    const { name, version, source, purl } = first.program;
    const vulnerabilities = found
      .map(({ record, fixed }) => ({ ...record, fixed }))
      .sort((a, b) => compareText(a.id, b.id));
    return [{ name, version, source, purl, machines, vulnerabilities }];
  });
  return programs.sort((a, b) =>
    compareText(a.name, b.name) || compareText(a.version, b.version) ||
    compareText(a.source, b.source)
  );
}

/** A machine and what of it is vulnerable. */
export interface VulnerableMachine {
  readonly machine: string;
  readonly programs: readonly VulnerableProgram[];
}

/** The same, machine by machine. */
export function byMachine(
  programs: readonly VulnerableProgram[],
): VulnerableMachine[] {
  const machines = new Map<string, VulnerableProgram[]>();
  for (const program of programs) {
    for (const machine of program.machines) {
      const there = machines.get(machine) ?? [];
      there.push(program);
      machines.set(machine, there);
    }
  }
  return [...machines]
    .map(([machine, programs]) => ({ machine, programs }))
    .sort((a, b) => compareText(a.machine, b.machine));
}

/** The name that people look up: the CVE's, where the record tells one. */
export function shownName({ id, aliases }: Vulnerability): string {
  const cve = [id, ...aliases].find((name) => name.startsWith("CVE-"));
  return cve === undefined || cve === id ? id : `${cve} (${id})`;
}

/** A word for the severity; a vector says its version only: tools score it. */
export function shownSeverity({ severity }: Vulnerability): string {
  const [, version] = /^CVSS:(\d\.\d)\//.exec(severity) ?? [];
  return version === undefined ? severity.toLowerCase() : `CVSS ${version}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
