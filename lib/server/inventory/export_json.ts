/**
 * The inventory as one JSON array: machines with their programs, in the words
 * of the local API.
 *
 * @module
 */

import { isoOf } from "../shapes/moments.ts";
import {
  type ExportedMachine,
  type ExportSource,
  ProgramTexts,
} from "./export_source.ts";

/** The array's text, a machine on a line and each of its programs on one. */
export async function* jsonExport(
  source: ExportSource,
): AsyncGenerator<string> {
  const texts = new ProgramTexts(
    source,
    ({ program }) => JSON.stringify(program),
  );
  let before = "[\n";
  for (const exported of source.machines) {
    yield `${before}${headOf(exported)}`;
    before = "\n]},\n";
    let comma = "\n";
    for await (const page of texts.pagesOf(exported)) {
      let piece = "";
      for (const { text, installedAtS } of page) {
        piece += comma + withDate(text, installedAtS);
        comma = ",\n";
      }
      yield piece;
    }
  }
  yield source.machines.length === 0 ? "[]\n" : "\n]}\n]\n";
}

/** The machine's object, up to its open list of programs. */
function headOf({ machine, list }: ExportedMachine): string {
  const head = JSON.stringify({
    machine: machine.name,
    id: machine.id,
    system: machine.system,
    architecture: machine.architecture,
    distribution: list.distribution,
    distributionVersion: list.distributionVersion,
    at: isoOf(list.atMs),
    confirmedAt: isoOf(list.confirmedMs),
    faults: list.faults,
  });
  return `${head.slice(0, -1)},"programs":[`;
}

/** The machine's own date, in a program that many have. */
function withDate(text: string, installedAtS: number | null): string {
  if (installedAtS === null) return text;
  return `${text.slice(0, -1)},"installedAtS":${installedAtS}}`;
}
