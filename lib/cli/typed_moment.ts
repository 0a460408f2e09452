/**
 * The moment that somebody typed on a command line, or what to tell them.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import { CliFailure } from "./failure.ts";
import { LOCAL_ZONE } from "./local_time.ts";
import { MOMENT_FORMS, parseMoment } from "./moment_argument.ts";

/**
 * As the local API takes it, in ISO 8601.
 *
 * @throws {CliFailure} that says what is allowed.
 */
export function typedMoment(clock: Pick<Clock, "wallMs">, text: string) {
  const context = { nowMs: clock.wallMs(), zone: LOCAL_ZONE };
  const moment = parseMoment(text, context);
  if (moment.ok) return new Date(moment.value).toISOString();
  throw new CliFailure("usage", moment.fault, { advice: [MOMENT_FORMS] });
}
