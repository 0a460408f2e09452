/**
 * Has everything come to its end? Asked again and again after the faults have
 * stopped: every machine is seen alive at its own address, every order has
 * ended, and the server believes of each machine what its disk holds.
 *
 * @module
 */

import type {
  MachineListView,
  MachinesView,
} from "../../lib/server/shapes/api_schema.ts";
import type { SimAgent } from "./sim_agent.ts";
import { PROGRAMS, versionIn } from "./sim_agent.ts";
import type { World } from "./world.ts";

/** What is still missing, as a sentence; null: nothing. */
export async function missing(world: World): Promise<string | null> {
  const { server, agents, laws } = world;
  const idle = agents.find((agent) => !agent.isReady);
  if (!server.isReady) return "the server does not run";
  if (idle !== undefined) return `${idle.computer.name} does not run`;
  const answer = await server.ask("GET", "/v1/machines");
  if (!answer?.ok) return "the server does not answer";
  const { machines } = answer.value as MachinesView;
  const known = new Map(machines.map((seen) => [seen.id, seen]));
  for (const { machine, computer } of agents) {
    const seen = known.get(machine ?? "");
    if (seen === undefined) return `${computer.name} is not known`;
    if (seen.state !== "alive") return `${computer.name} is ${seen.state}`;
    if (seen.address !== `${computer.address}:2013`) {
      return `${computer.name} is taken to be at ${seen.address}`;
    }
  }
  // What was ordered of a key that both of two clones have laid down is for
  // nobody, until the owner says so.
  const theirs = new Set(agents.map(({ machine }) => machine));
  const open = laws.open.filter((task) => theirs.has(task.machine));
  const [task] = open;
  if (task === undefined) return null;
  return `${open.length} tasks have not ended, among them order ` +
    `${task.order} on ${task.machine}: ${task.state}, ${task.phase}, ` +
    `attempt ${task.attempt}, ${task.reason}`;
}

/** A machine that is taken to be where it never was; null: none. */
export async function wrongAddress(
  { server, agents }: World,
): Promise<string | null> {
  const answer = await server.ask("GET", "/v1/machines");
  if (!answer?.ok) return null;
  const theirs = new Set(
    agents.flatMap(({ computer }) => [...computer.addresses]),
  );
  const { machines } = answer.value as MachinesView;
  const wrong = machines.find(({ address }) =>
    address !== "" && !theirs.has(address.split(":")[0] ?? "")
  );
  return wrong === undefined
    ? null
    : `${wrong.name} is taken to be at ${wrong.address}`;
}

/** What of a machine the server believes wrongly; null: nothing. */
export async function wrongBelief(
  { server }: World,
  agent: SimAgent,
): Promise<string | null> {
  const { computer, machine } = agent;
  const answer = await server.ask("GET", `/v1/machines/${machine}/list`);
  if (!answer?.ok) return `there is no list of ${computer.name}`;
  const { programs } = answer.value as MachineListView;
  const believed = programs
    .filter(({ source }) => source === "flottille")
    .map(({ name, version }) => `${name} ${version}`).sort();
  const held = installedOn(agent).sort();
  return believed.join() === held.join()
    ? null
    : `${computer.name} has ${held.join() || "nothing"}, and its list says ` +
      `${believed.join() || "nothing"}`;
}

function installedOn({ computer: { disk: { tree } } }: SimAgent): string[] {
  const found = tree.find(PROGRAMS);
  if (found === null) return [];
  const names = [...tree.names(found).keys()];
  return names.flatMap((name) => {
    const version = name.startsWith(".") ? null : versionIn(tree, name);
    return version === null ? [] : [`${name} ${version}`];
  });
}
