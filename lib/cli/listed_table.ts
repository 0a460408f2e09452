/**
 * A program list as a table, for both programs.
 *
 * @module
 */

import type { ListFault } from "../peo/program.ts";
import { LOCAL_ZONE, showLocal } from "./local_time.ts";
import type { Output } from "./output.ts";
import type { Column } from "./table.ts";
import { counted, showBytes } from "./units.ts";

/** A line of a list, as the API and the agent tell it. */
export interface Listed {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly architecture?: string | undefined;
  readonly supplier?: string | undefined;
  readonly licence?: string | undefined;
  readonly installedAtS?: number | undefined;
  readonly sizeBytes?: number | undefined;
}

/** From here on a terminal has room for what `--long` shows. */
const LONG_COLUMNS_MIN = 120;

const SHORT: readonly Column[] = [
  { title: "PROGRAM", cutTo: 16 },
  { title: "VERSION", cutTo: 12 },
  { title: "SOURCE" },
  { title: "ARCHITECTURE", cutTo: 6 },
];

const LONG: readonly Column[] = [
  ...SHORT,
  { title: "INSTALLED" },
  { title: "SIZE", right: true },
  { title: "LICENCE", cutTo: 8 },
  { title: "SUPPLIER", cutTo: 8 },
];

/**
 * Prints the programs; nothing when there are none. `long` shows all that the
 * list says of each; so does a terminal that is wide enough.
 */
export function printListed(
  output: Output,
  programs: readonly Listed[],
  long = false,
): void {
  const isWide = Number.isFinite(output.widthMax) &&
    output.widthMax >= LONG_COLUMNS_MIN;
  const rows = programs.map((program) => [
    ...shortCells(program),
    ...(long || isWide ? longCells(program) : []),
  ]);
  // What no source told of any program takes no room.
  const told = LONG.map((_, at) =>
    at < SHORT.length || rows.some((row) => (row[at] ?? "") !== "")
  );
  output.table(
    LONG.filter((_, at) => told[at]),
    rows.map((row) => row.filter((_, at) => told[at])),
  );
}

function shortCells({ name, version, source, architecture }: Listed): string[] {
  return [name, version, source, architecture ?? ""];
}

function longCells(
  { installedAtS, sizeBytes, licence, supplier }: Listed,
): string[] {
  return [
    installedAtS === undefined
      ? ""
      : showLocal(installedAtS * 1_000, LOCAL_ZONE).split(" ", 1)[0] ?? "",
    sizeBytes === undefined ? "" : showBytes(sizeBytes),
    licence ?? "",
    supplier ?? "",
  ];
}

/** `836 programs (820 dpkg, 14 npm, 2 flottille)`, most first. */
export function sourceCounts(
  programs: readonly Pick<Listed, "source">[],
  where = "",
): string {
  const counts = new Map<string, number>();
  for (const { source } of programs) {
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const all = counted(programs.length, "program");
  const parts = [...counts].sort(([, a], [, b]) => b - a)
    .map(([source, count]) => `${count} ${source}`);
  return parts.length === 0
    ? `${all}${where}`
    : `${all}${where} (${parts.join(", ")})`;
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
