/**
 * Stores of older servers, and a real server that is killed at its writes
 * while it takes them over: the next start finds the old schema or the new
 * one, and everything that was known (B-06). Linux, strace.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import {
  ADA,
  makeVersion1,
  makeVersion2,
} from "../../tests/server/store/store_older_versions.ts";
import { hasProgram } from "../inventory/scene.ts";
import { chanceOf } from "./chance.ts";
import type { Scene, StoreFleet } from "./scene.ts";

const OLDER = { "1": makeVersion1, "2": makeVersion2 } as const;
/** A start on an older store has some forty writes and syncs. */
const CALLS_MAX = 45;

export const olderScene: Scene = async (stage) => {
  if (!await hasProgram("strace")) return stage.says("left out: no strace");
  const chance = chanceOf(stage.seed);
  const made = await stage.fleet();
  const { server, store } = made;
  const kills = Math.max(3, Math.ceil(stage.kills / 5));
  for (const [version, make] of Object.entries(OLDER)) {
    const found: Record<string, number> = {};
    for (let kill = 0; kill < kills; kill++) {
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.remove(store + end).catch(() => {});
      }
      make(store);
      const call = chance() < 0.7 ? "pwrite64" : "fdatasync";
      const when = 1 +
        Math.floor(chance() * CALLS_MAX / (call === "pwrite64" ? 1 : 6));
      await killAt(made, `${call}:signal=KILL:when=${when}`);
      const left = `version ${versionOf(store)}`;
      found[left] = (found[left] ?? 0) + 1;
      await server.start();
      const { machines } = (await server.ask("/v1/machines")).body;
      const { orders } = (await server.ask("/v1/orders")).body;
      const isWhole = machines[0]?.id === ADA.id && orders[0]?.id === 1;
      if (!isWhole) throw new Error(`Killed at ${call} ${when}: not whole`);
      await server.stop();
    }
    const ways = Object.entries(found).map(([left, n]) => `${n} at ${left}`);
    stage.says(
      `of version ${version}: killed ${kills} times (${ways.join(", ")}), ` +
        "then taken over, with everything",
    );
  }
};

/** A server that dies at this call of its main thread, or soon after. */
async function killAt({ server }: StoreFleet, inject: string): Promise<void> {
  const call = inject.slice(0, inject.indexOf(":"));
  const running = server.spawn({
    under: [
      ...["strace", "-D", "-qq", "-o", "/dev/null"],
      ...["-e", `trace=${call}`, "-e", `inject=${inject}`],
    ],
  });
  const untilMs = performance.now() + 5_000;
  while (!running.over && performance.now() < untilMs) {
    if (running.tail.includes("The server runs")) break;
    await new Promise((then) => setTimeout(then, 20));
  }
  await running.kill();
}

/** As a look at a copy of the files finds it. */
function versionOf(store: string): number {
  const copy = `${store}.look`;
  for (const end of ["", "-wal"]) {
    try {
      Deno.copyFileSync(store + end, copy + end);
    } catch (error) {
      if (end === "") throw error;
    }
  }
  const database = new DatabaseSync(copy);
  const row = database.prepare("PRAGMA user_version").get();
  const [check] = database.prepare("PRAGMA integrity_check").all();
  database.close();
  Deno.removeSync(copy);
  if (check?.integrity_check !== "ok") throw new Error("It is damaged");
  return Number(row?.user_version);
}
