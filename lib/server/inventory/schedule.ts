/**
 * A cron expression of five fields as what it means: the next moment after a
 * given one. `croner` reads it; its own timers are not used, and it is never
 * asked for the present time, so the rule of the rooms holds (time arrives
 * with the event).
 *
 * Twice a year the local time leaps. An hour that is left out does not lose
 * the run that lies in it: it comes at the leap. An hour that comes twice has
 * a daily run once.
 *
 * @module
 */

import { Cron } from "croner";

/** When something is due, again and again. */
export interface Schedule {
  /** The first due moment after this one; null when there is none. */
  nextAfterMs(ms: number): number | null;
}

/** As cron's own lines: no seconds, no years. */
const FIELDS = 5;

/** Any moment: whether an expression ever matches does not depend on it. */
const SOME_MOMENT_MS = Date.UTC(2013, 0, 1);

/**
 * The expression's meaning in the local time, or in that of the `timezone`;
 * null when it is none, or when no day ever matches it (the 31st of February).
 */
export function parseSchedule(
  expression: string,
  timezone?: string,
): Schedule | null {
  // croner knows names like "@daily" too: cron's five fields are enough. What
  // has a colon it takes for a moment, and throws when it is none.
  if (expression.trim().split(/\s+/).length !== FIELDS) return null;
  if (expression.includes(":")) return null;
  const cron = readCron(expression, timezone);
  if (cron === null) return null;
  const schedule = {
    nextAfterMs: (ms: number) => cron.nextRun(new Date(ms))?.getTime() ?? null,
  };
  return schedule.nextAfterMs(SOME_MOMENT_MS) === null ? null : schedule;
}

/** Can the expression be a schedule? */
export function isSchedule(expression: string): boolean {
  return parseSchedule(expression) !== null;
}

function readCron(expression: string, timezone?: string): Cron | null {
  try {
    // Without a function to call it plans nothing by itself.
    return new Cron(expression, {
      mode: "5-part",
      ...(timezone === undefined ? {} : { timezone }),
    });
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}
