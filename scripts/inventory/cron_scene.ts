/**
 * The cron line of the README, as it stands there but for the hour and the
 * config file's path: silent and 0 when every list came, a line for a machine
 * that is off and 1 otherwise. By Debian's cron where it can be started with a
 * crontab of its own, else with the empty environment that cron gives.
 *
 * @module
 */

import type { Fleet } from "../kit/fleet.ts";
import { PrivateCron } from "../kit/private_cron.ts";
import { type Ran, run } from "../kit/process.ts";
import { enrol, hasProgram, type Report, type Stage } from "./scene.ts";

const README = new URL("../../README.md", import.meta.url);
const DOCUMENTED_CONFIG = "/etc/flottille/flottille.toml";

/** A server that has just started waits for machines that seem to be off. */
const SERVER_AGE_MS = 20_000;

/** Plays the scene. */
export async function cronScene({ fleet: make, report, programs }: Stage) {
  const fleet = await make();
  await fleet.startServer();
  const startedMs = performance.now();
  for (const name of ["desk-1", "desk-2", "desk-3"]) await enrol(fleet, name);
  const path = await commandsOf(fleet, programs.server);
  const command = (await readmeLine()).replace(DOCUMENTED_CONFIG, fleet.config);
  report.says(`the README's command: ${command}`);

  const well = await asCronDoes(fleet, command, path);
  report.demand(
    well.code === 0 && well.stdout + well.stderr === "",
    "all is well: it prints nothing, code 0",
    `code ${well.code}: ${well.stdout}${well.stderr}`,
  );

  await fleet.machines.get("desk-2")?.process.kill();
  await fleet.untilState("desk-2", "dead", 30_000);
  const oldMs = startedMs + SERVER_AGE_MS - performance.now();
  await new Promise((then) => setTimeout(then, Math.max(0, oldMs)));
  const off = await asCronDoes(fleet, command, path);
  demandOneOff(report, off.stdout + off.stderr, off.code);

  if (await hasProgram("cron") && Deno.uid() === 0) {
    const directory = `${fleet.directory}/cron`;
    const line = `* * * * *  ${command}`;
    const cron = await PrivateCron.start(directory, { line, path });
    try {
      const { output, code } = await cron.job(90_000);
      report.says("run by Debian's cron, from a crontab:");
      demandOneOff(report, output, code);
    } finally {
      await cron.end();
    }
  } else report.says("cron is not installed: its environment alone was tried");
}

/** One line for the machine, and whatever is said to the person. */
function demandOneOff(report: Report, output: string, code: number): void {
  const [line = "", ...more] = output.trimEnd().split("\n");
  report.demand(
    code === 1 && more.length === 0 && line.startsWith("desk-2: "),
    `desk-2 is off: one line, code ${code}: ${line}`,
    `code ${code}: ${output}`,
  );
}

/** What cron is told in the README, after the five fields. */
async function readmeLine(): Promise<string> {
  const text = await Deno.readTextFile(README);
  const command = /^(?:[\d*\/,-]+ +){5}(.*\bcollect .*)$/m.exec(text)?.[1];
  if (command?.includes(DOCUMENTED_CONFIG)) return command;
  throw new Error("The README has no line for cron, or with another path");
}

/** A directory in which `flottille-server` is what is being tested. */
async function commandsOf(
  fleet: Fleet,
  server: readonly string[],
): Promise<string> {
  const directory = `${fleet.directory}/commands`;
  await Deno.mkdir(directory);
  const words = server.map((word) => `'${word}'`).join(" ");
  // From its source it needs the runtime's cache, wherever that is.
  const cache = Deno.env.get("DENO_DIR");
  const known = cache === undefined ? "" : `export DENO_DIR='${cache}'\n`;
  const text = `#!/bin/sh\n${known}exec ${words} "$@"\n`;
  const file = `${directory}/flottille-server`;
  await Deno.writeTextFile(file, text, { mode: 0o755 });
  return directory;
}

/** `/bin/sh -c LINE`, and only what cron puts into the environment. */
function asCronDoes(fleet: Fleet, line: string, path: string): Promise<Ran> {
  const environment = {
    HOME: Deno.env.get("HOME") ?? "/",
    LOGNAME: "root",
    SHELL: "/bin/sh",
    PATH: `${path}:/usr/bin:/bin`,
  };
  return run(["/bin/sh", "-c", line], {
    ...{ environment, directory: fleet.directory, deadlineMs: 60_000 },
  });
}
