/**
 * A backup taken while the server is given orders; the server burns; the
 * backup is started in another place. The machines obey it, every order that
 * was acknowledged before the backup is there, and no number comes twice.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { eventually } from "../kit/process.ts";
import { chanceOf } from "./chance.ts";
import { fleetUnderOrders } from "./fleet_under_orders.ts";
import { Looks } from "./look.ts";
import type { Scene } from "./scene.ts";

const LEAP = 2n ** 20n;

export const backupScene: Scene = async (stage) => {
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance });
  const { fleet, server, orders, machines, store } = made;
  const to = `${fleet.directory}/backup`;
  try {
    orders.start();
    await pause(1_000);
    const before = new Map(orders.acknowledged);
    const { stdout } = await fleet.ok("backup", to);
    const meanwhile = orders.acknowledged.size - before.size;
    await pause(1_000);
    await orders.stop();
    stage.demand(
      meanwhile > 0,
      `${stdout.trim().replace(to, "DIRECTORY")}; ${meanwhile} orders were ` +
        "taken while it was made",
    );
    const numberMax = Math.max(...orders.acknowledged.keys());
    const epoch = epochOf(store);
    await server.kill();
    await Deno.rename(`${fleet.directory}/fleet`, `${fleet.directory}/burnt`);

    const again = `${to}/data/flottille.db`;
    await new Looks(again, fleet.directory).look(
      { acknowledged: before, machines: [] },
      true,
    );
    stage.says(`all ${before.size} orders acknowledged before it are in it`);
    await server.start({ config: `${to}/flottille.toml` });
    stage.demand(
      epochOf(again) > epoch + LEAP - 100n,
      `the epoch leaps from ${epoch} to ${epochOf(again)}`,
    );
    // What machines were told by the burnt server is not in this store.
    const known = new Set(machines.flatMap(({ told }) => told));
    orders.start();
    await pause(2_000);
    await orders.stop();
    await eventually(
      "All orders have ended",
      async () => (await server.status()).ordersWaiting === 0 ? true : null,
      { withinMs: 180_000 },
    );
    const fresh = [...orders.acknowledged.keys()]
      .filter((id) => id > numberMax);
    stage.demand(
      fresh.length > 50 && Math.min(...fresh) > 2 ** 20,
      `${fresh.length} new orders from number ${
        Math.min(...fresh)
      } on, where ` +
        `the burnt server had come to ${numberMax}`,
      fresh.length,
    );
    const told = machines.flatMap(({ told }) => told)
      .filter((one) => !known.has(one) && one.order > numberMax).length;
    const faults = machines.flatMap(({ faults }) => faults);
    stage.demand(
      told > 20 && faults.length === 0,
      `the machines obeyed ${told} of its installs and removals`,
      faults,
    );
  } finally {
    await orders.stop();
    made.end();
  }
};

/** As the files say, whoever has them open. */
function epochOf(store: string): bigint {
  const copy = `${store}.look`;
  for (const end of ["", "-wal"]) {
    try {
      Deno.copyFileSync(store + end, copy + end);
    } catch (error) {
      if (end === "") throw error;
    }
  }
  const database = new DatabaseSync(copy);
  const row = database.prepare("SELECT value FROM meta WHERE key = 'epoch'")
    .get();
  database.close();
  Deno.removeSync(copy);
  return BigInt(String(row?.value));
}

function pause(ms: number): Promise<void> {
  return new Promise((then) => setTimeout(then, ms));
}
