/**
 * A disk that is copied to many machines, and disks that are frozen:
 * `deno task test:seal`. On loopback, with the programs' sources: a machine is
 * set up, sealed and copied; a copy is frozen, which is its directories put
 * back before each start, and started again and again, also in the middle of an
 * order.
 *
 * @module
 */

import type { AgentStatus } from "../lib/agent/status.ts";
import type {
  MachinesView,
  OrderView,
} from "../lib/server/shapes/api_schema.ts";
import { Fleet, type FleetMachine } from "./kit/fleet.ts";
import { eventually, run, Running } from "./kit/process.ts";
import { fromSources } from "./kit/programs.ts";

const NET = 62;
const BROADCAST = "127.255.255.255";
const COPIES = ["copy-1", "copy-2"] as const;
const BOOTS = 3;

/** A package whose installing takes long enough to be cut short. */
const SLOW = `[hooks]\npostinstall = ["/bin/sleep", "2"]\n`;

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

/** Machines of one model, on disks that the script copies and puts back. */
class Room {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Starts a machine; without the join file: its disk has all it needs. */
  start(name: string, more: readonly string[] = []): FleetMachine {
    const fleet = this.#fleet;
    const home = `${fleet.directory}/${name}`;
    const number = fleet.machines.size + 2;
    const address = fleet.machines.get(name)?.address ??
      `127.0.${NET}.${number}`;
    const stateDirectory = `${home}/state`;
    const programsDirectory = `${home}/programs`;
    const command = [
      ...[...fromSources().agent, "run", ...more],
      ...["--state", stateDirectory, "--programs", programsDirectory],
      ...["--address", address, "--broadcast", BROADCAST],
      ...["--ping-every", "1", "--first-ping-after", "0"],
      ...["--server", fleet.serverAddress],
    ];
    const process = new Running(name, command, fleet.directory);
    const machine = {
      ...{ name, address, stateDirectory, programsDirectory, process },
    };
    fleet.machines.set(name, machine);
    return machine;
  }

  /** Its identifier, once the server has accepted it. */
  async accepted(machine: FleetMachine): Promise<string> {
    const { name, process } = machine;
    return await eventually(`${name} is accepted`, async () => {
      if (process.over) throw new Error(`${name} ended:\n${process.tail}`);
      const asked = await this.#fleet.agentCli(machine, "status", "--json");
      if (asked.code !== 0) return null;
      const status: AgentStatus = JSON.parse(asked.stdout);
      return status.membership === "accepted" ? status.machine : null;
    }, { withinMs: 30_000 });
  }

  /** A disk as it is now, to be put back. */
  async copy(from: string, to: string): Promise<void> {
    const { directory } = this.#fleet;
    await remove(`${directory}/${to}`);
    const command = ["cp", "-a", `${directory}/${from}`, `${directory}/${to}`];
    const { code, stderr } = await run(command);
    if (code !== 0) throw new Error(stderr);
  }

