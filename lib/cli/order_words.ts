/**
 * What became of an order on one machine, in a person's words. Pure: the
 * server's view in, a sentence and its colour out.
 *
 * @module
 */

import type { OrderView, TaskView, Verb } from "../server/shapes/api_schema.ts";
import { hasEnded } from "./follow.ts";
import type { Style } from "./style.ts";
import { counted, showBytes, showMoment } from "./units.ts";

/** What a machine's answer means, for each verb; `else` for any other one. */
const ANSWERS: Readonly<
  Record<Verb, Readonly<Record<string, string>> & { readonly else: string }>
> = {
  has: { oui: "yes", non: "no", else: "answered" },
  ensure: { oui: "was there already", else: "installed" },
  install: { else: "installed" },
  update: {
    oui: "was up to date",
    absent: "not there, so nothing to update",
    else: "updated",
  },
  remove: { absent: "was not there", else: "removed" },
  rollback: { else: "went back" },
  collect: { unchanged: "list unchanged", else: "list received" },
};

/** What is being done to the machines, for a progress bar. */
const DOING: Readonly<Record<Verb, string>> = {
  has: "Asking",
  ensure: "Ensuring",
  install: "Installing",
  update: "Updating",
  remove: "Removing",
  rollback: "Rolling back",
  collect: "Collecting",
};

/** `Installing editor 1.0`. */
export function doingWords({ verb, name, version }: OrderView): string {
  return [DOING[verb], name, version === "*" ? "" : version]
    .filter((word) => word !== "").join(" ");
}

/** What became of it, or why it has not ended yet. */
export function taskWords(verb: Verb, task: TaskView, nowMs: number): string {
  const { state, answer, reason, nextTryAt } = task;
  const because = reason === null ? "" : `: ${reason}`;
  switch (state) {
    case "done": {
      const done = ANSWERS[verb][answer ?? "else"] ?? ANSWERS[verb].else;
      // Only the machine knew where it led to.
      return verb === "rollback" ? `${done} to ${task.version}` : done;
    }
    case "failed":
      return `failed${because}`;
    case "cancelled":
      return `cancelled${because}`;
    case "running":
      return runningWords(task);
    case "waiting": {
      const next = nextTryAt === null
        ? ""
        : `; next try ${showMoment(nextTryAt, nowMs)}`;
      return `no answer yet${because}${next}`;
    }
  }
}

/** `downloads, 45 % of 12.3 MB`, `works on it`. */
function runningWords({ progress, reason }: TaskView): string {
  if (progress === undefined) {
    return reason === null ? "under way" : `under way; before: ${reason}`;
  }
  const { bytes, size } = progress;
  if (bytes >= size) return `has ${showBytes(size)}, installs`;
  // Rounded down: 100 % is the end and nothing before it.
  const percent = Math.floor(100 * bytes / size);
  return `downloads, ${percent} % of ${showBytes(size)}`;
}

/** `expires in 30 d`, `never expires`; of an order that has not ended. */
export function expiryWords(
  { expiresAt, state }: OrderView,
  nowMs: number,
): string | null {
  if (state !== "waiting" && state !== "running") return null;
  return expiresAt === null
    ? "never expires"
    : `expires ${showMoment(expiresAt, nowMs)}`;
}

/** What the machine added, a hook's last lines among it; each line by itself. */
export function noteLines({ note }: TaskView): string[] {
  return note.split("\n").filter((line) => line.trim() !== "")
    .map((line) => `    ${line}`);
}

/** `First order 6: java 17.0 on 2 machines`, for each that comes before. */
export function firstWords({ first = [] }: OrderView): string[] {
  return first.map(({ id, name, version, machines }) =>
    `First order ${id}: install ${name} ${version} on ` +
    counted(machines, "machine")
  );
}

/** The colour of a task or of an order. */
export function stateStyle(state: TaskView["state"]): Style {
  switch (state) {
    case "done":
      return "good";
    case "failed":
      return "bad";
    case "cancelled":
      return "quiet";
    case "waiting":
    case "running":
      return "waiting";
  }
}

/** True when the task needs a person's attention. */
export function endedBadly(task: TaskView): boolean {
  return !hasEnded(task) || task.state !== "done";
}

/** `3 done, 1 failed, 2 waiting`; nothing of what is zero. */
export function countWords({ counts }: OrderView): string {
  const words = Object.entries(counts).filter(([, count]) => count > 0).map(
    ([state, count]) => `${count} ${state}`,
  );
  return words.length === 0 ? "no machines" : words.join(", ");
}

/** `install editor 1.0`. */
export function subjectWords({ verb, name, version }: OrderView): string {
  return [verb, name, version === "*" ? "" : version]
    .filter((word) => word !== "").join(" ");
}

/** `Order 7: install editor 1.0 on 3 machines`. */
export function orderWords(order: OrderView): string {
  const { id, counts } = order;
  const machines = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const what = subjectWords(order);
  return `Order ${id}: ${what} on ${counted(machines, "machine")}`;
}
