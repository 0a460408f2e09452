/**
 * Runs one target beside the watch: tells each run before it begins in shared
 * memory, so that one that never ends is known all the same.
 *
 * @module
 */

import { runTarget, type Span } from "./run_target.ts";
import { TARGETS } from "./targets.ts";

/** What the watch sends. */
export interface Work {
  readonly name: string;
  readonly span: Span;
  /** One number: the run that has begun. */
  readonly run: SharedArrayBuffer;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<Work>) => void) | null;
  postMessage(message: unknown): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data: { name, span, run } }) => {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`There is no target "${name}"`);
  const begun = new Int32Array(run);
  scope.postMessage(
    await runTarget(target, span, (now) => Atomics.store(begun, 0, now)),
  );
};
