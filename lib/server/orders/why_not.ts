/**
 * Why a machine cannot be asked now, as people read it. Pure.
 *
 * @module
 */

import type { MachineState } from "../shapes/api_schema.ts";
import type { TaskEvent } from "./task_events.ts";

/** Why a revoked machine's orders end. */
export const REVOKED = "The machine is revoked";

/** What happens to a task because of its machine's state; null: it may run. */
export function whyNot(state: MachineState | null): TaskEvent | null {
  switch (state) {
    case "alive":
      return null;
    case "dead":
      return hold("The machine does not answer; it is asked when it is heard");
    case "pending":
      return hold("The machine waits for the owner's approval");
    case "conflict":
      return hold("The machine's key was seen in two places");
    case "revoked":
      return { kind: "abandon", reason: REVOKED };
    case null:
      return { kind: "abandon", reason: "The machine is not known any more" };
  }
}

function hold(reason: string): TaskEvent {
  return { kind: "hold", reason };
}
