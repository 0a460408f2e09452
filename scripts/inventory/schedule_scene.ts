/**
 * `[collect] schedule`, for those without cron: the server asks by itself, and
 * its log says how it went.
 *
 * @module
 */

import type {
  OrdersView,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import { eventually } from "../kit/process.ts";
import { enrol, type Stage } from "./scene.ts";

const CONFIG = `[collect]\nschedule = "* * * * *"`;

/** Plays the scene. */
export async function scheduleScene({ fleet: make, report }: Stage) {
  const fleet = await make({ config: CONFIG });
  await fleet.startServer();
  await enrol(fleet, "here");
  await enrol(fleet, "away");
  await fleet.machines.get("away")?.process.kill();
  await fleet.untilState("away", "dead", 30_000);
  // A minute may have begun in between, with both of them there.
  const { orders: before } = await fleet.json<OrdersView>("orders");
  const order = await eventually("The schedule gives an order", async () => {
    const { orders } = await fleet.json<OrdersView>("orders");
    return orders.length > before.length ? orders[0] ?? null : null;
  }, { withinMs: 75_000 });
  report.demand(order.verb === "collect", "an order to collect, by itself");
  const ended = await eventually("The machine that is on answers", async () => {
    const view = await fleet.json<OrderView>("orders", String(order.id));
    const here = view.tasks?.find(({ machineName }) => machineName === "here");
    return here?.state === "done" ? view : null;
  });
  const words = (ended.tasks ?? []).map(({ machineName, state, reason }) =>
    `${machineName} ${state}${reason === null ? "" : ` (${reason})`}`
  );
  report.says(`order ${order.id}: ${words.toSorted().join(", ")}`);
  const away = ended.tasks?.find(({ machineName }) => machineName === "away");
  report.demand(away?.state === "waiting", "the order waits for who is off");
  const line = await eventually("The log tells of the round", () => {
    // An earlier round may be in it as well.
    const found = fleet.server.tail.split("\n").find((line) =>
      line.includes(`lists are collected order=${order.id} `)
    );
    return Promise.resolve(found ?? null);
  }, { withinMs: 30_000 });
  report.says(line);
  report.demand(/missing=1/.test(line), "the log counts who is missing");
}
