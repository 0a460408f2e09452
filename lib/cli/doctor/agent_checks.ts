/**
 * A machine's way, step by step: from its environment to its server (N-16).
 * Nothing is changed on the way.
 *
 * @module
 */

import { NoAgent } from "../../agent/fault.ts";
import { askAgent } from "../../agent/local.ts";
import type { AgentStatus } from "../../agent/status.ts";
import type { Host } from "../../host/host.ts";
import { SEP_PORT } from "../../sep/limits.ts";
import { SIP_PORT } from "../../sip/limits.ts";
import { agentService } from "../service/service.ts";
import { checkServers, type Search } from "./agent_server_checks.ts";
import {
  lookAtState,
  type MachineState,
  pastOf,
} from "./agent_state_checks.ts";
import { checkClock } from "./clock_checks.ts";
import {
  checkEnvironment,
  checkInterfaces,
  checkRoom,
} from "./common_checks.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { checkFirewall } from "./firewall_checks.ts";
import { checkMembership } from "./membership.ts";
import { checkPort } from "./port_checks.ts";
import { checkService } from "./service_checks.ts";
import { troubleOf } from "./trouble.ts";

/** What the steps look at. */
export interface AgentCase {
  readonly host: Host;
  readonly stateDirectory: string;
  readonly programsDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A join file to look with, before the machine has joined. */
  readonly joinPath?: string | undefined;
  /** As `run` is told. */
  readonly servers?: readonly string[];
  readonly broadcast?: readonly string[];
  readonly address?: string;
  readonly sepPort?: number;
  /** SiP's port on the server. */
  readonly sipPort?: number;
}

/** An agent has few files open; an install has some more. */
const OPEN_FILES_MIN = 256;

/** Looks at every step that can be looked at. */
export async function examineAgent(given: AgentCase): Promise<Finding[]> {
  const { host, stateDirectory, environment, joinPath } = given;
  const { findings: kept, state } = await lookAtState(
    host,
    stateDirectory,
    joinPath,
  );
  const past = state === null ? [] : pastOf(state);
  const sep = { protocol: "udp", port: given.sepPort ?? SEP_PORT } as const;
  return [
    checkEnvironment(environment),
    await checkClock(host, past),
    checkInterfaces(host),
    ...checkKernel(host),
    ...await checkRooms(given),
    ...kept,
    await checkService(host, (program) => agentService(program, [])),
    await checkFirewall(host, [sep]),
    ...await checkRunning(given, state),
  ];
}

function checkKernel({ kernel }: Host): Finding[] {
  const { openFilesMax } = kernel.settings();
  if (openFilesMax === null) return [];
  const found = `${openFilesMax} files may be open at one time`;
  return [
    openFilesMax < OPEN_FILES_MIN
      ? warn("kernel settings", found, `ulimit -n ${OPEN_FILES_MIN}`)
      : well("kernel settings", found),
  ];
}

/** The disks of what is there: the agent makes what is not. */
async function checkRooms(
  { host, stateDirectory, programsDirectory }: AgentCase,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const directory of new Set([stateDirectory, programsDirectory])) {
    const isThere = await host.disk.stat(directory).catch(() => null);
    if (isThere !== null) {
      findings.push(await checkRoom(host, "disk", directory));
    }
  }
  return findings;
}

async function checkRunning(
  given: AgentCase,
  state: MachineState | null,
): Promise<Finding[]> {
  const { host, address = "0.0.0.0", sepPort = SEP_PORT } = given;
  const findings: Finding[] = [];
  const status = await statusOf(given).catch((error) => {
    const isOff = error instanceof NoAgent;
    findings.push(fail(
      "agent",
      isOff ? "it does not run on this machine" : troubleOf(error),
      isOff
        ? "Start it: flottille-agent service install, or flottille-agent run"
        : "Run doctor as the administrator, or name its directory: --state",
    ));
    return null;
  });
  let port: Finding | null = null;
  if (status === null) {
    const option = "--address or --sep-port";
    const at = { hostname: address, option };
    port = await checkPort(host, { protocol: "udp", port: sepPort }, at);
    findings.push(port);
  } else {
    findings.push(well("agent", `flottille-agent ${status.agentVersion} runs`));
  }
  if (state === null) return findings;
  const search = searchOf(given, state, port?.verdict === "wrong");
  findings.push(...await checkServers(host, state, search, status));
  if (status !== null) findings.push(checkMembership(status));
  return findings;
}

async function statusOf({ host, stateDirectory }: AgentCase) {
  const question = "status" as const;
  const asked = { host, stateDirectory, question };
  return await askAgent(asked) as AgentStatus;
}

function searchOf(
  given: AgentCase,
  { join }: MachineState,
  isPortTaken: boolean,
): Search {
  const { host, servers = [], broadcast = [] } = given;
  const { interfaces } = host.machine.facts();
  const own = interfaces.filter(({ loopback }) => !loopback);
  const port = given.sepPort ?? SEP_PORT;
  return {
    named: [...servers, ...join.servers],
    broadcasts: broadcast.length > 0
      ? broadcast
      : own.map((each) => each.broadcast),
    at: { hostname: given.address ?? "0.0.0.0", port: isPortTaken ? 0 : port },
    sepPort: port,
    sipPort: given.sipPort ?? SIP_PORT,
  };
}
