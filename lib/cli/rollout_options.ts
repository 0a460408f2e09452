/**
 * `--waves` and what goes with it: an order that is rolled out.
 *
 * @module
 */

import { optional } from "@optique/core/modifiers";
import { SOAK_S_MAX } from "../server/shapes/api_schema.ts";
import { switchOf, textOption } from "./arguments.ts";
import { readDuration } from "./duration_option.ts";
import { CliFailure } from "./failure.ts";

/** The options. */
export const rolloutOptions = () => ({
  waves: optional(textOption(
    "--waves",
    "WAVES",
    "In waves, each counted with those before: 1,10%,100%; a wave can also be " +
      "a selector, as in tag:canary,10%,100%. The first begins at once",
  )),
  soak: optional(textOption(
    "--soak",
    "TIME",
    "With --waves: how long a wave that went well is watched before the next " +
      "begins: 30m, 12h, 2d or none; else 1h",
  )),
  mayFail: optional(textOption(
    "--may-fail",
    "SHARES",
    "With --waves: how many machines of each wave may fail; one more stops the " +
      "rollout. 0,5% is the default: none of the first, 5 % of the others",
  )),
  wake: switchOf("--wake", "Wake machines that are off before (wake-on-LAN)"),
});

/** What was given of them. */
export interface RolloutValues {
  readonly waves?: string | undefined;
  readonly soak?: string | undefined;
  readonly mayFail?: string | undefined;
}

/** How an order is rolled out; null: it is given to all machines at once. */
export interface Waves {
  readonly waves: string[];
  readonly mayFail?: string[];
  readonly soakS: number;
}

const SOAK_S_DEFAULT = 3_600;

/** Reads them. @throws {CliFailure} when they do not fit together. */
export function readWaves(
  { waves, soak, mayFail }: RolloutValues,
): Waves | null {
  if (waves === undefined) {
    const alone = soak !== undefined
      ? "--soak"
      : mayFail !== undefined
      ? "--may-fail"
      : null;
    if (alone === null) return null;
    throw new CliFailure("usage", `${alone} is for --waves, which is missing`, {
      advice: ["Such as: --waves 1,10%,100%"],
    });
  }
  return {
    waves: parts("--waves", waves),
    ...(mayFail === undefined ? {} : { mayFail: parts("--may-fail", mayFail) }),
    soakS: soak === undefined ? SOAK_S_DEFAULT : readSoak(soak),
  };
}

function parts(option: string, typed: string): string[] {
  const all = typed.split(",").map((part) => part.trim());
  if (all.every((part) => part !== "")) return all;
  throw new CliFailure("usage", `${option} has an empty part: "${typed}"`);
}

function readSoak(typed: string): number {
  if (/^(none|0[mhdw]?)$/i.test(typed)) return 0;
  const seconds = readDuration(typed);
  if (typeof seconds === "number" && seconds <= SOAK_S_MAX) return seconds;
  const days = SOAK_S_MAX / 86_400;
  throw new CliFailure(
    "usage",
    `--soak must be a time such as 30m, 12h or 2d (${days}d at the most), or ` +
      `none, not "${typed}"`,
  );
}
