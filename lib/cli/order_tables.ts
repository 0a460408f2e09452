/**
 * Orders and their machines as tables. Pure: the server's views in, columns and
 * cells out.
 *
 * @module
 */

import type { OrderView } from "../server/shapes/api_schema.ts";
import { hasEnded } from "./follow.ts";
import {
  countWords,
  expiryWords,
  orderWords,
  stateStyle,
  taskWords,
} from "./order_words.ts";
import type { Cell, Column } from "./table.ts";
import { showMoment } from "./units.ts";

/** What `output.table` takes. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Orders, one in a line. */
export function ordersTable(
  orders: readonly OrderView[],
  nowMs: number,
): Table {
  return {
    columns: [
      { title: "ID", right: true },
      { title: "ORDER" },
      { title: "PROGRAM", cutTo: 10 },
      { title: "VERSION", cutTo: 8 },
      { title: "ON", cutTo: 8 },
      { title: "STATE" },
      { title: "MACHINES", cutTo: 10 },
      { title: "GIVEN", cutTo: 8 },
      { title: "BY", cutTo: 5 },
    ],
    rows: orders.map((order) => [
      String(order.id),
      order.verb,
      order.name,
      order.version,
      order.on.join(" "),
      { text: order.state, style: stateStyle(order.state) },
      countWords(order),
      showMoment(order.createdAt, nowMs),
      order.origin === "" ? "owner" : order.origin,
    ]),
  };
}

/** The machines of one order. */
export function tasksTable(order: OrderView, nowMs: number): Table {
  return {
    columns: [
      { title: "MACHINE", cutTo: 12 },
      { title: "STATE" },
      { title: "TRIES", right: true },
      { title: "RESULT", cutTo: 20 },
    ],
    rows: (order.tasks ?? []).map((task) => [
      task.machineName,
      { text: task.state, style: stateStyle(task.state) },
      String(task.attempt),
      taskWords(order.verb, task, nowMs),
    ]),
  };
}

/** The machines that orders are under way on just now. */
export function underWayTable(
  orders: readonly OrderView[],
  nowMs: number,
): Table {
  return {
    columns: [
      { title: "UNDER WAY", cutTo: 12 },
      { title: "ORDER", right: true },
      { title: "", cutTo: 12 },
      { title: "", cutTo: 20 },
    ],
    rows: orders.flatMap((order) =>
      (order.tasks ?? []).filter(({ state }) => state === "running")
        .map((task) => [
          task.machineName,
          String(order.id),
          [order.verb, order.name].join(" ").trim(),
          taskWords(order.verb, task, nowMs),
        ])
    ),
  };
}

/** `Order 7: install editor 1.0 on 3 machines, given 5 s ago: waiting; ...`. */
export function orderLine(order: OrderView, nowMs: number): string {
  const given = showMoment(order.createdAt, nowMs);
  const by = order.origin === "" ? "" : ` by ${order.origin}`;
  const words = [
    order.state,
    expiryWords(order, nowMs),
    order.anytime ? "at any time" : null,
  ].filter((word) => word !== null);
  return `${orderWords(order)}, given ${given}${by}: ${words.join("; ")}`;
}

/** Is anything still to come of it? */
export function isOpen({ state, tasks = [] }: OrderView): boolean {
  return state === "waiting" || state === "running" ||
    !tasks.every(hasEnded);
}
