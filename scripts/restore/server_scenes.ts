/**
 * The server's computer is replaced, burns, is stolen: its machines go on with
 * what comes in its place, and nobody goes to them.
 *
 * @module
 */

import type { OrderView } from "../../lib/server/shapes/api_schema.ts";
import { check, told } from "../lan/lan_test.ts";
import { eventually } from "../kit/process.ts";
import type { Machine, Site } from "./site.ts";
import type { Stage } from "./stage.ts";

/** What `audit verify --json` tells. */
interface Verified {
  readonly records: number;
  readonly keys: number;
  readonly head: string;
}

/** A new computer with another address: stop, backup, restore, run. */
export async function serverMoves(stage: Stage): Promise<void> {
  const old = await stage.site("old");
  await old.init();
  await old.start();
  const m1 = await stage.machine("m1", old);
  const m2 = await stage.machine("m2", old);
  await stage.publish(old, "1.0");
  await old.ok("install", "editor", "--on", "m1", "--wait");
  await old.stop();
  const { head } = await old.json<Verified>("audit", "verify");
  const backup = `${stage.directory}/moved`;
  await old.ok("backup", backup);
  const young = await stage.site("young");
  await young.ok("restore", backup, "--dir", young.directory);
  await young.start();
  for (const { host } of [m1, m2]) await young.alive(host);
  await young.ok("install", "editor", "--on", "m2", "--wait");
  await holds(m2, "1.0");
  await young.ok("has", "editor", "1.0", "--on", "m1", "--wait");
  // Nothing was lost: the old head is in the new server's journal.
  await young.ok("audit", "verify", "--head", head);
  told(
    `the server moves from ${old.host.address} to ${young.host.address}: its ` +
      "machines follow, its journal goes on",
  );
}

/** Killed, its directory gone; the backup is older than some orders. */
export async function serverBurns(stage: Stage): Promise<void> {
  const site = await stage.site("srv");
  await site.init();
  await site.start();
  const m1 = await stage.machine("m1", site);
  await stage.publish(site, "1.0");
  await site.ok("install", "editor", "--on", "m1", "--wait");
  const backup = `${stage.directory}/backup`;
  await site.ok("backup", backup);
  // What comes now is in no backup.
  const m2 = await stage.machine("m2", site);
  await stage.publish(site, "2.0");
  await site.ok("install", "editor", "--on", "m1", "--wait");
  const { head } = await site.json<Verified>("audit", "verify");
  await site.burn();
  const numbers: number[] = [];
  for (const time of ["first", "second"]) {
    await site.ok("restore", backup, "--dir", site.directory);
    await site.start();
    await site.alive(m1.host);
    // Who joined since is unknown, and waits for a word of the owner's.
    await eventually("m2 waits for its approval", async () => {
      const found = await site.machine(m2.host);
      return found?.state === "pending" ? true : null;
    }, { withinMs: 40_000 });
    await site.ok("approve", "all");
    await site.alive(m2.host);
    const wait = ["--on", "all", "--wait"];
    const given = await site.json<OrderView>("collect", ...wait);
    numbers.push(given.id);
    const said = await site.refused("audit", "verify", "--head", head);
    check(/is not whole/.test(said), `the lost head was found: ${said}`);
    await site.ok("audit", "verify");
    told(`the server burns for the ${time} time: order ${given.id} is obeyed`);
    await site.burn();
  }
  const [first = 0, second = 0] = numbers;
  check(first > 2 && second > first, `the orders were ${numbers}`);
  // The version that no backup has is on the machine, and is not lost.
  await holds(m1, "2.0");
}

/** Its keys are in other hands: a backup elsewhere, and `delegate`. */
export async function serverIsStolen(stage: Stage): Promise<void> {
  const stolen = await stage.site("stolen");
  await stolen.init();
  await stolen.start();
  const m1 = await stage.machine("m1", stolen);
  await stage.publish(stolen, "1.0");
  const backup = `${stage.directory}/backup`;
  await stolen.ok("backup", backup);
  await stage.plug(stolen, false);
  const young = await stage.site("young");
  await young.ok("restore", backup, "--dir", young.directory);
  await young.ok("delegate");
  await young.start();
  await young.alive(m1.host);
  const { keys } = await young.json<Verified>("audit", "verify");
  check(keys === 2, `${keys} keys have signed the journal`);
  await young.ok("install", "editor", "--on", "m1", "--wait");
  // The thief plugs it in: it knows everything but the new key.
  await stage.plug(stolen, true);
  const id = await stolen.json<OrderView>("remove", "editor", "--on", "m1");
  await young.ok("has", "editor", "1.0", "--on", "m1", "--wait");
  await ordersOf(stolen, young, m1, id.id);
  await holds(m1, "1.0");
  told("the server is stolen: its machines follow the new key, not the thief");
}

/** While the thief's order waits, the true server is obeyed all the time. */
async function ordersOf(
  thief: Site,
  young: Site,
  m1: Machine,
  order: number,
): Promise<void> {
  await eventually("The thief has pinged several times", async () => {
    const { state } = await thief.json<OrderView>("orders", String(order));
    check(state !== "done", "the thief's order was obeyed");
    await young.alive(m1.host);
    const found = await thief.machine(m1.host);
    return found?.state === "alive" ? null : true;
  }, { withinMs: 40_000, everyMs: 1_000 });
}

async function holds(machine: Machine, version: string): Promise<void> {
  const found = await machine.version("editor");
  check(found === version, `${machine.host.namespace} holds ${found}`);
}
