/**
 * `orders` in a terminal: the list, or one order, drawn anew as it goes on.
 *
 * @module
 */

import type { OrderView } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import type { Context } from "./command.ts";
import { type Frame, showLive } from "./live_view.ts";
import {
  isOpen,
  orderLine,
  ordersTable,
  type Table,
  tasksTable,
  underWayTable,
} from "./order_tables.ts";
import { printable } from "./printable.ts";
import { tableLines } from "./table.ts";
import { fitted } from "./text_width.ts";

/** Orders that are looked into at once, of those that are under way. */
const LOOKED_INTO_MAX = 8;

/** The orders, until none of them is open. */
export async function watchOrders(
  { host }: Context,
  client: Pick<ApiClient, "orders" | "orderOf">,
  limit: number,
): Promise<void> {
  await showLive(host, async (): Promise<Frame> => {
    const { orders } = await client.orders(limit);
    const running = orders.filter(({ state }) => state === "running")
      .slice(0, LOOKED_INTO_MAX);
    const looked = await Promise.all(
      running.map(({ id }) => client.orderOf(id)),
    );
    const nowMs = host.clock.wallMs();
    const draw = drawer(host.terminal.columns());
    const below = draw(underWayTable(looked, nowMs));
    return {
      lines: [
        ...draw(ordersTable(orders, nowMs)),
        ...(below.length === 0 ? [] : ["", ...below]),
      ],
      isOver: !orders.some(isOpen),
    };
  });
}

/** One order, until it has ended; the last that was seen of it. */
export async function watchOrder(
  { host }: Context,
  client: Pick<ApiClient, "orderOf">,
  id: number,
): Promise<OrderView | null> {
  let last: OrderView | null = null;
  await showLive(host, async (): Promise<Frame> => {
    const order = await client.orderOf(id);
    last = order;
    const nowMs = host.clock.wallMs();
    const columns = host.terminal.columns();
    return {
      lines: [
        fitted(printable(orderLine(order, nowMs)), columns - 1),
        ...drawer(columns)(tasksTable(order, nowMs)),
      ],
      isOver: !isOpen(order),
    };
  });
  return last;
}

/** The last column stays free: some terminals wrap when it is written. */
function drawer(columns: number): (table: Table) => string[] {
  return ({ columns: titles, rows }) =>
    tableLines(titles, rows, { widthMax: columns - 1, colours: true });
}
