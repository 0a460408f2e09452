/**
 * What a case is, and how one ends.
 *
 * @module
 */

/** Must: a rule that binds. Should: what ours does, and others may do else. */
export type Severity = "MUST" | "SHOULD";

/** One rule of docs/protocol.md, tried on an implementation. */
export interface Case<Stage> {
  /** A fault identifier, or `lawful`, and a name that says what is done. */
  readonly id: string;
  /** The heading of docs/protocol.md under which the sentence stands. */
  readonly section: string;
  /** A sentence (or its beginning) of that section, word by word. */
  readonly says: string;
  readonly severity?: Severity;
  /** @throws {Wrong} with what was seen; {Skipped} with why. */
  run(stage: Stage): Promise<void>;
}

/** The implementation did not do what the case awaits. */
export class Wrong extends Error {
  override name = "Wrong";
}

/** The case cannot be tried here. */
export class Skipped extends Error {
  override name = "Skipped";
}

export interface Result {
  readonly id: string;
  readonly section: string;
  readonly says: string;
  readonly severity: Severity;
  readonly outcome: "pass" | "fail" | "skipped";
  /** What was seen, or why it was skipped; empty when it passed. */
  readonly seen: string;
  readonly ms: number;
}

/** Fails the case with what was seen, when the condition does not hold. */
export function expect(condition: boolean, seen: string): asserts condition {
  if (!condition) throw new Wrong(seen);
}

/** Fails the case when the two are not the same. */
export function same<T extends string | number | bigint>(
  what: string,
  found: T,
  awaited: T,
): void {
  if (found !== awaited) {
    throw new Wrong(`${what} is ${show(found)}, not ${show(awaited)}`);
  }
}

const show = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : String(value);

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is not null; fails with `what` when it never is. */
export async function eventually<T>(
  what: string,
  question: () => T | null | undefined | Promise<T | null | undefined>,
  withinMs = 5_000,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const answer = await question();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > until) {
      throw new Wrong(`${what}: not within ${withinMs} ms`);
    }
    await pause(5);
  }
}
