/**
 * One order at a time, and each once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Worker } from "../../lib/agent/worker.ts";
import { silentLog } from "../../lib/host/log.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import type { Result } from "../../lib/install/result.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { startTrustedState } from "../../lib/trust/trusted_state.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));

function makeWorker() {
  const results = new Map<string, Result>();
  const gate = Promise.withResolvers<void>();
  let removals = 0;
  let lists = 0;
  const worker = new Worker({
    host: { disk: realDisk(), clock: new FakeClock() },
    installer: {
      already: () => Promise.resolve(null),
      install: () => Promise.resolve({ ok: true }),
      fail: ({ order, attempt }, failure) => {
        results.set(`${order}/${attempt}`, failure);
        return Promise.resolve(failure);
      },
      resultOf: (order, attempt) => results.get(`${order}/${attempt}`) ?? null,
      async remove({ order, attempt }) {
        await gate.promise;
        removals++;
        results.set(`${order}/${attempt}`, { ok: true });
        return { ok: true };
      },
    },
    memory: {
      trusted: startTrustedState({
        fleet: FLEET.publicKey,
        delegation: signDelegation(FLEET, {
          serverKey: FLEET.publicKey,
          certificateHash: new Uint8Array(32),
          serial: 1n,
        }),
      }),
    },
    link: {
      refreshPublishers: () => Promise.resolve(),
      download: () => Promise.reject(new Error("Nothing to download here")),
    },
    lists: { send: () => Promise.resolve((lists++, null)) },
    log: silentLog,
  });
  const counts = () => ({ removals, lists });
  const recorded = () => [...results.keys()];
  return { worker, open: () => gate.resolve(), counts, recorded };
}

function removal(order: bigint, attempt = 1) {
  return { order, attempt, name: "editor", version: "*" };
}

Deno.test("Worker tells a second order that it is busy, C-17", async () => {
  const { worker, open, counts } = makeWorker();
  const first = worker.remove(removal(1n));
  assertEquals(worker.doing, "remove editor *");
  assertEquals(await worker.remove(removal(2n)), "busy");
  open();
  assertEquals(await first, null);
  assertEquals(worker.doing, null);
  assertEquals(counts(), { removals: 1, lists: 1 });
});

Deno.test("Worker does the same order and attempt once, C-02", async () => {
  const { worker, open, counts } = makeWorker();
  const first = worker.remove(removal(1n));
  const second = worker.remove(removal(1n));
  open();
  assertEquals([await first, await second], [null, null]);
  assertEquals(await worker.remove(removal(1n)), null);
  assertEquals(counts(), { removals: 1, lists: 1 });
});

Deno.test("Worker acts again when the attempt is raised", async () => {
  const { worker, open, counts } = makeWorker();
  open();
  await worker.remove(removal(1n, 1));
  await worker.remove(removal(1n, 2));
  assertEquals(counts().removals, 2);
});

Deno.test("Worker installs nothing without a publishers' list", async () => {
  const { worker, recorded } = makeWorker();
  const sha256 = "ab".repeat(32);
  const order = { ...removal(1n), version: "1.0", sha256, size: 1 };
  assertEquals(await worker.install(order), "network");
  // Recorded: the same attempt gets the same answer, and nothing is tried.
  assertEquals(await worker.install(order), "network");
  assertEquals(recorded(), ["1/1"]);
});
