/**
 * The program of the crash test: a few files, a command, a file that its owner
 * changed and every kind of hook, so that each kind of step is among those
 * that a kill comes after. And how to see on the disk which version a machine
 * holds, whole.
 *
 * @module
 */

import type { Fleet, FleetMachine } from "../kit/fleet.ts";

/** What the owner has written into the program's configuration. */
const OWNERS_WORDS = "colour = the owner's\n";

/** The versions; the check of the last one always fails. */
export const VERSIONS = ["1.0", "2.0", "3.0"] as const;

/** Where a machine of the crash test has its commands. */
export function commandsOf(
  { stateDirectory }: Pick<FleetMachine, "stateDirectory">,
): string {
  return `${stateDirectory}/../bin`;
}

/** Packs and publishes all versions. */
export async function publishTool(fleet: Fleet): Promise<void> {
  for (const version of VERSIONS) {
    const directory = `${fleet.directory}/tool-${version}`;
    await writeTool(directory, version);
    const file = `${fleet.directory}/tool-${version}.ieo`;
    await fleet.ok("pack", directory, "-o", file);
    await fleet.ok("publish", file);
  }
}

async function writeTool(directory: string, version: string): Promise<void> {
  await Deno.mkdir(`${directory}/bin`, { recursive: true });
  await Deno.mkdir(`${directory}/etc`);
  const script = (name: string, text: string) =>
    Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\n${text}\n`, {
      mode: 0o755,
    });
  await script("bin/tool", `echo ${version}`);
  await script("hook", version === "3.0" ? "echo it is broken; exit 3" : ":");
  await script("nothing", ":");
  await Deno.writeTextFile(`${directory}/version`, version);
  await Deno.writeTextFile(`${directory}/etc/tool.conf`, `colour = ${version}`);
  await Deno.writeTextFile(`${directory}/ieo.toml`, manifest(version));
}

function manifest(version: string): string {
  const hooks = ["preinstall", "postinstall", "preremove", "postremove"].map(
    (name) => `[hooks.${name}]\nrun = ["nothing"]\ndeadline = 20\n`,
  );
  return [
    `name = "tool"`,
    `version = "${version}"`,
    `bin = { tool = "bin/tool" }`,
    `config = [{ path = "etc/tool.conf", changed = "keep" }]`,
    `[hooks.check]\nrun = ["hook"]\ndeadline = 20\n`,
    ...hooks,
  ].join("\n");
}

/** The owner changes his configuration. */
export async function changeConfig(machine: FleetMachine): Promise<void> {
  await Deno.writeTextFile(configOf(machine), OWNERS_WORDS);
}

function configOf({ programsDirectory }: FleetMachine): string {
  return `${programsDirectory}/tool/current/etc/tool.conf`;
}

/**
 * The version in use; null when there is none.
 *
 * @throws when it is there and not whole, or when its command does not run.
 */
export async function look(machine: FleetMachine): Promise<string | null> {
  const current = `${machine.programsDirectory}/tool/current`;
  const version = await orNull(Deno.readLink(current));
  if (version === null) return null;
  const found = await Deno.readTextFile(`${current}/version`);
  if (found !== version) {
    throw new Error(`"current" is ${version}, and its file says "${found}"`);
  }
  for (const name of ["bin/tool", "hook", "nothing", "etc/tool.conf"]) {
    const { size } = await Deno.stat(`${current}/${name}`);
    if (size === 0) throw new Error(`${version} has an empty ${name}`);
  }
  return version;
}

/**
 * What a machine at rest must not have: half-done things, more than two
 * versions, a command without its program, a configuration that is lost.
 */
export async function straysOf(
  machine: FleetMachine,
  version: string | null,
  config: "package's" | "owner's",
): Promise<string[]> {
  const { programsDirectory: root, stateDirectory } = machine;
  const stray: string[] = [];
  const places = [`${root}/.staging`, `${root}/.trash`];
  for (const place of [...places, `${stateDirectory}/downloads`]) {
    for (const name of await namesIn(place)) stray.push(`${place}/${name}`);
  }
  const inTool = await namesIn(`${root}/tool`);
  const versions = inTool.filter((name) => VERSIONS.includes(name as "1.0"));
  if (versions.length > 2) stray.push(`versions ${versions.join(", ")}`);
  stray.push(
    ...inTool.filter((name) => name !== "current" && !versions.includes(name)),
  );
  if (version === null) stray.push(...inTool.map((name) => `tool/${name}`));
  const commands = await namesIn(commandsOf(machine));
  const wanted = version === null ? "" : "tool";
  if (commands.join() !== wanted) stray.push(`commands "${commands.join()}"`);
  if (version !== null) {
    const words = await Deno.readTextFile(configOf(machine));
    const found = words === OWNERS_WORDS ? "owner's" : "package's";
    if (found !== config) stray.push(`the ${found} configuration`);
  }
  return stray;
}

async function namesIn(directory: string): Promise<string[]> {
  const entries = await orNull(Array.fromAsync(Deno.readDir(directory)));
  return (entries ?? []).map(({ name }) => name).sort();
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