  /** The version of the program in use, as the disk tells it. */
  async holds({ programsDirectory }: FleetMachine): Promise<string | null> {
    try {
      return await Deno.readLink(`${programsDirectory}/editor/current`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  async seal(machine: FleetMachine, ...args: string[]) {
    return await this.#fleet.agentCli(machine, "seal", ...args);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function publish(
  fleet: Fleet,
  version: string,
  more = "",
): Promise<void> {
  const source = `${fleet.directory}/editor-${version}`;
  await Deno.mkdir(`${source}/bin`, { recursive: true });
  await Deno.writeTextFile(`${source}/bin/edit`, `#!/bin/sh\n# ${version}\n`);
  await Deno.chmod(`${source}/bin/edit`, 0o755);
  if (more !== "") await Deno.writeTextFile(`${source}/ieo.toml`, more);
  const file = `${source}.ieo`;
  await fleet.ok("pack", source, "--output", file);
  await fleet.ok("publish", file);
}

/** Orders the program, and waits until it is proved. */
async function install(fleet: Fleet, version: string, on: string) {
  await fleet.ok("install", "editor", version, "--on", on, "--wait");
}

/** Sets one machine up, seals it, and makes two others of its disk. */
async function copied(fleet: Fleet, room: Room): Promise<void> {
  const model = room.start("model", ["--join", fleet.joinFile]);
  const known = await room.accepted(model);
  await install(fleet, "1.0", known);
  const early = await room.seal(model);
  demand(early.code !== 0, `seal beside the agent: ${early.stderr.trim()}`);
  await model.process.stop();
  const secret = await room.seal(model);
  demand(secret.code !== 0, `seal with no secret: ${secret.stderr.trim()}`);
  const sealed = await room.seal(model, "--join", fleet.joinFile);
  demand(sealed.code === 0, `seal: ${sealed.stdout.trim()}`);
  for (const name of COPIES) await room.copy("model", name);
  const ids = [known];
  for (const name of COPIES) ids.push(await room.accepted(room.start(name)));
  demand(new Set(ids).size === 3, "each copy is a machine of its own");
  const { machines } = await fleet.json<MachinesView>("machines");
  const states = ids.map((id) =>
    machines.find((machine) => machine.id === id)?.state
  );
  demand(
    states.slice(1).every((state) => state === "alive"),
    `the server sees both alive, and no conflict: ${states.join(", ")}`,
  );
  for (const id of ids.slice(1)) await install(fleet, "1.0", id);
  demand(true, "both hold what the model held");
}

/** A disk that comes back at each boot as it was when it was frozen. */
async function frozen(fleet: Fleet, room: Room): Promise<void> {
  let machine = named(fleet, "copy-1");
  const id = await room.accepted(machine);
  await machine.process.stop();
  await room.copy("copy-1", "frozen");
  const count = async () =>
    (await fleet.json<MachinesView>("machines")).machines.length;
  const before = await count();
  for (let boot = 1; boot <= BOOTS; boot++) {
    await room.copy("frozen", "copy-1");
    machine = room.start("copy-1");
    const again = await room.accepted(machine);
    demand(again === id, `boot ${boot}: it is the same machine`);
    demand(await room.holds(machine) === "1.0", "with what it was frozen with");
    await install(fleet, "2.0", id);
    demand(await room.holds(machine) === "2.0", "and takes orders");
    await machine.process.kill();
  }
  demand(await count() === before, "the fleet has no machine more than before");
  await room.copy("frozen", "copy-1");
  machine = room.start("copy-1");
  await room.accepted(machine);
  const asked = await fleet.ok(
    ...["has", "editor", "2.0", "--on", id, "--wait"],
  );
  demand(
    /: no$/m.test(asked.stdout),
    "the server is told what the disk forgot",
  );
}

/** The machine is switched off while it carries an order out. */
async function cutShort(fleet: Fleet, room: Room): Promise<void> {
  const machine = named(fleet, "copy-1");
  const id = await room.accepted(machine);
  await publish(fleet, "3.0", SLOW);
  const { id: order } = await fleet.json<OrderView>(
    ...["install", "editor", "3.0", "--on", id],
  );
  await eventually("The order is begun", async () => {
    const path = `${machine.stateDirectory}/journal`;
    const begun = /"begin".*"3\.0"/.test(await Deno.readTextFile(path));
    return begun ? true : null;
  });
  await machine.process.kill();
  await room.copy("frozen", "copy-1");
  const again = room.start("copy-1");
  await eventually("The order ends well", async () => {
    const { state } = await fleet.json<OrderView>("orders", String(order));
    return state === "done" ? true : null;
  }, { withinMs: 90_000 });
  demand(
    await room.holds(again) === "3.0",
    `order ${order}, which a boot cut short and forgot, is done after it`,
  );
}

/** The agent's directory is on a disk that stays; the programs are not. */
async function statesStay(fleet: Fleet, room: Room): Promise<void> {
  const machine = named(fleet, "copy-2");
  const id = await room.accepted(machine);
  await room.copy("copy-2/programs", "programs");
  await install(fleet, "2.0", id);
  await machine.process.stop();
  await room.copy("programs", "copy-2/programs");
  const again = room.start("copy-2");
  demand(await room.accepted(again) === id, "the agent's directory stays");
  await install(fleet, "2.0", id);
  demand(
    await room.holds(again) === "2.0",
    "what the disk forgot is installed again, whatever the journal says",
  );
}

function named(fleet: Fleet, name: string): FleetMachine {
  const found = fleet.machines.get(name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

const fleet = await Fleet.make({
  ...{ programs: fromSources(), net: NET, pingEverySeconds: 1 },
});
let code = 1;
try {
  const room = new Room(fleet);
  await fleet.startServer();
  for (const version of ["1.0", "2.0"]) await publish(fleet, version);
  for (const scene of [copied, frozen, cutShort, statesStay]) {
    console.log(scene.name);
    await scene(fleet, room);
  }
  console.log("\ntest:seal: ok");
  code = 0;
} catch (error) {
  const found = error instanceof Error ? error.stack : error;
  console.log(`\ntest:seal: ${found}`);
} finally {
  await fleet.end();
}
Deno.exit(code);
