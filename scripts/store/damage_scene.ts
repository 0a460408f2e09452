/**
 * What can become of the store's files between two starts, and a server that
 * must refuse each with what to do, change nothing, and start again when the
 * files are as they were (B-03, B-05, B-06).
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { must } from "../inventory/scene.ts";
import { chanceOf } from "./chance.ts";
import { fleetUnderOrders } from "./fleet_under_orders.ts";
import type { Scene, Stage, StoreFleet } from "./scene.ts";

/** By what happened: how it is done, and what the refusal says. */
type Damage = readonly [says: RegExp, act: (store: string) => Promise<void>];

export const PAGE = 4_096;
/** The log's head, a frame's head and its page. */
export const FRAME = 24 + PAGE;

const DAMAGES: Readonly<Record<string, Damage>> = {
  "a page is noise": [/it is damaged/, async (store) => {
    const page = crypto.getRandomValues(new Uint8Array(PAGE));
    await overwrite(store, await pageOutsideLog(store) * PAGE, page);
  }],
  "it is cut in half": [/it is damaged|malformed/, async (store) => {
    const { size } = await Deno.stat(store);
    await Deno.truncate(store, Math.floor(size / 2 / PAGE) * PAGE);
  }],
  "the -wal file is gone": [
    /-wal".* is gone/,
    (store) => Deno.remove(`${store}-wal`),
  ],
  "the -wal file is empty": [
    /-wal".* is gone/,
    (store) => Deno.truncate(`${store}-wal`, 0),
  ],
  "a byte in the -wal file is another one": [
    /-wal".*behind a hole/,
    (store) => overwrite(`${store}-wal`, 32 + FRAME + 99, Uint8Array.of(171)),
  ],
  "a text is in its place": [
    // The log may hold a first page of its own: then the rest is malformed.
    /not a database|malformed/,
    (store) => Deno.writeTextFile(store, "Happy birthday!\n".repeat(999)),
  ],
  "it is empty": [/the file is empty/, (store) => Deno.truncate(store, 0)],
  "it is gone": [/the file is missing/, (store) => Deno.remove(store)],
};

const PROPOSES = /put the last backup back, which is "[^"]*\/backup"/;

export const damageScene: Scene = async (stage) => {
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance, count: 4 });
  const { fleet, server, orders, data } = made;
  await fleet.ok("backup", `${fleet.directory}/backup`);
  orders.start();
  await new Promise((then) => setTimeout(then, 1_000));
  await server.kill();
  await orders.stop();
  made.end();
  await must(["cp", "-a", data, `${data}.good`]);
  for (const [what, [says, act]] of Object.entries(DAMAGES)) {
    await act(made.store);
    const said = await refusal(made);
    const isRight = says.test(said) && PROPOSES.test(said);
    stage.demand(isRight, `${what}: refused; the backup is proposed`, said);
    await restore(data);
  }
  await newer(stage, made);
  await restore(data);
  await server.start();
  await second(stage, made);
  const { body } = await server.ask("/v1/orders?limit=1000");
  stage.demand(
    body.orders.length === orders.acknowledged.size ||
      body.orders.length > orders.acknowledged.size,
    `as it was, it starts, with its ${body.orders.length} orders`,
  );
};

/** Another server on the same files (B-05). */
async function second(stage: Stage, { fleet, server }: StoreFleet) {
  const { code, stderr } = await fleet.cli("run");
  stage.demand(
    code === 3 && stderr.includes("another server has it open; stop that one"),
    "a second server on the same store: refused",
    `${code} ${stderr}`,
  );
  stage.demand((await server.status()).version !== "", "the first goes on");
}

/** The schema of a server that is newer than this one (B-06). */
async function newer(stage: Stage, made: StoreFleet): Promise<void> {
  const database = new DatabaseSync(made.store);
  database.exec("PRAGMA user_version = 1000");
  database.close();
  const said = await refusal(made);
  stage.demand(
    /version 1000.*run the newer server that wrote it/.test(said),
    "a schema of a newer server: refused",
    said,
  );
}

/** A start that must fail, and must change nothing. */
async function refusal({ fleet, data }: StoreFleet): Promise<string> {
  const before = await sumOf(data);
  const { code, stderr } = await fleet.cli("run");
  const after = await sumOf(data);
  if (code === 3 && before === after) return stderr;
  throw new Error(
    `It ended with ${code}, and the files were${
      before === after ? "" : " changed"
    }:\n${before}${after}${stderr}`,
  );
}

async function sumOf(data: string): Promise<string> {
  const files = `cd '${data}' && find . -name 'flottille.db*' ! -size 0 ` +
    "! -name '*-shm' | sort | xargs -r sha256sum";
  return (await must(["sh", "-c", files])).stdout;
}

async function restore(data: string): Promise<void> {
  await Deno.remove(data, { recursive: true });
  await must(["cp", "-a", `${data}.good`, data]);
}

/** A store of the scenes is smaller. */
const PAGES_MAX = 100_000;

/** A page that the log does not hold: it would be mended by it. From 0. */
export async function pageOutsideLog(
  store: string,
  may: (page: number) => boolean = () => true,
): Promise<number> {
  const log = new DataView((await Deno.readFile(`${store}-wal`)).buffer);
  const held = new Set<number>();
  for (let at = 32; at + FRAME <= log.byteLength; at += FRAME) {
    held.add(log.getUint32(at));
  }
  for (let page = 2; page <= PAGES_MAX; page++) {
    if (!held.has(page) && may(page)) return page - 1;
  }
  throw new Error("The log holds every page that may be damaged");
}

export async function overwrite(
  path: string,
  at: number,
  bytes: Uint8Array,
): Promise<void> {
  const file = await Deno.open(path, { read: true, write: true });
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(bytes);
  file.close();
}
