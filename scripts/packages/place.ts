/**
 * Where the scenes of `test:packages` play: a server and one machine on a LAN
 * of their own, and a folder to make packages in.
 *
 * @module
 */

import type {
  OrderView,
  TaskView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Lan, LanHost } from "../kit/lan.ts";
import type { LanFleet } from "../kit/lan_fleet.ts";
import { run } from "../kit/process.ts";

/** The name of the one machine. */
export const MACHINE = "room-1";

/** What every scene is given. */
export interface Place {
  readonly directory: string;
  readonly lan: Lan;
  readonly fleet: LanFleet;
  readonly server: LanHost;
  readonly machine: LanHost;
}

/** Gives an order and waits for its end; the machine's share of it. */
export async function order(
  { fleet }: Place,
  ...words: readonly string[]
): Promise<TaskView & { readonly id: number }> {
  const where = ["--on", MACHINE, "--wait", "--timeout", "120"];
  // Ends with a code of its own when the order fails, and prints it as ever.
  const { stdout, stderr } = await fleet.cli(...words, ...where, "--json");
  if (stdout === "") throw new Error(`${words.join(" ")}: ${stderr}`);
  const { id, tasks }: OrderView = JSON.parse(stdout);
  const [task] = tasks ?? [];
  if (task === undefined) throw new Error(`Order ${id} has no machine`);
  return { ...task, id };
}

/** The same, which must be done. */
export async function done(
  place: Place,
  ...words: string[]
): Promise<TaskView> {
  const task = await order(place, ...words);
  if (task.state === "done") return task;
  throw new Error(
    `${words.join(" ")}: ${task.state}: ${task.reason}\n${task.note ?? ""}`,
  );
}

/** The answer to `has`, flow 3. */
export async function has(
  place: Place,
  name: string,
  version: string,
): Promise<string | null> {
  return (await done(place, "has", name, version)).answer;
}

/** A program of scripts: packed and published; `files` by their paths. */
export async function publishScripts(
  { directory, fleet }: Place,
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
  toml = "",
): Promise<string> {
  const source = `${directory}/${name}-${version}`;
  for (const [path, text] of Object.entries({ version, ...files })) {
    const parent = `${source}/${path}`.replace(/\/[^/]*$/, "");
    await Deno.mkdir(parent, { recursive: true });
    const mode = text.startsWith("#!") ? 0o755 : 0o644;
    await Deno.writeTextFile(`${source}/${path}`, text, { mode });
  }
  const head = `name = "${name}"\nversion = "${version}"\n`;
  await Deno.writeTextFile(`${source}/ieo.toml`, `${head}${toml}`);
  const file = `${source}.ieo`;
  await fleet.ok("pack", source, "-o", file);
  await fleet.ok("publish", file);
  return file;
}

/** The version of a program that the machine's disk holds; null: none. */
export async function held(
  { directory }: Place,
  name: string,
): Promise<string | null> {
  const current = `${directory}/${MACHINE}/programs/${name}/current`;
  return await Deno.readLink(current).catch(() => null);
}

/** A program of this machine, to its end; its output. */
export async function must(...command: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command, { deadlineMs: 120_000 });
  if (code === 0) return stdout;
  throw new Error(
    `${command.join(" ")} ended with ${code}: ${stdout}${stderr}`,
  );
}

/** @throws with the sentence, when it does not hold. */
export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}
