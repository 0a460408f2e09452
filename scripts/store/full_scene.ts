/**
 * The disk of the data directory is full, really: a small file system of its
 * own, in a mount namespace. The server goes on and answers; nothing new is
 * taken; no machine is given a new order; nothing that was acknowledged is
 * lost; and when there is room again it goes on by itself (B-04). Linux, root.
 *
 * @module
 */

import { must } from "../inventory/scene.ts";
import { eventually } from "../kit/process.ts";
import { chanceOf } from "./chance.ts";
import { fleetUnderOrders } from "./fleet_under_orders.ts";
import { Looks } from "./look.ts";
import type { Scene, Stage, StoreFleet } from "./scene.ts";

const DISK_MIB = 24;

/** Tells the script that it runs in a namespace already. */
const APART = "FLOTTILLE_TEST_APART";

export const fullScene: Scene = async (stage) => {
  if (Deno.uid() !== 0) return stage.says("left out: it needs root");
  if (Deno.env.get(APART) === undefined) return await playApart(stage);
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance, prepare: smallDisk });
  const { fleet, server, orders, machines, data, store } = made;
  const ballast = `${data}/ballast`;
  const looks = new Looks(store, fleet.directory);
  const promised = { acknowledged: orders.acknowledged, machines };
  try {
    orders.start();
    await pause(1_000);
    await fillUp(ballast);
    await eventually(
      "The alarm is in status",
      async () => alarmOf(await server.status()) === "" ? null : true,
    );
    const { stdout } = await fleet.ok("status");
    stage.demand(
      /ALARM +The store .* its disk is full; make room/.test(stdout),
      "status shows the alarm: the disk is full, make room",
      stdout,
    );
    stage.demand(
      server.tail.includes("The store cannot be written"),
      "the log says so",
      server.tail,
    );
    await pause(500);
    const taken = orders.acknowledged.size;
    const told = toldTo(machines);
    await pause(2_500);
    stage.demand(
      orders.acknowledged.size === taken && toldTo(machines) === told,
      `${orders.refusals.length} orders were refused, none was taken, no ` +
        "machine was told a new one, for 2.5 s",
      [orders.acknowledged.size - taken, toldTo(machines) - told],
    );
    const refused = orders.refusals.filter((text) => !text.startsWith("507: "));
    stage.demand(
      refused.length === 0 && orders.refusals.length > 0,
      "every refusal says why (507)",
      [...new Set(orders.refusals)],
    );
    await looks.look(promised, true);
    const { body } = await server.ask("/v1/orders?limit=5");
    stage.demand(body.orders.length === 5, "questions are answered");
    await Deno.remove(ballast);
    const begunMs = performance.now();
    await eventually(
      "The alarm is over",
      async () => alarmOf(await server.status()) === "" ? true : null,
    );
    const before = orders.acknowledged.size;
    await pause(1_000);
    await orders.stop();
    const after = orders.acknowledged.size - before;
    const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1);
    stage.demand(after > 20, `${after} orders taken ${seconds} s after`);
    await eventually(
      "All orders have ended",
      async () => (await server.status()).ordersWaiting === 0 ? true : null,
      {
        withinMs: 180_000,
      },
    );
    await looks.look(promised, true);
    stage.says(
      `${orders.acknowledged.size} orders acknowledged before and after, all ` +
        `there and ended: ${JSON.stringify(looks.counts())}`,
    );
  } finally {
    await orders.stop();
    made.end();
    await server.kill();
    await must(["umount", data]);
  }
};

/** The same scene again, in a mount namespace that ends with it. */
async function playApart({ seed, says }: Stage): Promise<void> {
  const script = new URL("../test_store.ts", import.meta.url).pathname;
  const { stdout } = await must([
    ...["unshare", "--mount", "--propagation", "private", "env", `${APART}=1`],
    ...[Deno.execPath(), "run", "--allow-all", "--quiet", script],
    ...["full", "--seed", String(seed)],
  ], { deadlineMs: 180_000 });
  const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
  for (const line of lines) says(line.trim());
}

async function smallDisk({ data }: StoreFleet): Promise<void> {
  const options = `size=${DISK_MIB}m,mode=700`;
  await must(["cp", "-a", data, `${data}.then`]);
  await must(["mount", "-t", "tmpfs", "-o", options, "none", data]);
  await must(["cp", "-a", `${data}.then/.`, `${data}/`]);
}

function toldTo(
  machines: readonly { readonly told: readonly unknown[] }[],
): number {
  return machines.reduce((sum, { told }) => sum + told.length, 0);
}

function alarmOf(
  { alarms = [] }: { readonly alarms?: string[] | undefined },
): string {
  return alarms.join();
}

/** Not one byte more can be written to the disk of this file. */
async function fillUp(path: string): Promise<void> {
  const file = await Deno.open(path, { write: true, createNew: true });
  try {
    for (let bytes = 1 << 20; bytes >= 1;) {
      const part = new Uint8Array(bytes);
      try {
        if (await file.write(part) < bytes) bytes = bytes >> 1;
      } catch {
        bytes = bytes >> 1;
      }
    }
  } finally {
    file.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((then) => setTimeout(then, ms));
}
