/**
 * `doctor` on a network where one step of the way is broken after the other:
 * `deno task test:doctor` (Linux, root). Firewalls, an address that is taken
 * away, a machine with another fleet's join file: each time it must name the
 * step, and nothing else (N-16).
 *
 * @module
 */

import type { Finding } from "../lib/cli/doctor/finding.ts";
import { Lan, type LanHost, within } from "./kit/lan.ts";
import { LanFleet } from "./kit/lan_fleet.ts";
import { eventually, run, Running } from "./kit/process.ts";
import { fromDist, fromSources, type Programs } from "./kit/programs.ts";

/** On this machine the lower steps are as they are; these are the LAN's. */
const WAY = /^(?:network|join file|agent|server|fleet|TCP|machines|UDP)/;

interface Place {
  readonly programs: Programs;
  readonly directory: string;
  readonly fleet: LanFleet;
  readonly server: LanHost;
  readonly machine: LanHost;
}

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

async function inside({ namespace }: LanHost, ...command: string[]) {
  const { code, stderr } = await run(within(namespace, command));
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}

/** What the machine's doctor finds wrong, step by step. */
async function wrongOnMachine(
  { programs, directory, machine }: Place,
  state = "room-1/state",
): Promise<Finding[]> {
  const doctor = [...programs.agent, "doctor", "--json"];
  const { stdout } = await run(
    within(machine.namespace, [...doctor, "--state", `${directory}/${state}`]),
    { directory, deadlineMs: 60_000 },
  );
  return wrongOf(stdout);
}

async function wrongOnServer({ fleet }: Place): Promise<Finding[]> {
  return wrongOf((await fleet.cli("doctor", "--json")).stdout);
}

function wrongOf(stdout: string): Finding[] {
  const findings: readonly Finding[] = JSON.parse(stdout).findings;
  return findings.filter(({ step, verdict }) =>
    verdict === "wrong" && WAY.test(step)
  );
}

function named(found: readonly Finding[], step: string, word: string): boolean {
  const [only] = found;
  const text = `${only?.found} ${only?.todo.join(" ")}`;
  return found.length === 1 && only?.step.startsWith(step) === true &&
    text.includes(word);
}

async function play(place: Place): Promise<void> {
  const { fleet, server, machine } = place;
  const none = await wrongOnMachine(place);
  demand(none.length === 0, "a machine that is well: no step is wrong");
  demand((await wrongOnServer(place)).length === 0, "its server: none either");
  const rule = ["INPUT", "-p", "tcp", "--dport", "3615", "-j"];
  await inside(server, "iptables", "-A", ...rule, "DROP");
  const dropped = await wrongOnMachine(place);
  demand(
    named(dropped, "TCP", "firewall"),
    `TCP 3615 is dropped: ${dropped[0]?.found}`,
  );
  await inside(server, "iptables", "-D", ...rule, "DROP");
  await inside(server, "iptables", "-A", ...rule, "REJECT");
  const rejected = await wrongOnMachine(place);
  demand(
    named(rejected, "TCP", "firewall"),
    `TCP 3615 is rejected: ${rejected[0]?.found}`,
  );
  await inside(server, "iptables", "-D", ...rule, "REJECT");
  await fleet.stopAgent("room-1");
  const off = await wrongOnMachine(place);
  demand(named(off, "agent", "service install"), "the agent does not run");
  await unheard(place);
  await inside(machine, "ip", "address", "flush", "dev", machine.device);
  const bare = await wrongOnMachine(place);
  demand(
    bare.some((one) => one.step === "network" && /IPv4/.test(one.found)),
    "the machine has no IPv4 address",
  );
}

/** Agents that were never heard: a firewall, and another fleet. */
async function unheard(place: Place): Promise<void> {
  const { programs, directory, fleet, server, machine } = place;
  const rule = ["INPUT", "-p", "udp", "--dport", "2013", "-j", "DROP"];
  const other = `${directory}/other`;
  await run([...programs.server, "init", "--dir", other], { directory });
  const start = (state: string, join: string) =>
    new Running(
      state,
      within(machine.namespace, [
        ...[...programs.agent, "run", "--join", join],
        ...["--state", `${directory}/${state}`],
        ...["--programs", `${directory}/${state}-programs`],
        ...["--first-ping-after", "0"],
      ]),
      directory,
    );
  await inside(server, "iptables", "-A", ...rule);
  await inside(machine, "iptables", "-A", ...rule);
  const deaf = start("deaf", `${directory}/fleet/join.json`);
  await eventually(
    "The doctor names UDP 2013",
    async () =>
      named(await wrongOnMachine(place, "deaf"), "server", "UDP 2013")
        ? true
        : null,
  );
  demand(true, "UDP 2013 is dropped: no server has been heard");
  await deaf.stop();
  await inside(server, "iptables", "-D", ...rule);
  await inside(machine, "iptables", "-D", ...rule);
  const stranger = start("stranger", `${other}/join.json`);
  await eventually("The doctor names the other fleet", async () => {
    const found = await wrongOnMachine(place, "stranger");
    return named(found, "server", "of another fleet") ? true : null;
  }, { withinMs: 60_000 });
  demand(true, "another fleet's join file: what comes is of another fleet");
  await stranger.stop();
  await fleet.stopServer();
  const dead = await wrongOnServer(place);
  demand(named(dead, "server", "service install"), "the server does not run");
}

async function main(): Promise<number> {
  const programs = Deno.args.includes("--executables")
    ? fromDist()
    : fromSources();
  const directory = await Deno.makeTempDir({ prefix: "flottille-doctor-" });
  const lan = new Lan(`flx${Deno.pid}`);
  let fleet: LanFleet | null = null;
  try {
    const bridge = await lan.makeSwitch("sw");
    const plug = (name: string, last: number) =>
      lan.makeHost(name, { bridge, address: `10.83.0.${last}/24` });
    const [server, machine] = [await plug("srv", 1), await plug("m1", 11)];
    fleet = await LanFleet.make({ programs, directory, server });
    await fleet.startServer();
    fleet.startAgent("room-1", machine, []);
    await fleet.enrolled("room-1");
    await play({ programs, directory, fleet, server, machine });
    console.log("\ntest:doctor: ok");
    return 0;
  } catch (error) {
    console.log(
      `\ntest:doctor: ${error instanceof Error ? error.stack : error}`,
    );
    if (fleet !== null) console.log(fleet.tails());
    return 1;
  } finally {
    await fleet?.end();
    await lan.end();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
