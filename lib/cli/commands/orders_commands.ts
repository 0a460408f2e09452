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
  switchOf,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import { watchOrder, watchOrders } from "../live_orders.ts";
import { isOpen, orderLine, ordersTable, tasksTable } from "../order_tables.ts";
import { noteLines, stateStyle, taskWords } from "../order_words.ts";

const GROUP = "Orders";
const LIMIT_DEFAULT = 20;

/** `flottille-server orders [ID]`. */
export const ordersCommand = defineCommand({
  name: "orders",
  group: GROUP,
  summary: "List the orders, or show one with each machine",
  usage: "[ID] [--limit N] [--once] [--json]",
  about: [
    "Lists the latest orders, newest first. With ID it shows that order: each " +
    "machine, how often it was tried, why it waits or failed, and when it is " +
    "tried next; then what machines have added, such as the last lines of a " +
    "hook.",
    "In a terminal, while an order is open, it goes on showing how far each " +
    "machine is, until everything has ended or Ctrl-C; the orders go on " +
    "either way. --once, and every pipe, shows it as it is now.",
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
    once: switchOf("--once", "Show it as it is now, and end"),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { id, limit, once, config, json }) {
    const { host, output } = context;
    const client = await openClient(host, config);
    const isLive = host.terminal.interactive && !json && !once;
    if (id !== undefined) {
      const order = await client.orderOf(id);
      if (json) output.json(order);
      else if (isLive && isOpen(order)) {
        const last = await watchOrder(context, client, id);
        printNotes(context, last ?? order);
      } else printOrder(context, order);
      return "ok";
    }
    const answer = await client.orders(limit);
    if (json) output.json(answer);
    else if (isLive && answer.orders.some(isOpen)) {
      await watchOrders(context, client, limit);
    } else printOrders(context, answer.orders);
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
  const { columns, rows } = ordersTable(orders, host.clock.wallMs());
  output.table(columns, rows);
}

function printOrder(context: Context, order: OrderView): void {
  const { host, output } = context;
  const nowMs = host.clock.wallMs();
  output.line(orderLine(order, nowMs));
  const { columns, rows } = tasksTable(order, nowMs);
  output.table(columns, rows);
  printNotes(context, order);
}

/** What machines have added; the whole reason, which a table may have cut. */
function printNotes({ host, output }: Context, order: OrderView): void {
  const nowMs = host.clock.wallMs();
  for (const task of order.tasks ?? []) {
    const lines = noteLines(task);
    if (lines.length === 0) continue;
    const style = stateStyle(task.state);
    output.line("");
    const words = taskWords(order.verb, task, nowMs);
    output.line(`${task.machineName}: ${words}`, style);
    output.text(lines);
  }
}
