/**
 * A store that is broken under a server that was killed, and `doctor
 * --repair`: it says what is lost and changes nothing; with `--yes` the server
 * starts again, its machines obey it, and no number of an order comes twice.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { must } from "../inventory/scene.ts";
import { eventually } from "../kit/process.ts";
import { chanceOf } from "./chance.ts";
import { FRAME, overwrite, PAGE, pageOutsideLog } from "./damage_scene.ts";
import {
  type FleetUnderOrders,
  fleetUnderOrders,
} from "./fleet_under_orders.ts";
import type { Scene, Stage } from "./scene.ts";

/** By what happened: how it is done, and what is said of it. */
const DAMAGES: Readonly<
  Record<string, readonly [says: RegExp, act: (store: string) => Promise<void>]>
> = {
  "a page is noise": [/it is damaged[^]*none lost/, async (store) => {
    const page = crypto.getRandomValues(new Uint8Array(PAGE));
    const empty = pagesOf(store, ["groups", "tags", "rollouts", "expected"]);
    const at = await pageOutsideLog(store, (page) => empty.has(page));
    await overwrite(store, at * PAGE, page);
  }],
  "the -wal file is gone": [
    /-wal".* is gone[^]*The last changes are lost/,
    (store) => Deno.remove(`${store}-wal`),
  ],
  "a byte in the -wal file is another one": [
    /behind a hole[^]*The last changes are lost/,
    (store) => overwrite(`${store}-wal`, 32 + FRAME + 99, Uint8Array.of(171)),
  ],
};

/** Tables of which the scene needs nothing: it goes on with all the others. */
function pagesOf(store: string, tables: readonly string[]): Set<number> {
  const database = new DatabaseSync(store, { readOnly: true });
  try {
    const pages = database.prepare("SELECT name, pageno FROM dbstat").all();
    return new Set(
      pages.filter(({ name }) => tables.includes(String(name)))
        .map(({ pageno }) => Number(pageno)),
    );
  } finally {
    database.close();
  }
}

const COUNT = 4;

export const repairScene: Scene = async (stage) => {
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance, count: COUNT });
  const { server, orders, data, store } = made;
  try {
    await busyThenKilled(made);
    await must(["cp", "-a", data, `${data}.good`]);
    for (const [what, [says, act]] of Object.entries(DAMAGES)) {
      await Deno.remove(data, { recursive: true });
      await must(["cp", "-a", `${data}.good`, data]);
      await act(store);
      await saidOnly(stage, made, what, says);
      const numberMax = Math.max(...orders.acknowledged.keys());
      const { code, stderr, stdout } = await doctor(made, "--repair", "--yes");
      stage.demand(code === 0, `${what}: repaired`, `${stdout}${stderr}`);
      await server.start();
      await obeys(stage, made, numberMax);
      const whole = await doctor(made, "--repair");
      stage.demand(
        /its server runs/.test(whole.stderr),
        "while it runs: refused",
        whole,
      );
      await server.kill();
    }
  } finally {
    await orders.stop();
    made.end();
  }
};

async function busyThenKilled({ server, orders }: FleetUnderOrders) {
  orders.start();
  await new Promise((then) => setTimeout(then, 1_500));
  await server.kill();
  await orders.stop();
}

function doctor({ fleet }: FleetUnderOrders, ...args: string[]) {
  return fleet.cli("doctor", ...args);
}

/** Without --yes: the loss is told, and not a byte is another one. */
async function saidOnly(
  stage: Stage,
  made: FleetUnderOrders,
  what: string,
  says: RegExp,
): Promise<void> {
  const before = await sumOf(made.data);
  const { code, stdout, stderr } = await doctor(made, "--repair");
  const after = await sumOf(made.data);
  stage.demand(
    code === 1 && says.test(stdout) && before === after,
    `${what}: what is lost is said, and nothing is changed`,
    `${code}\n${before}${after}${stdout}${stderr}`,
  );
}

/** SQLite makes an empty log where it reads and finds none. */
async function sumOf(data: string): Promise<string> {
  const files =
    `cd '${data}' && find . -type f ! -size 0 ! -name '*-shm' | sort | ` +
    "xargs -r sha256sum";
  return (await must(["sh", "-c", files])).stdout;
}

/** Machines come back, and do what new orders say. */
async function obeys(
  stage: Stage,
  { server, machines, fleet }: FleetUnderOrders,
  numberMax: number,
): Promise<void> {
  await eventually("The machines that are kept are back", async () => {
    const { machines } = await server.status();
    return machines.alive === COUNT ? true : null;
  }, { withinMs: 60_000 });
  const known = new Set(machines.flatMap(({ told }) => told));
  const verbs = ["install", "remove"];
  for (const verb of verbs) {
    await fleet.ok(verb, "hammer", "--on", "all", "--wait");
  }
  const told = machines.flatMap(({ told }) => told)
    .filter((one) => !known.has(one) && one.order > numberMax);
  stage.demand(
    told.length >= COUNT && told.every(({ order }) => order > 2 ** 20),
    `the server starts; ${COUNT} machines obey its orders from number ` +
      `${Math.min(...told.map(({ order }) => order))} on`,
    told.map(({ order }) => order),
  );
}
