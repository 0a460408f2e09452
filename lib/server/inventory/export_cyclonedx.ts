/**
 * The inventory as one CycloneDX 1.6 document of the fleet: each machine a
 * device, each program once however many machines have it, and what each
 * machine has as its dependencies.
 *
 * @module
 */

import { lineOf, PROPERTY } from "../../peo/document.ts";
import { isoOf } from "../shapes/moments.ts";
import { SERVER_VERSION } from "../shapes/version.ts";
import {
  type ExportedMachine,
  type ExportSource,
  ProgramTexts,
} from "./export_source.ts";
import { NumberSet } from "./number_set.ts";

/** Properties of ours that only this document has. */
const FLEET_PROPERTY = {
  identifier: "flottille:identifier",
  /** When the machine's list came. */
  listed: "flottille:listed",
} as const;

/** References that stand on one line. */
const REFERENCES_PER_PIECE = 1_000;

/** The document's text: a component or a machine's dependencies on a line. */
export async function* cyclonedxExport(
  source: ExportSource,
): AsyncGenerator<string> {
  yield `${headOf(source).slice(0, -1)},"components":[`;
  yield source.machines.map(deviceOf).map((device) => `\n${device}`).join(",");
  yield* programsOf(source);
  yield '\n],"dependencies":[';
  yield* dependenciesOf(source);
  yield "\n]}\n";
}

function headOf({ nowMs }: ExportSource): string {
  return JSON.stringify({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: isoOf(nowMs),
      lifecycles: [{ phase: "operations" }],
      tools: {
        components: [{
          type: "application",
          name: "flottille-server",
          version: SERVER_VERSION,
        }],
      },
    },
  });
}

function deviceOf({ machine, list }: ExportedMachine): string {
  const { distribution, distributionVersion } = list;
  return JSON.stringify({
    type: "device",
    "bom-ref": machineReference(machine.id),
    name: machine.name,
    properties: [
      property(FLEET_PROPERTY.identifier, machine.id),
      property(FLEET_PROPERTY.listed, isoOf(list.atMs)),
      property(PROPERTY.system, machine.system),
      property(PROPERTY.architecture, machine.architecture),
    ],
    components: distribution === "" ? undefined : [{
      type: "operating-system",
      name: distribution,
      version: distributionVersion === "" ? undefined : distributionVersion,
    }],
  });
}

/** Every program of these machines, in the order in which they are met. */
async function* programsOf(source: ExportSource): AsyncGenerator<string> {
  const texts = new ProgramTexts(source, ({ number, program }) => {
    const reference = JSON.stringify(programReference(number));
    return `,\n{"bom-ref":${reference},${lineOf(program).slice(1)}`;
  });
  const seen = new NumberSet();
  for (const exported of source.machines) {
    const isNew = (number: number) => !seen.has(number);
    for await (const page of texts.pagesOf(exported, isNew)) {
      for (const { number } of page) seen.add(number);
      yield page.map(({ text }) => text).join("");
    }
  }
}

async function* dependenciesOf(source: ExportSource): AsyncGenerator<string> {
  const texts = new ProgramTexts(source, () => "");
  let before = "\n";
  for (const exported of source.machines) {
    const reference = JSON.stringify(machineReference(exported.machine.id));
    yield `${before}{"ref":${reference},"dependsOn":[`;
    before = "]},\n";
    let comma = "";
    for await (const page of texts.numbersOf(exported, REFERENCES_PER_PIECE)) {
      const references = page.map((number) => `"${programReference(number)}"`);
      yield comma + references.join(",");
      comma = ",\n";
    }
  }
  if (source.machines.length > 0) yield "]}";
}

/** Letters and digits only, so it is the same in JSON. */
function programReference(number: number): string {
  return `program:${number}`;
}

function machineReference(id: string): string {
  return `machine:${id}`;
}

function property(name: string, value: string) {
  return { name, value };
}
