/**
 * A worker whose rooms are made up.
 *
 * @module
 */

import { Worker, type WorkerOptions } from "../../lib/agent/worker.ts";
import { silentLog } from "../../lib/host/log.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { done, type Result } from "../../lib/install/result.ts";
import type { InstallOrder } from "../../lib/sep/server_api.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { startTrustedState } from "../../lib/trust/trusted_state.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));
export const NOTE = "kept the owner's etc/editor.conf";

/** A worker whose rooms are made up; `rooms` says which of them differ. */
export function makeWorker(rooms: {
  readonly installer?: Partial<WorkerOptions["installer"]>;
  readonly link?: Partial<WorkerOptions["link"]>;
  readonly published?: boolean;
  readonly whySpared?: WorkerOptions["whySpared"];
} = {}) {
  const results = new Map<string, Result>();
  const gate = Promise.withResolvers<void>();
  const counts = { removals: 0, lists: 0, tidied: 0 };
  /** What was done whenever the worker told of a change. */
  const changes: (string | null)[] = [];
  const keep = (
    { order, attempt }: { order: bigint; attempt: number },
    result: Result,
  ) => {
    results.set(`${order}/${attempt}`, result);
    return Promise.resolve(result);
  };
  const trusted = startTrustedState({
    fleet: FLEET.publicKey,
    delegation: signDelegation(FLEET, {
      serverKey: FLEET.publicKey,
      certificateHash: new Uint8Array(32),
      serial: 1n,
    }),
  });
  const publishers = { expiresMs: Infinity } as never;
  const worker = new Worker({
    host: { disk: realDisk(), clock: new FakeClock() },
    installer: {
      already: () => Promise.resolve(null),
      install: ({ order }) => keep(order, done(order.version, NOTE)),
      rollback: (order) => keep(order, done("1.0", NOTE)),
      fail: keep,
      resultOf: (order, attempt) => results.get(`${order}/${attempt}`) ?? null,
      async remove(order) {
        await gate.promise;
        counts.removals++;
        return await keep(order, done(""));
      },
      ...rooms.installer,
    },
    memory: {
      trusted: rooms.published ? { ...trusted, publishers } : trusted,
    },
    link: {
      refreshPublishers: () => Promise.resolve(),
      download: () => Promise.reject(new Error("Nothing to download here")),
      fetchDowngrade: () => Promise.reject(new Error("Nobody asked for it")),
      tidy: () => Promise.resolve(void counts.tidied++),
      drop: () => Promise.resolve(),
      ...rooms.link,
    },
    lists: { send: () => Promise.resolve((counts.lists++, null)) },
    whySpared: rooms.whySpared ?? (() => Promise.resolve(null)),
    log: silentLog,
    changed: () => changes.push(worker.doing),
  });
  const recorded = () => [...results.keys()];
  return { worker, open: () => gate.resolve(), counts, changes, recorded };
}

export function removal(order: bigint, attempt = 1) {
  return { order, attempt, name: "editor", version: "*" };
}

export function installOrder(order: bigint, attempt = 1): InstallOrder {
  const sha256 = "ab".repeat(32);
  return { ...removal(order, attempt), version: "2.0", sha256, size: 100 };
}
