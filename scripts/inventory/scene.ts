/**
 * What every scene of `test:inventory` is given, and how it tells what it saw.
 * Scenes play at the same time, so each keeps its lines until it is over.
 *
 * @module
 */

import type { MachineView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet, type FleetOptions } from "../kit/fleet.ts";
import type { CommandOptions, Ran } from "../kit/process.ts";
import { run } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";

/** The lines of a scene. */
export class Report {
  readonly lines: string[] = [];

  says(text: string): void {
    this.lines.push(...text.trimEnd().split("\n").map((line) => `  ${line}`));
  }

  /** @throws with the sentence, when it does not hold. */
  demand(holds: boolean, sentence: string, found = ""): void {
    if (!holds) throw new Error(`not so: ${sentence}${found && `\n${found}`}`);
    this.says(sentence);
  }
}

/** What a scene is given. */
export interface Stage {
  readonly programs: Programs;
  readonly report: Report;
  /** A fleet of the scene's own; ended with the scene. */
  fleet(options?: Partial<FleetOptions>): Promise<Fleet>;
}

/** One scene. */
export type Scene = (stage: Stage) => Promise<void>;

/** Loopback's third numbers: one for each scene that plays at a time. */
let net = 42;

/** Plays a scene; its report, and what went wrong. */
export async function playScene(
  scene: Scene,
  programs: Programs,
): Promise<{ readonly lines: readonly string[]; readonly problem?: string }> {
  const fleets: Fleet[] = [];
  const report = new Report();
  const stage: Stage = {
    ...{ programs, report },
    async fleet(options = {}) {
      const fleet = await Fleet.make({
        ...{ programs, net: net++, pingEverySeconds: 1, windowMsFirst: 200 },
        ...options,
      });
      fleets.push(fleet);
      return fleet;
    },
  };
  try {
    await scene(stage);
    return { lines: report.lines };
  } catch (error) {
    const found = error instanceof Error ? error.stack : String(error);
    return {
      lines: report.lines,
      problem: `${found}\n${fleets.map(tailsOf).join("\n")}`,
    };
  } finally {
    for (const fleet of fleets) await fleet.end();
  }
}

function tailsOf(fleet: Fleet): string {
  const processes = [...fleet.machines.values()].map(({ process }) => process);
  return [fleet.server, ...processes]
    .map(({ name, tail }) => `--- ${name}\n${tail.slice(-2_000)}`).join("\n");
}

/** Starts a machine, and waits until the fleet has it under this name. */
export async function enrol(
  fleet: Fleet,
  name: string,
  options: Parameters<Fleet["startAgent"]>[2] = {},
): Promise<MachineView> {
  fleet.startAgent(name, "server", options);
  const machine = await fleet.untilState(name, "alive", 30_000);
  await fleet.ok("rename", machine.id, name);
  return machine;
}

/** A program of this machine, to its end; it must end well. */
export async function must(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<Ran> {
  const ran = await run(command, { deadlineMs: 60_000, ...options });
  if (ran.code === 0) return ran;
  throw new Error(
    `${command.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`,
  );
}

/** Is the program there, among the system's own? */
export async function hasProgram(name: string): Promise<boolean> {
  const looks = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((directory) =>
    Deno.stat(`${directory}/${name}`)
  );
  return await Promise.any(looks).then(() => true, () => false);
}

/** `0.12 s` */
export async function timed<T>(
  work: () => Promise<T>,
): Promise<readonly [T, string]> {
  const begunMs = performance.now();
  const value = await work();
  const seconds = (performance.now() - begunMs) / 1_000;
  return [value, `${seconds.toFixed(2)} s`];
}
