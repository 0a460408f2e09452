/**
 * A house whose program is the agent itself: its packages, the file that the
 * machine's service starts, and an update that goes through a trial as the
 * agent does it, with every process a part of this one.
 *
 * @module
 */

import type { Disk } from "../../lib/host/disk.ts";
import type { Processes, RunResult } from "../../lib/host/processes.ts";
import type {
  Installer,
  InstallerOptions,
  Trial,
} from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { treeOf } from "../ieo/samples.ts";
import { type House, withSwiftHouse } from "./house.ts";
import { type Program, programOf } from "./packages.ts";
import { swiftDisk } from "./swift_disk.ts";

/** The name that only the agent's own package may have, with `self`. */
export const AGENT = "flottille-agent";

/** An agent of this version; its file holds the version and no more. */
export function agentOf(version: string, serial: number): Program {
  return programOf(
    { "agent": `#!${version}` },
    { name: AGENT, version, serial },
    { self: { path: "agent", deadlineSeconds: 60 } },
  );
}

export const A1 = agentOf("1.0", 1);
export const A2 = agentOf("2.0", 2);

/** The file that the service starts. */
export function executableOf(house: House): string {
  return `${house.directory}/bin/agent`;
}

/** Runs the agents of `agentOf` with `--version`, and answers as `says`. */
export function agentProcesses(
  says: Partial<RunResult> & { readonly text?: string } = {},
): Processes {
  return {
    async run({ command: [program, argument] }) {
      const found = argument === "--version"
        ? await Deno.readTextFile(program)
        : "";
      const { text = `${AGENT} ${found.slice("#!".length)}\n`, ...rest } = says;
      return {
        code: 0,
        signal: null,
        killed: false,
        stdout: utf8(text),
        stderr: new Uint8Array(),
        truncated: false,
        both: {
          first: utf8(text),
          droppedBytes: 0,
          last: new Uint8Array(),
        },
        ...rest,
      };
    },
  };
}

/** An installer of the agent that the service starts. */
export async function openAgent(
  house: House,
  disk: Disk = swiftDisk(),
  options: Partial<InstallerOptions> = {},
): Promise<Installer> {
  return await house.open(disk, {
    commandsDirectory: null,
    processes: agentProcesses(),
    executable: executableOf(house),
    onTrial: () => {},
    ...options,
  });
}

type Act = (installer: Installer) => Promise<Result>;

/** The order, up to its trial; the installer is closed. */
export async function handedOver(
  house: House,
  act: Act,
  disk: Disk = swiftDisk(),
): Promise<{ readonly trial: Trial; readonly result: Result }> {
  const trials: Trial[] = [];
  const onTrial = (trial: Trial) => void trials.push(trial);
  const installer = await openAgent(house, disk, { onTrial });
  const result = await act(installer);
  await installer.close();
  const [trial] = trials;
  if (trial !== undefined) return { trial, result };
  throw new Error(`Nothing is tried: ${JSON.stringify(result)}`);
}

/** The order, its trial, and the new agent's report. */
export async function throughTrial(
  house: House,
  act: Act,
  disk: Disk = swiftDisk(),
): Promise<void> {
  const { trial: { id } } = await handedOver(house, act, disk);
  const tried = await openAgent(house, disk, { trial: id });
  await tried.confirm();
  await tried.close();
}

/** The agent that the service starts, the one in use, and all strays. */
export function lookAt(house: House) {
  const tree = house.programTree();
  const places = new Set([".staging/", ".trash/", ".kept/", `${AGENT}/`]);
  const current = tree[`${AGENT}/current`] ?? "";
  const versions = Object.keys(tree)
    .filter((path) => path.endsWith("/agent"))
    .map((path) => path.split("/")[1] ?? "");
  const wanted = versions.flatMap((version) => [
    `${AGENT}/${version}/`,
    `${AGENT}/${version}/agent`,
  ]);
  const { agent = "", ...beside } = treeOf(`${house.directory}/bin`);
  return {
    service: agent.slice("#!".length),
    current: current.slice("-> ".length),
    versions: versions.sort(),
    strays: [...Object.keys(tree), ...Object.keys(beside)].filter((path) =>
      !places.has(path) && !wanted.includes(path) &&
      path !== `${AGENT}/current`
    ),
  };
}

/** A house where version 1.0 of the agent is a program as well. */
export async function withAgentHouse(
  use: (house: House) => Promise<void>,
  programs: readonly Program[] = [A1],
): Promise<void> {
  await withSwiftHouse(async (house) => {
    await prepare(house, programs);
    await use(house);
  });
}

/** What the service starts is there; then the packages, one by one. */
export async function prepare(
  house: House,
  programs: readonly Program[],
): Promise<void> {
  await Deno.mkdir(`${house.directory}/bin`);
  await Deno.writeTextFile(executableOf(house), "#!first", { mode: 0o755 });
  await (await openAgent(house)).close();
  for (const [index, program] of programs.entries()) {
    await throughTrial(
      house,
      (installer) => house.install(installer, program, BigInt(index + 1)),
    );
  }
}
