/**
 * A program list as a table, for both programs.
 *
 * @module
 */

import type { ListedProgram, ListFault } from "../peo/program.ts";
import type { Output } from "./output.ts";

/** As the API tells it: without an exact `undefined`. */
type Listed = Omit<ListedProgram, "architecture"> & {
  readonly architecture?: string | undefined;
};

/** Prints the programs; nothing when there are none. */
export function printListed(output: Output, programs: readonly Listed[]): void {
  output.table(
    [
      { title: "PROGRAM", cutTo: 16 },
      { title: "VERSION", cutTo: 12 },
      { title: "SOURCE" },
      { title: "ARCHITECTURE", cutTo: 6 },
    ],
    programs.map(({ name, version, source, architecture }) => [
      name,
      version,
      source,
      architecture ?? "",
    ]),
  );
}

/** Prints what the list could not tell, on stderr. */
export function printFaults(
  output: Output,
  faults: readonly ListFault[],
): void {
  for (const { source, error } of faults) {
    output.note(`The list is not whole (${source}): ${error}`, "waiting");
  }
}
