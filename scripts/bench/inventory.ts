/**
 * Inventory: a machine's list beside what others do for theirs, an unchanged
 * list on the wire, and questions about a fleet of a thousand machines.
 *
 * @module
 */

import type { Programs } from "../kit/programs.ts";
import { benchQuestions } from "./fleet_questions.ts";
import { benchBesideOthers } from "./list_beside_others.ts";
import { benchUnchanged } from "./list_unchanged.ts";

/** Runs it and gives the lines of the report. */
export async function benchInventory(
  programs: Programs,
): Promise<readonly string[]> {
  return [
    ...await benchBesideOthers(programs),
    ...await benchUnchanged(programs),
    ...await benchQuestions(programs),
  ];
}
