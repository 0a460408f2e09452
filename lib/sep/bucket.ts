/**
 * How many wrong datagrams one address may send before strangers there are not
 * even listened to. Only failures count, and a flood without the filter key
 * costs a lookup instead of a hash (F-04, F-05). But an address is what anybody
 * can claim: so much is forgiven that a trickle of junk in another's name shuts
 * nobody out, and what belongs to a session passes by (`gate.ts`).
 *
 * Pure: time comes in with each question.
 *
 * @module
 */

/** Wrong datagrams that are forgiven at once. */
export const FAILURES_BURST = 512;
/** Wrong datagrams that are forgiven in each second; 2 % of a processor. */
export const FAILURES_PER_SECOND = 256;
/** Addresses remembered; beyond it the one that failed longest ago goes. */
export const SOURCES_MAX = 4_096;

interface Bucket {
  failures: number;
  atMs: number;
}

/** Buckets for every address that has failed lately. */
export class FailureBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /** True while datagrams of this address are still looked at. */
  listens(source: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(source);
    return bucket === undefined || level(bucket, nowMs) < FAILURES_BURST;
  }

  /** Counts one wrong datagram against its address. */
  failed(source: string, nowMs: number): void {
    const bucket = this.#buckets.get(source);
    const failures = bucket === undefined ? 0 : level(bucket, nowMs);
    this.#buckets.delete(source);
    this.#buckets.set(source, {
      failures: Math.min(failures + 1, FAILURES_BURST + 1),
      atMs: nowMs,
    });
    if (this.#buckets.size <= SOURCES_MAX) return;
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      break;
    }
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#buckets.size;
  }
}

function level(bucket: Bucket, nowMs: number): number {
  const forgiven = (nowMs - bucket.atMs) / 1_000 * FAILURES_PER_SECOND;
  return Math.max(0, bucket.failures - forgiven);
}
