/**
 * A server at work for a while: orders, lists, pings, one after the other, on
 * played machines and on two real agents. What is open stays as many, and
 * memory does not grow.
 *
 * @module
 */

import type {
  OrderBody,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import { firstWindowMs, type LoadFleet, withFleet } from "./load_fleet.ts";
import { type Weight, weightOf } from "./scales.ts";
import {
  type Figure,
  judged,
  median,
  type Scene,
  sleep,
  told,
} from "./scene.ts";

const MACHINES_MAX = 200;
const AGENTS = ["anna", "bert"];
const PROGRAMS = 4;
const LOOK_MS = 2_000;
const PING_EVERY_S = 10;

/** Descriptors come and go with transfers that are under way. */
const FILES_MORE_MAX = 10;

/** Between the second quarter of the time and the last. */
const GROWTH_MOST = 0.1;

/** A collector of garbage takes its time, whatever the size. */
const GROWTH_SPARE_MIB = 12;

/** An order of the soak may wait for others of its machines. */
const ORDER_MS_MAX = 180_000;

/** A turn: what is ordered, one thing after the other. */
const TURN: readonly ((number: number) => OrderBody)[] = [
  (number) => ({
    verb: "install",
    name: `tool-${number % PROGRAMS}`,
    on: on(number),
  }),
  (number) => ({
    verb: "has",
    name: `tool-${number % PROGRAMS}`,
    version: "*",
    on: ["all"],
  }),
  (number) => ({ verb: "collect", on: on(number) }),
  (number) => ({
    verb: "remove",
    name: `tool-${number % PROGRAMS}`,
    on: on(number),
  }),
];

/** A tenth of the played machines, another one each time; always the agents. */
function on(number: number): string[] {
  return [`played-*${number % 10}`, ...AGENTS];
}

export const soakScene: Scene = async (options) => {
  const { programs, minutes, short, say } = options;
  const machines = Math.min(options.agents, MACHINES_MAX);
  const windowMsFirst = firstWindowMs(machines, true);
  const settings = { programs, pingEverySeconds: PING_EVERY_S, windowMsFirst };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startMachines(machines);
    await fleet.startServer();
    for (const name of AGENTS) fleet.fleet.startAgent(name, "server");
    for (let number = 0; number < PROGRAMS; number++) {
      await fleet.publish(`tool-${number}`, "1", 100_000);
    }
    for (const name of AGENTS) {
      const { id } = await fleet.fleet.untilState(name, "alive", 60_000);
      await fleet.fleet.ok("rename", id, name);
    }
    await fleet.untilAlive(machines + AGENTS.length, 120_000);
    const seconds = short ? 12 : 60 * minutes;
    say(`${machines} machines and ${AGENTS.length} agents, ${seconds} s`);

    const pids = new Map([["server", fleet.fleet.server.pid]]);
    for (const [name, { process }] of fleet.fleet.machines) {
      pids.set(name, process.pid);
    }
    const seen = new Map(
      [...pids.keys()].map((name) => [name, [] as Weight[]]),
    );
    const look = async () => {
      for (const [name, pid] of pids) seen.get(name)?.push(await weightOf(pid));
    };
    const work = await goOn(fleet, { seconds, look, say });
    const cpu = seen.get("server");
    const cpuShare = cpu === undefined
      ? NaN
      : ((cpu.at(-1)?.cpuSeconds ?? 0) - (cpu[0]?.cpuSeconds ?? 0)) / seconds;
    return [
      judged("shares of orders that ended badly", work.failed, { most: 0 }),
      told(
        "shares of orders that ended well",
        `${work.done} of ${work.orders} orders`,
      ),
      told(
        "processor of the server",
        `${(100 * cpuShare).toFixed(1)} % of one`,
      ),
      ...[...seen].flatMap(([name, weights]) => flat(name, weights, short)),
    ];
  });
};

interface Work {
  readonly orders: number;
  readonly done: number;
  readonly failed: number;
}

/** Gives one order after the other until the time is over. */
async function goOn(
  fleet: LoadFleet,
  { seconds, look, say }: {
    readonly seconds: number;
    readonly look: () => Promise<void>;
    readonly say: (line: string) => void;
  },
): Promise<Work> {
  const untilMs = performance.now() + seconds * 1_000;
  let [orders, done, failed] = [0, 0, 0];
  let lookAtMs = 0;
  let sayAtMs = 0;
  for (; performance.now() < untilMs; orders++) {
    const body = TURN[orders % TURN.length]?.(Math.floor(orders / TURN.length));
    if (body === undefined) break;
    const order = await fleet.ended(await fleet.give(body), ORDER_MS_MAX);
    done += order.counts.done;
    failed += order.counts.failed + order.counts.cancelled;
    if (order.counts.failed > 0) say(firstFailure(order));
    if (performance.now() > lookAtMs) {
      await look();
      lookAtMs = performance.now() + LOOK_MS;
    }
    if (performance.now() > sayAtMs) {
      const { nowMib, files } = await fleet.weight();
      say(`${orders} orders; server ${nowMib.toFixed(0)} MiB, ${files} files`);
      sayAtMs = performance.now() + 60_000;
    }
    await sleep(100);
  }
  return { orders, done, failed };
}

function firstFailure({ id, verb, tasks = [] }: OrderView): string {
  const task = tasks.find(({ state }) => state === "failed");
  return `order ${id} (${verb}): ${task?.machineName}: ${task?.reason}`;
}

function flat(
  name: string,
  weights: readonly Weight[],
  short: boolean,
): Figure[] {
  const quarter = Math.max(1, Math.floor(weights.length / 4));
  const early = weights.slice(quarter - 1, 2 * quarter);
  const late = weights.slice(-quarter);
  const files = (some: readonly Weight[]) =>
    Math.max(...some.map((one) => one.files));
  const memory = (some: readonly Weight[]) =>
    median(some.map((one) => one.nowMib));
  const [was, is] = [memory(early), memory(late)];
  return [
    judged(`${name}: open files, more at the end`, files(late) - files(early), {
      most: FILES_MORE_MAX,
    }),
    // A few seconds say nothing about memory.
    ...(short ? [told(`${name}: memory`, `${is.toFixed(0)} MiB`)] : [
      judged(`${name}: memory at the end, more than early`, is - was, {
        most: GROWTH_MOST * was + GROWTH_SPARE_MIB,
        unit: "MiB",
        digits: 1,
      }),
      told(
        `${name}: memory, early and at the end`,
        `${was.toFixed(0)} MiB, ${is.toFixed(0)} MiB`,
      ),
    ]),
  ];
}
