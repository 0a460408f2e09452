/**
 * kill -9 of a real server under a hundred orders a second, at moments of the
 * seed, over and over on the same files: while it starts, while it finds its
 * machines, while it works (B-01).
 *
 * @module
 */

import { eventually } from "../kit/process.ts";
import { chanceOf } from "./chance.ts";
import { fleetUnderOrders } from "./fleet_under_orders.ts";
import { Looks } from "./look.ts";
import type { Scene } from "./scene.ts";

/** Kills fall up to here after the start; the first answers come at 300. */
const MOMENTS_MS = 1_000;
/** Some must fall into the start itself. */
const SHARE_AT_START = 0.15;
const START_MS = 350;
/** A look at everything, not only at what is new. */
const THOROUGH_EVERY = 50;

export const killScene: Scene = async (stage) => {
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance });
  const { fleet, server, orders, machines, store } = made;
  const looks = new Looks(store, fleet.directory);
  const promised = { acknowledged: orders.acknowledged, machines };
  const begunMs = performance.now();
  try {
    for (let kill = 1; kill <= stage.kills; kill++) {
      await killOnce();
      await looks.look(promised, kill % THOROUGH_EVERY === 0);
      if (kill % 100 === 0) {
        const s = ((performance.now() - begunMs) / 1_000).toFixed(0);
        stage.says(`${kill} kills, ${orders.acknowledged.size} orders, ${s} s`);
      }
    }
    await server.start();
    const open = await untilAllEnded();
    await server.stop();
    await looks.look(promised, true);
    report(open);
  } finally {
    await orders.stop();
    made.end();
  }

  /** From the start of a server to its end. */
  async function killOnce(): Promise<void> {
    await server.kill();
    if (chance() < SHARE_AT_START) {
      const running = server.spawn();
      await pause(chance() * START_MS);
      if (running.over) throw new Error(`It ended: ${running.tail}`);
    } else {
      await server.start();
      orders.start();
      await pause(chance() * MOMENTS_MS);
    }
    await server.kill();
    await orders.stop();
  }

  function untilAllEnded(): Promise<number> {
    return eventually("All orders have ended", async () => {
      const { ordersWaiting } = await server.status();
      return ordersWaiting === 0 ? 0 : null;
    }, { withinMs: 600_000, everyMs: 500 });
  }

  function report(open: number): void {
    const told = machines.reduce((sum, { told }) => sum + told.length, 0);
    const counts = looks.counts();
    stage.says(
      `${stage.kills} kills, ${looks.integrityChecks} looks: every page is ok`,
    );
    stage.says(
      `${orders.acknowledged.size} orders acknowledged, none lost, no number ` +
        `given twice; ${open} left open at the end: ${JSON.stringify(counts)}`,
    );
    stage.says(
      `${told} installs and removals told to machines, each stored before`,
    );
    const odd = orders.refusals.slice(0, 5);
    stage.demand(odd.length === 0, "No order was refused", odd);
  }
};

function pause(ms: number): Promise<void> {
  return new Promise((then) => setTimeout(then, ms));
}
