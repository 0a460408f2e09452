/**
 * What stands between a source and the list: unknown texts go in, and a
 * program that a list may hold comes out, or a fault that says why not. Each
 * source says what it found in its own words; what may be in a list is decided
 * here, once for all of them.
 *
 * @module
 */

import { describe } from "../trust/shape.ts";
import type { FaultList } from "./faults.ts";
import {
  isInstant,
  isListable,
  isSize,
  LIST_LIMITS,
  type ListedProgram,
} from "./program.ts";

/**
 * What a source found of a program: any text, any number. Blanks around the
 * texts are dropped.
 */
export interface Given {
  readonly source: string;
  readonly name: string;
  /** Empty where the source tells none. */
  readonly version: string;
  readonly purl: string;
  readonly architecture?: string | undefined;
  readonly supplier?: string | undefined;
  readonly licence?: string | undefined;
  readonly sourcePackage?: string | undefined;
  readonly sourceVersion?: string | undefined;
  readonly installedAtS?: number | undefined;
  readonly sizeBytes?: number | undefined;
}

/**
 * The program as a list holds it. A name, version or purl that no list may
 * hold is a fault and gives null; another fact of that kind is left out.
 */
export function listed(given: Given, faults: FaultList): ListedProgram | null {
  const { source, purl } = given;
  const [name, version] = [given.name.trim(), given.version.trim()];
  if (!isListable(name)) {
    faults.add(`Cannot list ${describe(name)}: ${whyNot(name, "name")}`);
    return null;
  }
  if (version !== "" && !isListable(version)) {
    faults.add(
      `Cannot list ${describe(name)} ${describe(version)}: ` +
        whyNot(version, "version"),
    );
    return null;
  }
  if (!isListable(purl, LIST_LIMITS.purlLengthMax)) {
    faults.add(
      `Cannot list ${describe(name)} ${describe(version)}: ` +
        "its package URL would be too long",
    );
    return null;
  }
  return withFacts({ name, version, purl, source }, given);
}

/** Adds what is known beside them; nothing that cannot be listed. */
function withFacts(
  program: { -readonly [K in keyof ListedProgram]: ListedProgram[K] },
  given: Given,
): ListedProgram {
  // One by one: a loop over their names takes twice as long, and the agent
  // does this for every program of the machine.
  const architecture = fact(given.architecture);
  if (architecture !== null) program.architecture = architecture;
  const supplier = fact(given.supplier);
  if (supplier !== null) program.supplier = supplier;
  const licence = fact(given.licence);
  if (licence !== null) program.licence = licence;
  const sourcePackage = fact(given.sourcePackage);
  if (sourcePackage !== null) program.sourcePackage = sourcePackage;
  const sourceVersion = fact(given.sourceVersion);
  if (sourceVersion !== null) program.sourceVersion = sourceVersion;
  const { installedAtS, sizeBytes } = given;
  if (isInstant(installedAtS)) program.installedAtS = installedAtS;
  if (isSize(sizeBytes)) program.sizeBytes = sizeBytes;
  return program;
}

function fact(text: string | undefined): string | null {
  if (text === undefined) return null;
  const trimmed = text.trim();
  return isListable(trimmed) ? trimmed : null;
}

/** The end of a sentence on a name or version that no list may hold. */
function whyNot(text: string, what: string): string {
  if (text === "") return `it has no ${what}`;
  return text.length > LIST_LIMITS.textLengthMax
    ? `its ${what} has ${text.length} characters, ` +
      `at most ${LIST_LIMITS.textLengthMax} may be`
    : `its ${what} holds characters that cannot be shown`;
}
