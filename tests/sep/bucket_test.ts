/**
 * How much one address may get wrong, and for how long.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  FailureBuckets,
  FAILURES_BURST,
  FAILURES_PER_SECOND,
  SOURCES_MAX,
} from "../../lib/sep/bucket.ts";

/** Lets this source fail so many times at this moment. */
function fail(
  buckets: FailureBuckets,
  times: number,
  nowMs = 0,
  source = "10.0.0.9",
): void {
  for (let count = 0; count < times; count++) buckets.failed(source, nowMs);
}

Deno.test("FailureBuckets listens to who never failed, for ever", () => {
  const buckets = new FailureBuckets();
  for (let count = 0; count < 1_000; count++) {
    assert(buckets.listens("10.0.0.9", 0));
  }
  assertEquals(buckets.size, 0);
});

Deno.test("FailureBuckets stops listening after a burst, F-04", () => {
  const buckets = new FailureBuckets();
  fail(buckets, FAILURES_BURST - 1);
  assert(buckets.listens("10.0.0.9", 0));
  fail(buckets, 1);
  assert(!buckets.listens("10.0.0.9", 0));
  assert(buckets.listens("10.0.0.10", 0), "another source");
});

Deno.test("FailureBuckets forgives so many failures a second", () => {
  const buckets = new FailureBuckets();
  fail(buckets, FAILURES_BURST);
  assert(!buckets.listens("10.0.0.9", 0));
  assert(buckets.listens("10.0.0.9", 1_000 / FAILURES_PER_SECOND));
  fail(buckets, FAILURES_PER_SECOND, 1_000);
  assert(!buckets.listens("10.0.0.9", 1_000));
  assert(buckets.listens("10.0.0.9", 2_000));
});

Deno.test("FailureBuckets owes no more than a burst after any flood, F-04", () => {
  const buckets = new FailureBuckets();
  fail(buckets, 1_000_000);
  const forgivenMs = 1_000 * (FAILURES_BURST + 2) / FAILURES_PER_SECOND;
  assert(buckets.listens("10.0.0.9", forgivenMs));
});

Deno.test("FailureBuckets remembers a bounded number of sources, F-06", () => {
  const buckets = new FailureBuckets();
  fail(buckets, FAILURES_BURST, 0, "oldest");
  for (let source = 0; source < 100_000; source++) {
    buckets.failed(`10.${source}`, 0);
  }
  assertEquals(buckets.size, SOURCES_MAX);
  assert(buckets.listens("oldest", 0), "the one that failed longest ago went");
});
