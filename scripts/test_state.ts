/**
 * The desired state with the real programs:
 * `deno task test:state [--executables]`. Three machines on loopback, two of
 * them in a group: what is missing comes, also on a machine that was off and
 * over a `kill -9` of the server; what somebody has changed is put right; what
 * cannot be is said.
 *
 * @module
 */

import type { StateView } from "../lib/server/shapes/api_schema.ts";
import { Fleet } from "./kit/fleet.ts";
import { eventually } from "./kit/process.ts";
import { fromDist, fromSources } from "./kit/programs.ts";

const NAMES = ["m1", "m2", "m3"];

function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`Not so: ${sentence}`);
  console.log(`ok   ${sentence}`);
}

async function publish(fleet: Fleet, name: string, version: string) {
  const source = `${fleet.directory}/${name}-${version}`;
  await Deno.mkdir(source);
  await Deno.writeTextFile(`${source}/version`, version);
  await fleet.ok("pack", source, "-o", `${source}.ieo`);
  await fleet.ok("publish", `${source}.ieo`);
}

/** Writes the file and applies it. */
async function apply(fleet: Fleet, ...lines: string[]): Promise<StateView> {
  const file = await write(fleet, ...lines);
  return await fleet.json<StateView>("apply", file);
}

async function write(fleet: Fleet, ...lines: string[]): Promise<string> {
  const file = `${fleet.directory}/school.toml`;
  await Deno.writeTextFile(file, lines.join("\n"));
  return file;
}

/** `editor 1.0, tool 1.0`: what a machine's own disk holds. */
async function held(fleet: Fleet, machine: string): Promise<string> {
  const directory = fleet.machines.get(machine)?.programsDirectory ?? "";
  const all = ["editor", "tool"].map(async (name) => {
    const path = `${directory}/${name}/current/version`;
    const version = await Deno.readTextFile(path).catch(() => "none");
    return `${name} ${version}`;
  });
  return (await Promise.all(all)).join(", ");
}

function untilHeld(fleet: Fleet, machine: string, wanted: string) {
  return eventually(
    `${machine} holds ${wanted}`,
    async () => await held(fleet, machine) === wanted ? true : null,
    { withinMs: 60_000 },
  );
}

function untilRight(fleet: Fleet) {
  return eventually("The server says that all is right", async () => {
    const { changes } = await fleet.json<StateView>("plan");
    return changes.every(({ action }) => action === "right") ? true : null;
  }, { withinMs: 60_000 });
}

async function missingComes(fleet: Fleet): Promise<void> {
  await fleet.machines.get("m2")?.process.stop(5_000);
  const lines = ["[group.lab]", `programs = ["editor 1.0", "tool *"]`];
  const planned = await fleet.json<StateView>(
    ...["plan", await write(fleet, ...lines)],
  );
  demand(
    planned.changes.map(({ action, name, to, machines }) =>
      `${action} ${name} ${to}: ${machines.join(" ")}`
    ).join() === "install editor 1.0: m1 m2,install tool 1.0: m1 m2",
    "plan says what would be installed where",
  );
  const { rows } = await ordersOf(fleet);
  demand(rows === 1, "plan has ordered nothing");
  await apply(fleet, ...lines);
  await untilHeld(fleet, "m1", "editor 1.0, tool 1.0");
  await fleet.server.kill();
  await fleet.startServer();
  fleet.startAgent("m2", "server");
  await untilHeld(fleet, "m2", "editor 1.0, tool 1.0");
  await untilRight(fleet);
  demand(
    true,
    "what is missing comes, when a machine is back and over kill -9",
  );
  demand(
    await held(fleet, "m3") === "editor none, tool none",
    "a machine that is not in the group has nothing",
  );
}

async function ordersOf(fleet: Fleet): Promise<{ readonly rows: number }> {
  const { orders } = await fleet.json<{ orders: unknown[] }>("orders");
  return { rows: orders.length };
}

async function changedIsPutRight(fleet: Fleet): Promise<void> {
  await apply(fleet, "[group.lab]", `absent = ["tool"]`);
  await fleet.ok("install", "tool", "--on", "m1", "--wait");
  await untilHeld(fleet, "m1", "editor 2.0, tool none");
  demand(true, "what somebody has installed against the file goes again");
}

async function wantedAwayGoes(fleet: Fleet): Promise<void> {
  await apply(
    ...[fleet, "[group.lab]"] as const,
    ...[`programs = ["editor 2.0"]`, `absent = ["tool"]`],
  );
  for (const name of ["m1", "m2"]) {
    await untilHeld(fleet, name, "editor 2.0, tool none");
  }
  await untilRight(fleet);
  demand(true, "an update comes, and what shall be absent goes");
}

async function impossibleIsSaid(fleet: Fleet): Promise<void> {
  const file = await write(
    ...[fleet, "[group.lab]", `absent = ["tool"]`, "[all]"] as const,
    `programs = ["tool *", "nothing 1"]`,
  );
  const { code, stdout } = await fleet.cli("plan", file);
  console.log(stdout.trim().replaceAll(/^/gm, "     "));
  demand(
    code === 1 && stdout.includes("lab wants it away, but all wants any") &&
      stdout.includes("no such program is published"),
    "what cannot be is said, and ends with 1",
  );
}

async function main(args: readonly string[]): Promise<number> {
  const programs = args.includes("--executables") ? fromDist() : fromSources();
  const fleet = await Fleet.make({ programs, net: 52, pingEverySeconds: 3 });
  try {
    await fleet.startServer();
    for (const name of NAMES) fleet.startAgent(name, "server");
    for (const name of NAMES) {
      const { id } = await fleet.untilState(name, "alive", 30_000);
      await fleet.ok("rename", id, name);
    }
    await publish(fleet, "editor", "1.0");
    await publish(fleet, "editor", "2.0");
    await publish(fleet, "tool", "1.0");
    await fleet.ok("group", "new", "lab", "--add", "m1", "--add", "m2");
    await fleet.ok("collect", "--on", "all", "--wait");
    await missingComes(fleet);
    await wantedAwayGoes(fleet);
    await changedIsPutRight(fleet);
    await impossibleIsSaid(fleet);
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:state: ${found}\n${fleet.server.tail}`);
    return 1;
  } finally {
    await fleet.end();
  }
  console.log("\ntest:state: ok");
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
