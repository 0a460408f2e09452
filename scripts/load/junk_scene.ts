/**
 * Datagrams of somebody who has not the filter key, as many as can be sent,
 * while orders are given (F-04): the orders end right, and each datagram costs
 * the server next to nothing.
 *
 * @module
 */

import type {
  OrderBody,
  StatusView,
} from "../../lib/server/shapes/api_schema.ts";
import { run } from "../kit/process.ts";
import { sourceProgram } from "../kit/programs.ts";
import { firstWindowMs, withFleet } from "./load_fleet.ts";
import { type Figure, judged, type Scene, told } from "./scene.ts";

const SEP_PORT = 2013;
const MACHINES_MAX = 100;

/** What a log may grow by, whatever comes (F-11). */
const LOG_KIB_MAX = 256;

/** After the junk, for orders whose words were lost in it. */
const REST_MS = 60_000;

export const junkScene: Scene = async (options) => {
  const { programs, short, say } = options;
  const machines = Math.min(options.agents, MACHINES_MAX);
  const seconds = short ? 4 : 20;
  const windowMsFirst = firstWindowMs(machines, short);
  const settings = { programs, pingEverySeconds: 60, windowMsFirst };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startMachines(machines);
    await fleet.startServer();
    await fleet.publish("small", "1", 65_536);
    await fleet.untilAlive(machines, 120_000);
    const install: OrderBody = { verb: "install", on: ["all"], name: "small" };
    // In peace, to compare with.
    const peaceMs = performance.now();
    await fleet.ended(await fleet.give(install), REST_MS);
    const peaceS = (performance.now() - peaceMs) / 1_000;
    await fleet.ended(
      await fleet.give({ verb: "remove", name: "small", on: ["all"] }),
      REST_MS,
    );

    const { fleet: name } = await fleet.api.json<StatusView>("/v1/status");
    const before = await fleet.weight();
    const printed = fleet.fleet.server.printedBytes;
    const droppedBefore = await fleet.dropped();
    say(`junk for ${seconds} s`);
    const begunMs = performance.now();
    const sending = run([
      ...sourceProgram("scripts/load/junk_sender.ts"),
      ...[fleet.fleet.serverAddress, String(SEP_PORT), String(seconds), name],
    ], { deadlineMs: (seconds + 30) * 1_000 });
    // In the midst of it.
    await new Promise((then) => setTimeout(then, 1_000));
    const orderMs = performance.now();
    const order = await fleet.give(install);
    const { stdout, code, stderr } = await sending;
    if (code !== 0) throw new Error(`The sender of junk failed: ${stderr}`);
    const junkS = (performance.now() - begunMs) / 1_000;
    const after = await fleet.weight();
    const dropped = await fleet.dropped() - droppedBefore;
    const meanwhile = await fleet.api.json<{ counts: { done: number } }>(
      `/v1/orders/${order}`,
    );
    const { counts } = await fleet.ended(order, REST_MS);
    const orderS = (performance.now() - orderMs) / 1_000;
    const sent = Number(stdout);
    const read = sent - dropped;
    const cpu = after.cpuSeconds - before.cpuSeconds;
    return [
      told("junk sent", `${Math.round(sent / seconds)} a second`),
      told(
        "of it the kernel dropped",
        `${(100 * dropped / sent).toFixed(0)} %: the server did not keep up`,
      ),
      judged("orders that ended well", counts.done, {
        least: machines,
        unit: `of ${machines}`,
      }),
      told("of these in the midst of the junk", String(meanwhile.counts.done)),
      told(
        "they took, and in peace",
        `${orderS.toFixed(1)} s, ${peaceS.toFixed(1)} s`,
      ),
      judged(
        "processor of the server, for each that it read",
        1e6 * cpu / read,
        { most: 100, unit: "us", digits: 1 },
      ),
      told(
        "processor of the server, of one",
        `${(100 * cpu / junkS).toFixed(0)} %`,
      ),
      judged(
        "memory of the server, more than before",
        after.mostMib - before.nowMib,
        // The socket's Worker keeps up to 20,000 datagrams for the main thread.
        { most: 192, unit: "MiB" },
      ),
      judged(
        "the log grew by",
        (fleet.fleet.server.printedBytes - printed) / 1_024,
        { most: LOG_KIB_MAX, unit: "KiB" },
      ),
    ];
  });
};
