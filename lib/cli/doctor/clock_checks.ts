/**
 * The clock: signed lists expire by it, and orders go by it.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { said } from "./commands.ts";
import { fail, type Finding, warn, well } from "./finding.ts";

/** A moment that has been, whatever the clock says. */
export interface Past {
  readonly ms: number;
  /** What happened: `the publishers' list was signed`. */
  readonly what: string;
}

/** Nobody ran this program before. */
export const FIRST_RUN: Past = {
  ms: Date.UTC(2026, 0, 1),
  what: "this program was made",
};

/** Two computers' clocks differ by so much and nobody minds. */
const SLACK_MS = 300_000;

const STEP = "clock";
const SET = "Have it set by a time server: timedatectl set-ntp true";

/** Looks at the clock, and at who sets it. */
export async function checkClock(
  host: Pick<Host, "clock" | "processes" | "machine">,
  past: readonly Past[],
): Promise<Finding> {
  const nowMs = host.clock.wallMs();
  const wrong = clockFault(nowMs, past);
  const now = new Date(nowMs).toISOString();
  if (wrong !== null) return fail(STEP, `it says ${now}, ${wrong}`, SET);
  const isSet = await isSetByOthers(host);
  if (isSet === false) {
    return warn(STEP, `it says ${now}, and no time server sets it`, SET);
  }
  return well(STEP, `it says ${now}${isSet ? ", by a time server" : ""}`);
}

/** The end of a sentence; null: nothing speaks against it. */
export function clockFault(
  nowMs: number,
  past: readonly Past[],
): string | null {
  const [latest] = [FIRST_RUN, ...past].sort((a, b) => b.ms - a.ms);
  if (latest === undefined || nowMs >= latest.ms - SLACK_MS) return null;
  const when = new Date(latest.ms).toISOString();
  return `and ${latest.what} on ${when}, which is later`;
}

/** Null: nobody tells. */
async function isSetByOthers(
  host: Pick<Host, "processes" | "machine">,
): Promise<boolean | null> {
  if (host.machine.facts().system !== "linux") return null;
  const { code, text } = await said(host, [
    "timedatectl",
    ...["show", "--property=NTPSynchronized", "--value"],
  ]);
  if (code !== 0) return null;
  return text.trim() === "yes" ? true : text.trim() === "no" ? false : null;
}
