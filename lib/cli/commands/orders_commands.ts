/**
 * `orders`, `cancel`: what was ordered, and what became of it.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import type { OrderView } from "../../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  needing,
  numberOption,
  orderArgument,
  PLAIN,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import {
  countWords,
  noteLines,
  orderWords,
  stateStyle,
  taskWords,
} from "../order_words.ts";
import { showMoment } from "../units.ts";

const GROUP = "Orders";
const LIMIT_DEFAULT = 20;

/** `flottille-server orders [ID]`. */
export const ordersCommand = defineCommand({
  name: "orders",
  group: GROUP,
  summary: "List the orders, or show one with each machine",
  usage: "[ID] [--limit N] [--json]",
  about: [
    "Lists the latest orders, newest first. With ID it shows that order: each " +
    "machine, how often it was tried, why it waits or failed, and when it is " +
    "tried next; then what machines have added, such as the last lines of a " +
    "hook.",
  ],
  examples: [
    ["orders", ""],
    ["orders 7", "one order, machine by machine"],
  ],
  parser: object({
    id: optional(orderArgument()),
    limit: withDefault(
      numberOption("--limit", "N", { min: 1, max: 1_000 }, "How many; else 20"),
      LIMIT_DEFAULT,
    ),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { id, limit, config, json }) {
    const { host, output } = context;
    const client = await openClient(host, config);
    if (id !== undefined) {
      const order = await client.orderOf(id);
      if (json) output.json(order);
      else printOrder(context, order);
      return "ok";
    }
    const answer = await client.orders(limit);
    if (json) output.json(answer);
    else printOrders(context, answer.orders);
    return "ok";
  },
});

/** `flottille-server cancel ID`. */
export const cancelCommand = defineCommand({
  name: "cancel",
  group: GROUP,
  summary: "Cancel what is still waiting of an order",
  usage: "ID",
  about: [
    "Cancels an order on the machines where it still waits. What is under " +
    "way on a machine comes to its end: it is never left half done.",
  ],
  examples: [["cancel 7", ""]],
  parser: object({
    id: orderArgument(),
    config: configOption(),
    json: jsonFlag(),
  }, needing("ID")),
  async run(context, { id, config, json }) {
    const client = await openClient(context.host, config);
    const order = await client.cancel(id);
    if (json) context.output.json(order);
    else printOrder(context, order);
    return "ok";
  },
});

function printOrders(
  { host, output }: Context,
  orders: readonly OrderView[],
): void {
  if (orders.length === 0) {
    output.note("There are no orders yet");
    return;
  }
  const nowMs = host.clock.wallMs();
  output.table(
    [
      { title: "ID", right: true },
      { title: "ORDER" },
      { title: "PROGRAM", cutTo: 10 },
      { title: "VERSION", cutTo: 8 },
      { title: "ON", cutTo: 8 },
      { title: "STATE" },
      { title: "MACHINES", cutTo: 10 },
      { title: "GIVEN", cutTo: 8 },
    ],
    orders.map((order) => [
      String(order.id),
      order.verb,
      order.name,
      order.version,
      order.on.join(" "),
      { text: order.state, style: stateStyle(order.state) },
      countWords(order),
      showMoment(order.createdAt, nowMs),
    ]),
  );
}

function printOrder({ host, output }: Context, order: OrderView): void {
  const nowMs = host.clock.wallMs();
  const given = showMoment(order.createdAt, nowMs);
  output.line(`${orderWords(order)}, given ${given}: ${order.state}`);
  output.table(
    [
      { title: "MACHINE", cutTo: 12 },
      { title: "STATE" },
      { title: "TRIES", right: true },
      { title: "RESULT", cutTo: 20 },
    ],
    (order.tasks ?? []).map((task) => [
      task.machineName,
      { text: task.state, style: stateStyle(task.state) },
      String(task.attempt),
      taskWords(order.verb, task, nowMs),
    ]),
  );
  for (const task of order.tasks ?? []) {
    const lines = noteLines(task);
    if (lines.length === 0) continue;
    const style = stateStyle(task.state);
    output.line("");
    // The whole of it: the table may have cut the reason off.
    const words = taskWords(order.verb, task, nowMs);
    output.line(`${task.machineName}: ${words}`, style);
    output.text(lines);
  }
}
