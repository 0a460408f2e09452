/**
 * What Homebrew writes beside a program that it installed: the receipt, and a
 * copy of the formula, a program of Ruby of which the line with the licence is
 * read and nothing else.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { purl } from "../purl.ts";
import { jsonOf, textAt, valueAt } from "./json_value.ts";
import { quoted, rawOf, textOf } from "./raw_text.ts";

/** The name of this source in a list. */
export const HOMEBREW_SOURCE = "homebrew";

/** A version of a formula or a cask that is there. */
export interface Keg {
  readonly name: string;
  readonly version: string;
  /** `INSTALL_RECEIPT.json`; null: there is none, as of old casks. */
  readonly receipt: Uint8Array | null;
  /** The copy of the formula; null: there is none, as of casks. */
  readonly formula: Uint8Array | null;
}

/** The program. */
export function homebrewProgram(
  { name, version, receipt, formula }: Keg,
  faults: FaultList,
): ListedProgram | null {
  const facts = receiptOf(receipt, name, faults);
  const architecture = textAt(facts, "arch");
  const time = valueAt(facts, "time");
  return listed({
    source: HOMEBREW_SOURCE,
    name,
    version,
    purl: purl({
      type: "brew",
      name,
      version,
      qualifiers: {
        arch: architecture,
        tap: textAt(valueAt(facts, "source"), "tap"),
      },
    }),
    architecture,
    licence: formula === null ? undefined : licenceOf(formula),
    installedAtS: typeof time === "number" ? time : undefined,
  }, faults);
}

/** What the receipt says; undefined when it cannot be read. */
function receiptOf(
  receipt: Uint8Array | null,
  name: string,
  faults: FaultList,
): unknown {
  if (receipt === null) return undefined;
  const read = jsonOf(receipt);
  if (read.ok) return read.value;
  faults.add(
    `Cannot read the receipt of ${quoted(name)}: ${read.fault}; it is ` +
      "listed without a date",
  );
  return undefined;
}

/** `  license "MIT"`; a licence of several is an expression of Ruby. */
function licenceOf(formula: Uint8Array): string | undefined {
  const [, licence] = /^ {2}license "([^"\n]{1,200})"$/m
    .exec(rawOf(formula)) ?? [];
  return licence === undefined ? undefined : textOf(licence);
}
