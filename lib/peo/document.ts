/**
 * `B.peo`: a program list as a CycloneDX 1.6 JSON document
 * (https://cyclonedx.org/docs/1.6/json/), so that it can be given as it is to
 * the tools that read such documents. Two machines with equal programs give
 * equal bytes: there is no date, no serial number and no name of the machine
 * in it, and the order of programs and fields is fixed. One program stands on
 * one line, so that `diff` shows what changed between two lists.
 *
 * @module
 */

import { utf8 } from "../trust/bytes.ts";
import {
  compareListed,
  type ListedProgram,
  type ListFault,
} from "./program.ts";
import type { Distribution } from "./purl.ts";

/** What a document says of the machine; the same on equal machines. */
export interface ListedMachine {
  /** `linux`, `windows`, `darwin`. */
  readonly system: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly distribution: Distribution;
}

/** What goes into a document. */
export interface ListContent {
  readonly machine: ListedMachine;
  /** In any order. */
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
}

/**
 * The names of our own properties, in the form of CycloneDX's taxonomy
 * (https://cyclonedx.github.io/cyclonedx-property-taxonomy/).
 */
export const PROPERTY = {
  source: "flottille:source",
  architecture: "flottille:architecture",
  system: "flottille:system",
  /** The source's name stands behind this one: `flottille:fault:dpkg`. */
  faultOf: "flottille:fault:",
} as const;

/** The document's bytes: UTF-8, ended by a newline. */
export function buildDocument(
  { machine, programs, faults }: ListContent,
): Uint8Array<ArrayBuffer> {
  const head = JSON.stringify({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "operations" }],
      component: machineComponent(machine),
      ...(faults.length === 0 ? {} : {
        properties: faults.map(({ source, error }) =>
          property(`${PROPERTY.faultOf}${source}`, error)
        ),
      }),
    },
  });
  const lines = programs.toSorted(compareListed).map((program) =>
    JSON.stringify(programComponent(program))
  );
  const components = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n]`;
  return utf8(`${head.slice(0, -1)},"components":${components}}\n`);
}

function machineComponent(machine: ListedMachine): unknown {
  const { id, version } = machine.distribution;
  return {
    type: "operating-system",
    name: id,
    ...(version === "" ? {} : { version }),
    properties: [
      property(PROPERTY.system, machine.system),
      property(PROPERTY.architecture, machine.architecture),
    ],
  };
}

function programComponent(program: ListedProgram): unknown {
  const { name, version, purl, source, architecture } = program;
  const properties = [property(PROPERTY.source, source)];
  if (architecture !== undefined) {
    properties.push(property(PROPERTY.architecture, architecture));
  }
  return { type: "application", name, version, purl, properties };
}

function property(name: string, value: string) {
  return { name, value };
}
