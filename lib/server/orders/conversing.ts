/**
 * One conversation about a task, and the wait for the list that it promised.
 *
 * @module
 */

import type { Outcome as Ending } from "../../sep/server_api.ts";
import type { ListEnding } from "../lists/list_arrivals.ts";
import { openingFor } from "./dispatcher_opening.ts";
import { type DispatcherOptions, LIST_IDLE_MS } from "./dispatcher_options.ts";
import type { Slot } from "./machine_queue.ts";

/** Asks the machine what the task wants to know or to have done. */
export async function converse(
  options: DispatcherOptions,
  slot: Slot,
): Promise<Ending> {
  const { order, task } = slot;
  const { machine } = task;
  const heldList = options.heldList(machine);
  const opening = openingFor(options, { order, task, heldList });
  // Before it is asked for: it may be here before its announcement is kept.
  if (opening.word === "dliste") slot.arrival = options.expectList(machine);
  const ending = await options.converse(machine, opening);
  if (ending.kind === "list" && !ending.coming) {
    options.confirmList(machine, heldList);
  }
  if (ending.kind === "failed" && ending.reason === "hash") {
    await options.doubt(order.sha256).catch(() => {});
  }
  return ending;
}

/** What became of the list that the machine promised. */
export async function listOf({ arrival }: Slot): Promise<ListEnding> {
  return await arrival?.within(LIST_IDLE_MS) ?? { kind: "not received" };
}
