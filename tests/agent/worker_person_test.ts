/** A worker that leaves the person at the machine alone. */

import { assertEquals } from "@std/assert";
import { ownRollback } from "../../lib/agent/local_orders.ts";
import { realRandomness } from "../../lib/host/real_randomness.ts";
import { done } from "../../lib/install/result.ts";
import { ok } from "../../lib/trust/outcome.ts";
import { installOrder, makeWorker, removal } from "./worker_kit.ts";

Deno.test("Worker leaves the person at the machine alone, keeps nothing of it, and does it later", async () => {
  let why: string | null = "an exam is under way";
  const asked: string[] = [];
  const downloaded = { path: "", statement: new Uint8Array() };
  const { worker, open, recorded, counts } = makeWorker({
    link: { download: () => Promise.resolve(ok(downloaded)) },
    published: true,
    whySpared: (name) => Promise.resolve((asked.push(name), why)),
  });
  open();
  const spared = (verb: string) => ({
    reason: "occupied",
    version: "",
    note: `Cannot ${verb} editor now: an exam is under way`,
  });
  const back = { ...installOrder(3n), how: "retour" } as const;
  assertEquals(await worker.install(installOrder(1n)), spared("install"));
  assertEquals(await worker.remove(removal(2n)), spared("remove"));
  assertEquals(await worker.install(back), spared("go back with"));
  assertEquals(asked, ["editor", "editor", "editor"]);
  assertEquals([recorded(), counts.removals], [[], 0]);
  why = null;
  assertEquals((await worker.install(installOrder(1n))).reason, null);
  assertEquals((await worker.remove(removal(2n))).reason, null);
  assertEquals((await worker.install(back)).reason, null);
});

Deno.test("Worker looks for a person again after the download", async () => {
  let looks = 0;
  const downloaded = { path: "", statement: new Uint8Array() };
  const { worker, recorded } = makeWorker({
    link: { download: () => Promise.resolve(ok(downloaded)) },
    published: true,
    whySpared: () => Promise.resolve(++looks === 1 ? null : "editor is in use"),
  });
  const { reason, note } = await worker.install(installOrder(1n));
  assertEquals([reason, note, looks], [
    "occupied",
    "Cannot install editor now: editor is in use",
    2,
  ]);
  assertEquals(recorded(), []);
});

Deno.test("Worker does at once what is there already, and what a person at the machine orders", async () => {
  const { worker } = makeWorker({
    installer: { already: () => Promise.resolve(done("2.0")) },
    whySpared: () => Promise.resolve("somebody is logged in at the machine"),
  });
  assertEquals((await worker.install(installOrder(1n))).reason, null);
  const own = ownRollback(realRandomness(), { name: "editor", version: "*" });
  assertEquals((await worker.install(own)).reason, null);
});
