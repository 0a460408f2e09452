/**
 * The answer of `who-has`, turned round: for each program in each version, the
 * machines that have it. Pure.
 *
 * @module
 */

import { compareIn, ecosystemOf } from "../peo/versions/order.ts";
import type { WhoHasView } from "../server/shapes/api_schema.ts";

/** One version of a program, and who has it. */
export interface HeldVersion {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly purl: string;
  /** Names, each once. */
  readonly machines: readonly string[];
}

/** By name and source; of one program the newest version is the first. */
export function versionsOf(holders: WhoHasView["holders"]): HeldVersion[] {
  const all = new Map<string, HeldVersion & { machines: string[] }>();
  for (const { machine, programs } of holders) {
    for (const { name, version, source, purl } of programs) {
      const key = JSON.stringify([name, version, source]);
      const held = all.get(key);
      if (held === undefined) {
        all.set(key, { name, version, source, purl, machines: [machine] });
      } else if (held.machines.at(-1) !== machine) {
        held.machines.push(machine); // In two architectures: once.
      }
    }
  }
  return [...all.values()].sort((a, b) =>
    compareText(a.name, b.name) || compareText(a.source, b.source) ||
    compareIn(ecosystemOf(a.purl), b.version, a.version) ||
    compareText(a.version, b.version)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
