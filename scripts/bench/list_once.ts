/**
 * The collection of a list as an agent does it, in a process of its own:
 * `list_once.ts dpkg|all`. Tells how long the first one took, and a later one
 * that reads everything again, as JSON.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { Collector } from "../../lib/peo/collect.ts";
import { SOURCES } from "../../lib/peo/sources.ts";

const AGAIN = 9;

const host = realHost();
const isAll = Deno.args[0] === "all";
const collector = new Collector({
  ...host,
  machine: host.machine.facts(),
  installed: () => Promise.resolve([]),
  sources: SOURCES.filter(({ name }) => isAll || name === "dpkg"),
});

const firstMs = await timed();
const againMs: number[] = [];
for (let round = 0; round < AGAIN; round++) againMs.push(await timed());
againMs.sort((a, b) => a - b);
const { programs } = await collector.collect();
console.log(JSON.stringify({
  firstMs,
  againMs: againMs[AGAIN >> 1],
  programs: programs.length,
}));
Deno.exit(0);

async function timed(): Promise<number> {
  const begunMs = performance.now();
  await collector.collect({ fresh: true });
  return performance.now() - begunMs;
}
