/**
 * Gives an order to the server and, with `--wait`, follows it: a bar while it
 * lasts, a line for each machine, one line at the end.
 *
 * @module
 */

import type { OrderBody, OrderView } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import type { Context } from "./command.ts";
import type { ExitName } from "./exit_codes.ts";
import { type FollowEnd, followOrder, hasEnded } from "./follow.ts";
import { MachinesOff } from "./machines_off.ts";
import {
  countWords,
  doingWords,
  endedBadly,
  firstWords,
  noteLines,
  orderWords,
  stateStyle,
  taskWords,
} from "./order_words.ts";
import { listenForStop } from "./stop_signal.ts";
import { showDuration } from "./units.ts";

/** What is ordered, and how it is followed. */
export interface GiveOrderOptions {
  readonly client: ApiClient;
  readonly body: OrderBody;
  readonly wait: boolean;
  readonly json: boolean;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** Says nothing of what went well: for cron. */
  readonly quiet: boolean;
}

/** Gives the order; `failed` when a machine did not come to a good end. */
export async function giveOrder(
  context: Context,
  options: GiveOrderOptions,
): Promise<ExitName> {
  const { output, program } = context;
  const order = await options.client.order(options.body);
  if (options.wait) return await wait(context, options, order);
  if (options.json) output.json(order);
  else {
    output.text([...firstWords(order), orderWords(order)]);
    output.note(`Follow it with: ${program} orders ${order.id}`);
  }
  return "ok";
}

async function wait(
  context: Context,
  options: GiveOrderOptions,
  given: OrderView,
): Promise<ExitName> {
  const { host, output, program } = context;
  const { client, json, quiet, timeoutMs } = options;
  const signal = listenForStop(host.terminal);
  const isSilent = json || quiet;
  const off = new MachinesOff(client, host.clock);
  if (!isSilent) output.text([...firstWords(given), orderWords(given)]);
  try {
    const { order, end } = await followOrder({
      clock: host.clock,
      look: () => client.orderOf(given.id),
      timeoutMs,
      signal,
      ...(quiet ? { isInVain: (open) => off.areAll(open) } : {}),
      onLook(order, ended) {
        for (const task of ended) {
          if (json) continue;
          if (!quiet) printTask(context, order, task);
          else if (endedBadly(task)) printTaskLine(context, order, task);
        }
        showBar(context, order);
      },
    });
    output.progress.clear();
    if (json) output.json(order);
    else if (quiet) printMissing(context, options, { order, end, off });
    else printEnd(context, options, order, end);
    if (end === "interrupted") {
      output.note(`The order goes on; see: ${program} orders ${order.id}`);
      return "interrupted";
    }
    return (order.tasks ?? []).some(endedBadly) ? "failed" : "ok";
  } finally {
    signal.release();
  }
}

type Task = NonNullable<OrderView["tasks"]>[number];

function printTask(
  { host, output }: Context,
  order: OrderView,
  task: Task,
): void {
  const words = taskWords(order.verb, task, host.clock.wallMs());
  output.line(`${task.machineName}: ${words}`, stateStyle(task.state));
  output.text(noteLines(task));
}

function showBar({ output }: Context, order: OrderView): void {
  const tasks = order.tasks ?? [];
  output.progress.show({
    label: doingWords(order),
    done: tasks.filter(hasEnded).length,
    total: tasks.length,
    detail: countWords(order),
  });
}

/** All of it on one line, for a mail of cron. */
function printTaskLine(
  { host, output }: Context,
  order: OrderView,
  task: Task,
  words = taskWords(order.verb, task, host.clock.wallMs()),
): void {
  const note = noteLines(task).map((line) => line.trim()).join("; ");
  const line = `${task.machineName}: ${words}`;
  output.line(note === "" ? line : `${line} (${note})`, stateStyle(task.state));
}

/** The machines that did not answer, each with its reason. */
function printMissing(
  context: Context,
  { timeoutMs }: GiveOrderOptions,
  { order, end, off }: {
    readonly order: OrderView;
    readonly end: FollowEnd;
    readonly off: MachinesOff;
  },
): void {
  const open = openTasks(order);
  for (const task of open) {
    printTaskLine(context, order, task, off.wordsOf(task) ?? undefined);
  }
  if (open.length > 0) tellTimeout(context, timeoutMs, end);
}

/** The machines that are not through, and one line on all of them. */
function printEnd(
  context: Context,
  { timeoutMs }: GiveOrderOptions,
  order: OrderView,
  end: FollowEnd,
): void {
  for (const task of openTasks(order)) printTask(context, order, task);
  tellTimeout(context, timeoutMs, end);
  context.output.line(`Order ${order.id}: ${countWords(order)}`);
}

function openTasks({ tasks = [] }: OrderView): Task[] {
  return tasks.filter((task) => !hasEnded(task));
}

function tellTimeout(
  { output }: Context,
  timeoutMs: number | null,
  end: FollowEnd,
): void {
  if (end !== "timeout") return;
  const time = showDuration(timeoutMs ?? 0);
  output.note(`Gave up waiting after ${time}; the order goes on`);
}
