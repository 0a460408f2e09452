/**
 * The completion script that was asked for by its shell.
 *
 * @module
 */

import { CliFailure } from "../failure.ts";
import { suggestion } from "../suggestion.ts";
import { COMPLETIONS, type Shell } from "./completion.ts";
import type { Manual } from "./manual.ts";

/** The script's lines. @throws {CliFailure} for an unknown shell. */
export function completionLines(manual: Manual, shell: string): string[] {
  if (Object.hasOwn(COMPLETIONS, shell)) {
    return COMPLETIONS[shell as Shell](manual).trimEnd().split("\n");
  }
  const names = Object.keys(COMPLETIONS);
  const near = suggestion(shell, names);
  throw new CliFailure(
    "usage",
    `There is no completion for "${shell}"${near === null ? "" : `; ${near}`}`,
    { advice: [`There is one for ${names.join(", ")}`] },
  );
}
