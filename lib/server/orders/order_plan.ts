/**
 * From one wish to the orders that fulfil it: for each machine what must be
 * installed first, the machines that are alike together, and one order for
 * each program. Pure.
 *
 * @module
 */

import type { Versions } from "../../ieo/fit/relations.ts";
import type { Verb } from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import {
  type NewOrder,
  type NewTask,
  type Order,
  taskAtStart,
} from "../shapes/task.ts";
import type { HeldProgram, ListRecord } from "../store/store.ts";
import type { MachineSituation, Shelf } from "./requirement_picks.ts";
import { resolve } from "./requirements.ts";
import { FIRST_PHASE } from "./task_paths.ts";

/** What a plan is made from. */
export interface PlanOptions {
  readonly verb: Verb;
  readonly root: ProgramRecord;
  readonly machines: readonly MachineRecord[];
  readonly shelf: Shelf;
  /** What machines have of the programs that anything asks for. */
  readonly held: readonly HeldProgram[];
  /** A machine's list; null when none has come. */
  listOf(machine: MachineRecord): ListRecord | null;
  /** On the wall clock. */
  readonly nowMs: number;
}

/** Machines for which the same is to be done. */
export interface PlanGroup {
  readonly machines: readonly MachineRecord[];
  /** In the order of their installs, the ordered program last. */
  readonly steps: readonly ProgramRecord[];
  /** For each step the version that is there; "" for none. */
  readonly now: readonly string[];
  /** Why it cannot be done, a sentence; null when it can. */
  readonly problem: string | null;
}

/** What is to be done, for each group of machines that are alike. */
export function planOf(options: PlanOptions): PlanGroup[] {
  const heldBy = Map.groupBy(options.held, ({ machine }) => machine);
  // A thousand machines of one room ask one question.
  const answers = new Map<string, Omit<PlanGroup, "machines">>();
  const groups = new Map<string, PlanGroup & { machines: MachineRecord[] }>();
  for (const machine of options.machines) {
    const held = new Map(
      heldBy.get(machine.id)?.map(({ name, version }) => [name, version]),
    );
    const situation = situationOf(machine, held, options);
    const question = JSON.stringify([
      ...[situation.facts, situation.agentVersion],
      [...held].sort(([a], [b]) => a < b ? -1 : 1),
    ]);
    const answer = answers.get(question) ?? answerOf(situation, options);
    answers.set(question, answer);
    const key = JSON.stringify([
      ...[answer.steps.map(({ sha256 }) => sha256), answer.now, answer.problem],
    ]);
    const group = groups.get(key) ?? { ...answer, machines: [] };
    group.machines.push(machine);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function situationOf(
  machine: MachineRecord,
  held: Versions,
  { nowMs, listOf }: PlanOptions,
): MachineSituation {
  const { system, architecture, agentVersion } = machine;
  const list = listOf(machine);
  const facts = {
    os: system,
    architecture,
    distribution: list?.distribution ?? "",
    distributionVersion: list?.distributionVersion ?? "",
  };
  return { facts, agentVersion, nowMs, held };
}

function answerOf(
  situation: MachineSituation,
  { verb, root, shelf }: PlanOptions,
): Omit<PlanGroup, "machines"> {
  const there = situation.held.get(root.name);
  const told = (steps: readonly ProgramRecord[], problem: string | null) => ({
    steps,
    now: steps.map(({ name }) => situation.held.get(name) ?? ""),
    problem,
  });
  // Nothing will be installed: the machine says yes, or that it is not there.
  const isIdle = verb === "ensure"
    ? there === root.version
    : verb === "update" && there === undefined;
  if (isIdle) return told([root], null);
  const resolved = resolve(root, situation, shelf);
  return resolved.ok
    ? told(resolved.steps, null)
    : told([root], resolved.problem);
}

/** What an order says beside what is to be done. */
export type OrderTerms = Pick<
  Order,
  "on" | "createdMs" | "expiresMs" | "deadlineMs" | "anytime" | "origin"
>;

/**
 * One order for each program, the wish itself last. What a program requires is
 * installed in exactly the version that was chosen.
 */
export function ordersOf(
  groups: readonly PlanGroup[],
  { verb, ...given }: OrderTerms & { readonly verb: Verb },
): NewOrder[] {
  const places = placesOf(groups);
  const last = places.size - 1;
  const orders = [...places.keys()].map((program, place) => ({
    order: {
      verb: place === last ? verb : "install" as const,
      ...wantedOf(program),
      ...given,
    },
    tasks: [] as NewTask[],
  }));
  for (const { machines, steps } of groups) {
    let after: number | null = null;
    for (const step of steps) {
      const place = places.get(step) ?? last;
      const order = orders[place];
      if (order === undefined) continue;
      const phase = FIRST_PHASE[order.order.verb];
      order.tasks.push(
        ...machines.map(({ id }) => taskAtStart(id, phase, after)),
      );
      after = place;
    }
  }
  return orders;
}

/** Each program once; the ordered one is the last of every group. */
function placesOf(groups: readonly PlanGroup[]): Map<ProgramRecord, number> {
  const firsts = groups.flatMap(({ steps }) => steps.slice(0, -1));
  const roots = groups.flatMap(({ steps }) => steps.slice(-1));
  const all = [...new Set([...firsts, ...roots])];
  return new Map(all.map((program, place) => [program, place]));
}

function wantedOf({ name, version, sha256, size }: ProgramRecord) {
  return { name, version, sha256, size };
}
