/**
 * All that there is to say of a program's command line: what its man page and
 * its shells' completions are made from. It is what `--help` prints, so the
 * three cannot differ. Pure.
 *
 * @module
 */

import type { HelpEntry, HelpPage } from "../help.ts";

/** A program's command line. */
export interface Manual {
  readonly name: string;
  readonly version: string;
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly commands: readonly CommandManual[];
}

/** One of its commands. */
export interface CommandManual {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly page: HelpPage;
}

/** An option, as a shell completes it. */
export interface OptionManual {
  /** `-o`, `--output`. */
  readonly names: readonly string[];
  /** What its value is called; null: it has none. */
  readonly metavar: string | null;
  readonly says: string;
}

/** The options of a command. */
export function optionsOf({ page }: CommandManual): OptionManual[] {
  return page.sections.filter(({ title }) => title === "Options")
    .flatMap(({ entries }) => entries.map(optionOf));
}

/** `-o, --output FILE` */
function optionOf({ term, text }: HelpEntry): OptionManual {
  const words = term.split(/[\s,]+/);
  const names = words.filter((word) => word.startsWith("-"));
  const metavar = words.find((word) => !word.startsWith("-")) ?? null;
  return { names, metavar, says: text };
}
