/**
 * What the local API answers, before anybody has looked at it: JSON, or why
 * not, as one sentence and an exit code.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import { errorSchema } from "../server/shapes/api_schema.ts";
import type { ExitName } from "./exit_codes.ts";
import { CliFailure } from "./failure.ts";
import { asked } from "./suggestion.ts";

/** Long enough for a table of 10,000 machines on a busy server. */
export const DEADLINE_MS = 30_000;

/** A signal that fires at the deadline, and how to let go of its timer. */
export function deadline(
  clock: Clock,
  deadlineMs: number | null = DEADLINE_MS,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const done = deadlineMs === null
    ? () => {}
    : clock.after(deadlineMs, () => controller.abort());
  return { signal: controller.signal, done };
}

/** The JSON value of the body; null when it is none. */
export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null; // The schema says what is wrong with that.
  }
}

const EXIT_BY_STATUS: Readonly<Record<number, ExitName>> = {
  400: "usage",
  401: "notRunning",
  404: "notFound",
  409: "refused",
  413: "refused",
  422: "refused",
  507: "refused",
};

/** What the server refused, and why. */
export function refusal(status: number, answer: unknown): CliFailure {
  const exit = EXIT_BY_STATUS[status] ?? "fault";
  const body = errorSchema.safeParse(answer);
  if (!body.success) {
    const sentence = `The server answered with status ${status} and no reason`;
    return new CliFailure(exit, sentence);
  }
  const { error, nearest = [], details = [] } = body.data;
  const near = error.includes("did you mean") ? null : asked(nearest);
  const advice = near === null ? details : [...details, near];
  return new CliFailure(exit, error, { advice });
}
