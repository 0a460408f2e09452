/**
 * The agent, put together: memory, installer, lists, SiP, SeP and its own
 * voice, in the order in which they need one another.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { type Log, silentLog } from "../host/log.ts";
import { Installer } from "../install/installer.ts";
import { MachineEndpoint } from "../sep/machine_endpoint.ts";
import { showAddress } from "../host/datagrams.ts";
import { Caller } from "./caller.ts";
import { AgentError } from "./fault.ts";
import { House } from "./house.ts";
import { Link } from "./link.ts";
import { Lists } from "./lists.ts";
import { type LocalDoor, openLocalDoor } from "./local.ts";
import { Memory } from "./memory.ts";
import type { AgentOptions } from "./options.ts";
import {
  AGENT_VERSION,
  type AgentStatus,
  type ListAnswer,
  type SendListAnswer,
} from "./status.ts";
import { Worker } from "./worker.ts";

export interface RunAgentOptions {
  readonly host: Host;
  readonly options: AgentOptions;
  readonly log?: Log;
}

/** An agent at work. */
export interface RunningAgent {
  readonly machine: string;
  status(): Promise<AgentStatus>;
  /** Ends the order under way first, then everything else. */
  stop(): Promise<void>;
}

/**
 * Starts an agent. Whatever an earlier crash left behind is finished or undone
 * before the first datagram is answered.
 *
 * @throws {AgentError} with a sentence for the person who started it.
 */
export async function runAgent(
  { host, options, log = silentLog }: RunAgentOptions,
): Promise<RunningAgent> {
  const directory = options.stateDirectory;
  await host.disk.makeDirectory(directory, { recursive: true, mode: 0o700 });
  const lock = await host.disk.lock(`${directory}/lock`);
  if (lock === null) {
    throw new AgentError(
      `Cannot start: another agent runs with the state directory ` +
        `"${directory}"; stop it first`,
    );
  }
  const memory = await Memory.open(host, {
    directory,
    joinPath: options.joinPath,
  });
  const installer = await Installer.open({
    disk: host.disk,
    clock: host.clock,
    root: options.programsDirectory,
    state: directory,
  });
  const link = new Link({
    host,
    memory,
    contact: () => endpoint.contact,
    downloadsDirectory: `${directory}/downloads`,
    log,
  });
  const { dpkgStatusPath } = options;
  const lists = new Lists({ host, installer, dpkgStatusPath, link, log });
  const worker = new Worker({ host, installer, memory, link, lists, log });
  const house = new House({
    host,
    memory,
    installer,
    lists,
    link,
    worker,
    log,
  });
  const endpoint = openEndpoint({ host, options, memory, house, log });
  const agent = { host, memory, installer, lists, worker, house, endpoint };
  const caller = new Caller({
    host,
    options,
    servers: () => memory.join.servers,
    endpoint,
    log,
  });
  const door = await openDoor(agent, directory);
  log("info", "The agent is ready", {
    machine: memory.machine,
    at: showAddress(endpoint.address),
  });
  return {
    machine: memory.machine,
    status: () => statusOf(agent),
    async stop() {
      caller.stop();
      await worker.idle();
      endpoint.close();
      await door.close();
      await installer.close();
      lock.release();
    },
  };
}

/** The parts that the local questions look at. */
interface Agent {
  readonly host: Host;
  readonly memory: Memory;
  readonly installer: Installer;
  readonly lists: Lists;
  readonly worker: Worker;
  readonly house: House;
  readonly endpoint: MachineEndpoint;
}

function openEndpoint(
  { host, options, memory, house, log }: {
    readonly host: Host;
    readonly options: AgentOptions;
    readonly memory: Memory;
    readonly house: House;
    readonly log: Log;
  },
): MachineEndpoint {
  const port = options.sepPort;
  const at = { hostname: options.address, port };
  const shared = options.sharedBroadcastAddress;
  try {
    return new MachineEndpoint({
      ...host,
      at,
      sharedAt: shared === "" ? null : { hostname: shared, port },
      fleetKey: memory.join.fleet,
      filterKey: memory.join.filterKey,
      signer: memory.key,
      hooks: house,
      trouble: (error) =>
        log("error", "A question of a conversation met an error", {
          error: error instanceof Error ? error.message : String(error),
        }),
      notice: (notice, source) =>
        log("warning", "A datagram that no agent of today sends", {
          notice,
          source,
        }),
    });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new AgentError(
      `Cannot listen on ${showAddress(at)}: ${found}; another agent or ` +
        `server may run here; choose another address with --address or ` +
        `another port with --sep-port`,
      { cause: error },
    );
  }
}

function openDoor(agent: Agent, stateDirectory: string): Promise<LocalDoor> {
  return openLocalDoor({
    host: agent.host,
    stateDirectory,
    answers: {
      status: () => statusOf(agent),
      list: () => listOf(agent),
      "send-list": () => sendList(agent),
    },
  });
}

async function statusOf(agent: Agent): Promise<AgentStatus> {
  const { host, memory, house, endpoint, worker, installer } = agent;
  const { heardAtMs } = house;
  const programs = await installer.programs();
  return {
    machine: memory.machine,
    hostName: host.machine.facts().hostName,
    agentVersion: AGENT_VERSION,
    membership: house.membership,
    reason: house.reason,
    server: endpoint.contact === null
      ? null
      : showAddress(endpoint.contact.sep),
    heardSecondsAgo: heardAtMs === null
      ? null
      : Math.round((host.clock.monotonicMs() - heardAtMs) / 1_000),
    doing: worker.doing,
    dropped: droppedOf(endpoint),
    programs: programs.map(({ name, version }) => ({ name, version })),
  };
}

/** Other machines' calls to everyone are weather, not worth a line. */
function droppedOf({ dropped }: MachineEndpoint): Record<string, number> {
  const { direction: _, ...rest } = dropped;
  return rest;
}

async function listOf({ lists }: Agent): Promise<ListAnswer> {
  const { sha256, programs, faults } = await lists.collect();
  return { sha256, programs, faults };
}

/** Flow 5. */
async function sendList({ endpoint, lists }: Agent): Promise<SendListAnswer> {
  const outcome = await endpoint.offerList(await lists.hash());
  if (outcome.kind !== "list") {
    const because = outcome.kind === "lost"
      ? `The server did not answer [vliste]: ${outcome.awaited} was awaited`
      : "This machine has no session with its server yet";
    return { outcome: "failed", because };
  }
  if (!outcome.upload) return { outcome: "unchanged" };
  const reason = await lists.send();
  return reason === null
    ? { outcome: "sent" }
    : { outcome: "failed", because: `The upload failed: ${reason}` };
}
