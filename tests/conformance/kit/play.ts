/**
 * Plays cases one after the other, and keeps how each ended.
 *
 * @module
 */

import { type Case, type Result, Skipped } from "./case.ts";

export interface Playable {
  /** Before every case. */
  ready(): Promise<void>;
}

export interface PlayOptions<Stage> {
  readonly stage: Stage;
  readonly cases: readonly Case<Stage>[];
  /** Only the cases whose identifier has this in it. */
  readonly only?: string | undefined;
  readonly onResult: (result: Result) => void;
}

const CASE_MS = 30_000;

export async function play<Stage extends Playable>(
  { stage, cases, only = "", onResult }: PlayOptions<Stage>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of cases.filter(({ id }) => id.includes(only))) {
    const result = await playOne(stage, one);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function playOne<Stage extends Playable>(
  stage: Stage,
  { id, section, says, severity = "MUST", run }: Case<Stage>,
): Promise<Result> {
  const begun = performance.now();
  let outcome: Result["outcome"] = "pass";
  let seen = "";
  try {
    await withinTime(stage.ready().then(() => run(stage)));
  } catch (error) {
    outcome = error instanceof Skipped ? "skipped" : "fail";
    seen = error instanceof Error ? error.message : String(error);
  }
  const ms = Math.round(performance.now() - begun);
  return { id, section, says, severity, outcome, seen, ms };
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The case was not over within ${CASE_MS} ms`));
    }, CASE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
