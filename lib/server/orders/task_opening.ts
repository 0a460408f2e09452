/**
 * What a task asks its machine, by its phase: the first word of the next
 * conversation. Pure.
 *
 * @module
 */

import type { Verb } from "../shapes/api_schema.ts";
import type { InstallOrder, Opening } from "../../sep/server_api.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import type { Order, Task } from "../shapes/task.ts";

/** What a machine's disk writes and hashes at the very least, in a second. */
const INSTALL_BYTES_PER_S = 8_388_608;

/** What the opening takes from elsewhere. */
export interface OpeningContext {
  /** Hex of the list that is held of the machine; "" for none. */
  readonly heldList: string;
  /** Sources of libraries that the list shall hold. */
  readonly libraries: readonly string[];
  /** How long a machine may work on an order of no size, milliseconds. */
  readonly workMs: number;
  /** The sum of what the package's hooks may take, milliseconds. */
  readonly deadlinesMs: number;
}

/** Between the end of the last hook and the machine's own word about it. */
const AFTER_HOOKS_MS = 60_000;

/** What takes the place of a package's hash where no package is meant. */
const NO_HASH = "0".repeat(64);

/**
 * Who asks whether a program is there, or wants it to be, is content with the
 * system's own. What we install, update or remove is ours: Debian's `curl`
 * proves nothing about the one that we brought.
 */
const ASKS_ABOUT_ALL: ReadonlySet<Verb> = new Set<Verb>(["has", "ensure"]);

/** The next conversation of a running task. */
export function openingOf(
  order: Order,
  task: Task,
  context: OpeningContext,
): Opening {
  const { name, version } = order;
  const ask = (version: string, orElse: InstallOrder | null): Opening => ({
    word: "possede",
    name,
    version,
    ...(ASKS_ABOUT_ALL.has(order.verb) ? {} : { only: "ieo" }),
    orElse,
    deadlineMs: workMsOf(order, context),
  });
  switch (task.phase) {
    case "look":
      return ask(ANY_VERSION, null);
    case "prove":
      return ask(provedVersion(order, task), null);
    case "ask":
    case "check":
    case "gone":
      return ask(version, null);
    case "else":
      return ask(version, installOf(order, task));
    case "act":
    case "list":
      return actOf(order, task, context);
  }
}

/**
 * How long the machine may work: the wait begins anew with every byte of the
 * transfer, so only unpacking, hashing and the package's hooks count.
 */
export function workMsOf(
  { size }: Order,
  { workMs, deadlinesMs }: Pick<OpeningContext, "workMs" | "deadlinesMs">,
): number {
  const hooksMs = deadlinesMs === 0 ? 0 : deadlinesMs + AFTER_HOOKS_MS;
  return workMs + Math.ceil(size / INSTALL_BYTES_PER_S * 1_000) + hooksMs;
}

/** A rollback to whichever version leads to the one that the machine told. */
export function provedVersion({ verb, version }: Order, task: Task): string {
  return verb === "rollback" && version === ANY_VERSION
    ? task.toldVersion
    : version;
}

function actOf(order: Order, task: Task, context: OpeningContext): Opening {
  const deadlineMs = workMsOf(order, context);
  if (order.verb === "collect") {
    const { heldList: sha256, libraries } = context;
    return { word: "dliste", sha256, libraries };
  }
  if (order.verb === "remove") {
    const { name, version } = order;
    const removal = { ...pairOf(order, task), name, version };
    return { word: "suppression", order: removal, deadlineMs };
  }
  return { word: "install", order: installOf(order, task), deadlineMs };
}

function installOf(order: Order, task: Task): InstallOrder {
  const { verb, name, version, sha256, size } = order;
  const ordered = { ...pairOf(order, task), name, version };
  return verb === "rollback"
    ? { ...ordered, sha256: NO_HASH, size: 0, how: "retour" }
    : { ...ordered, sha256, size };
}

/** What a machine remembers its results under. */
function pairOf(order: Order, task: Task) {
  return { order: wireNumber(order), attempt: task.attempt };
}

/**
 * The order's number on the wire. A store that was put back from a copy gives
 * its numbers again, and machines would repeat the results of the orders that
 * had them: so the moment of the order goes before it.
 */
export function wireNumber({ id, createdMs }: Order): bigint {
  return BigInt(Math.floor(createdMs) % 2 ** 32) << 32n | BigInt(id);
}
