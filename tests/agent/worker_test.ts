/**
 * One order at a time, and each once; what is told of it is what is kept.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { done, type Result } from "../../lib/install/result.ts";
import type { InstallOrder, OrderResult } from "../../lib/sep/server_api.ts";
import { fault, ok } from "../../lib/trust/outcome.ts";
import { installOrder, makeWorker, NOTE, removal } from "./worker_kit.ts";

const REMOVED: OrderResult = { reason: null, version: "", note: "" };

Deno.test("Worker tells a second order that it is busy, and with what, C-17", async () => {
  const { worker, open, counts } = makeWorker();
  const first = worker.remove(removal(1n));
  assertEquals(worker.doing, "remove editor *");
  assertEquals(await worker.remove(removal(2n)), {
    reason: "busy",
    version: "",
    note: "The machine is busy: remove editor *",
  });
  open();
  assertEquals(await first, REMOVED);
  assertEquals(worker.doing, null);
  assertEquals(counts, { removals: 1, lists: 1, tidied: 1 });
});

Deno.test("Worker does the same order and attempt once, C-02", async () => {
  const { worker, open, counts } = makeWorker();
  const first = worker.remove(removal(1n));
  const second = worker.remove(removal(1n));
  open();
  assertEquals([await first, await second], [REMOVED, REMOVED]);
  assertEquals(await worker.remove(removal(1n)), REMOVED);
  assertEquals(counts, { removals: 1, lists: 1, tidied: 1 });
});

Deno.test("Worker acts again when the attempt is raised", async () => {
  const { worker, open, counts } = makeWorker();
  open();
  await worker.remove(removal(1n, 1));
  await worker.remove(removal(1n, 2));
  assertEquals(counts.removals, 2);
});

Deno.test("Worker tells of what an install or a way back has changed, once, and of nothing else", async () => {
  const downloaded = { path: "", statement: new Uint8Array() };
  const { worker, open, changes, counts } = makeWorker({
    link: { download: () => Promise.resolve(ok(downloaded)) },
    published: true,
  });
  open();
  await worker.install(installOrder(1n));
  await worker.install(installOrder(1n));
  assertEquals(changes, ["install editor 2.0: installs"]);
  await worker.install({ ...installOrder(2n), how: "retour" });
  assertEquals(changes.length, 2);
  // A removal sends its list itself (flow 7), and a failure changes nothing.
  await worker.remove(removal(3n));
  assertEquals([changes.length, counts.lists], [2, 1]);
  const failing = makeWorker();
  await failing.worker.install(installOrder(4n));
  assertEquals(failing.changes, []);
});

Deno.test("Worker installs nothing without a publishers' list", async () => {
  const { worker, recorded } = makeWorker();
  const first = await worker.install(installOrder(1n));
  assertEquals([first.reason, first.version], ["network", ""]);
  assert(first.note.includes("no publishers' list"), first.note);
  // Recorded: the same attempt gets the same answer, and nothing is tried.
  assertEquals(await worker.install(installOrder(1n)), first);
  assertEquals(recorded(), ["1/1"]);
});

Deno.test("Worker goes back without a download or a publishers' list", async () => {
  const { worker } = makeWorker({
    link: { refreshPublishers: () => Promise.reject(new Error("Asked")) },
  });
  const order: InstallOrder = {
    ...installOrder(1n),
    version: "*",
    how: "retour",
  };
  const back = worker.install(order);
  assertEquals(worker.doing, "roll back editor *");
  const told = { reason: null, version: "1.0", note: NOTE };
  assertEquals(await back, told);
  assertEquals(await worker.install(order), told);
});

Deno.test("Worker tells of a failed hook what the installer kept of it, cut", async () => {
  const lines = Array.from({ length: 300 }, (_, at) => `\x1b[31mline ${at}`);
  const detail = ["Cannot remove editor: its preremove failed", ...lines];
  const result: Result = {
    ok: false,
    reason: "hook",
    detail: detail.join("\n"),
  };
  const { worker } = makeWorker({
    installer: { remove: () => Promise.resolve(result) },
  });
  const { reason, note } = await worker.remove(removal(1n));
  assertEquals(reason, "hook");
  const told = note.split("\n");
  assertEquals(told[0], detail[0]);
  assertEquals(told.at(-1), "?[31mline 299");
});

Deno.test("Worker gives the installer the downgrade statement of the package, when it asks", async () => {
  const asked: string[] = [];
  const { worker } = makeWorker({
    published: true,
    link: {
      download: () =>
        Promise.resolve({
          ok: true,
          value: { path: "/nowhere/part", statement: new Uint8Array(1) },
        }),
      fetchDowngrade(sha256) {
        asked.push(sha256);
        return Promise.resolve(Uint8Array.of(7));
      },
    },
    installer: {
      async install({ order, downgrade }) {
        const statement = await downgrade?.();
        return done(order.version, `${statement}`);
      },
    },
  });
  const { note } = await worker.install(installOrder(1n));
  assertEquals(note, "7");
  assertEquals(asked, ["ab".repeat(32)]);
});

Deno.test("Worker says what it does, and what the installer waits for", async () => {
  const going = Promise.withResolvers<never>();
  const installing = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let progress = (_bytes: number) => {};
  const { worker } = makeWorker({
    published: true,
    link: {
      download(_order, onProgress) {
        progress = (bytes) => onProgress?.(bytes, 100);
        return going.promise;
      },
    },
    installer: {
      async install({ order }) {
        installing.resolve();
        await go.promise;
        return done(order.version);
      },
    },
  });
  const working = worker.install(installOrder(1n));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(worker.doing, "install editor 2.0: downloads");
  progress(42);
  assertEquals(worker.doing, "install editor 2.0: downloads, 42 %");
  const value = { path: "/nowhere/part", statement: new Uint8Array(1) };
  going.resolve({ ok: true, value } as never);
  await installing.promise;
  assertEquals(worker.doing, "install editor 2.0: installs");
  const waits = "waits for the package manager's lock";
  worker.doingNow(waits);
  assertEquals(worker.doing, `install editor 2.0: ${waits}`);
  const busy = await worker.remove(removal(2n));
  assertEquals(busy.reason, "busy");
  assert(busy.note.endsWith(waits), busy.note);
  go.resolve();
  await working;
  assertEquals(worker.doing, null);
});

Deno.test("Worker that is stopped keeps no failure of the download that it cut", async () => {
  const cut = Promise.withResolvers<never>();
  const { worker, recorded } = makeWorker({
    published: true,
    link: { download: () => cut.promise },
  });
  const working = worker.install(installOrder(1n));
  worker.stop();
  const detail = "The agent is stopping";
  cut.resolve(fault({ reason: "network", detail }) as never);
  assertEquals((await working).reason, "network");
  assertEquals(recorded(), []);
  // Whatever else failed did fail, and is kept as always.
  const full = fault({ reason: "disk" as const, detail: "It is full" });
  const other = makeWorker({
    published: true,
    link: { download: () => Promise.resolve(full) },
  });
  other.worker.stop();
  await other.worker.install(installOrder(1n));
  assertEquals(other.recorded(), ["1/1"]);
});

Deno.test("Worker survives an installer that throws, and says so, S-13", async () => {
  const full = Object.assign(new Error("No space left"), { code: "ENOSPC" });
  const cases = [[new Error("The disk is gone"), "system"], [full, "disk"]];
  for (const [thrown, reason] of cases as [Error, string][]) {
    const { worker } = makeWorker({
      installer: { rollback: () => Promise.reject(thrown) },
    });
    const told = await worker.install({ ...installOrder(1n), how: "retour" });
    const note = `Cannot roll back editor 2.0: ${thrown.message}`;
    assertEquals(told, { reason, version: "", note });
    assertEquals(worker.doing, null);
  }
});
