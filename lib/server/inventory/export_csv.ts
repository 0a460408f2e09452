/**
 * The inventory as CSV (RFC 4180): one line for each machine and program, in
 * UTF-8, with a line of names first.
 *
 * Names and versions come from the machines, and spreadsheets run a cell that
 * begins like a formula: an apostrophe before it makes it a text.
 *
 * @module
 */

import { instantText } from "../../peo/document.ts";
import type { ListedProgram } from "../../peo/program.ts";
import { isoOf } from "../shapes/moments.ts";
import {
  type ExportedMachine,
  type ExportSource,
  ProgramTexts,
} from "./export_source.ts";

/** The columns of a program, and the machine's own date behind them. */
const PROGRAM_COLUMNS = [
  ["name", (program) => program.name],
  ["version", (program) => program.version],
  ["source", (program) => program.source],
  ["architecture", (program) => program.architecture],
  ["supplier", (program) => program.supplier],
  ["licence", (program) => program.licence],
  ["source_package", (program) => program.sourcePackage],
  ["source_version", (program) => program.sourceVersion],
  ["size_bytes", (program) => program.sizeBytes],
  ["purl", (program) => program.purl],
] as const satisfies readonly (readonly [
  string,
  (program: ListedProgram) => string | number | undefined,
])[];

const MACHINE_COLUMNS = ["machine", "identifier", "listed"] as const;

const LINE_END = "\r\n";

/** The text of the whole table. */
export async function* csvExport(
  source: ExportSource,
): AsyncGenerator<string> {
  const names = PROGRAM_COLUMNS.map(([name]) => name);
  yield lineOf([...MACHINE_COLUMNS, ...names, "installed"]) + LINE_END;
  const texts = new ProgramTexts(
    source,
    ({ program }) => lineOf(PROGRAM_COLUMNS.map(([, value]) => value(program))),
  );
  for (const exported of source.machines) {
    const machine = machineCells(exported);
    for await (const page of texts.pagesOf(exported)) {
      let piece = "";
      for (const { text, installedAtS } of page) {
        const date = installedAtS === null ? "" : instantText(installedAtS);
        piece += `${machine},${text},${date}${LINE_END}`;
      }
      yield piece;
    }
  }
}

function machineCells({ machine, list }: ExportedMachine): string {
  return lineOf([machine.name, machine.id, isoOf(list.atMs)]);
}

function lineOf(
  values: readonly (string | number | undefined)[],
): string {
  return values.map((value) => cell(String(value ?? ""))).join(",");
}

/** One cell, as a table of cells may hold it. */
export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

/** What spreadsheets take for the beginning of a formula, also in full width. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
