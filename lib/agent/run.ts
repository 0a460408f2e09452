/**
 * The agent, put together: memory, installer, lists, SiP, SeP and its own
 * voice, in the order in which they need one another.
 *
 * @module
 */

import { makeDurableDirectory } from "../host/durable_directory.ts";
import type { Host } from "../host/host.ts";
import { type Log, silentLog } from "../host/log.ts";
import type { Trial } from "../install/installer.ts";
import { Layout } from "../install/layout.ts";
import { Collector } from "../peo/collect.ts";
import { MachineEndpoint } from "../sep/machine_endpoint.ts";
import { showAddress } from "../host/datagrams.ts";
import { answersOf, statusOf } from "./answers.ts";
import { Caller } from "./caller.ts";
import { AgentError } from "./fault.ts";
import { warnOfFrozen } from "./frozen.ts";
import { House } from "./house.ts";
import { openInstaller } from "./installer.ts";
import { Link } from "./link.ts";
import { ListNews } from "./list_news.ts";
import { Lists } from "./lists.ts";
import { openLocalDoor } from "./local.ts";
import { Memory } from "./memory.ts";
import type { AgentOptions } from "./options.ts";
import { EXAM_FILE, Persons } from "./person/presence.ts";
import type { AgentStatus } from "./status.ts";
import { Report, type Seat, Succeeded } from "./update/seat.ts";
import { Worker } from "./worker.ts";

export interface RunAgentOptions {
  readonly host: Host;
  readonly options: AgentOptions;
  readonly log?: Log;
  /** For an agent that may be updated itself; absent or null: it may not. */
  readonly seat?: Seat | null;
}

/** An agent at work. */
export interface RunningAgent {
  readonly machine: string;
  /**
   * Resolves when a new agent is to be tried in this one's place, after `stop`.
   * Rejects when this agent is the new one, and its update could not be made to
   * hold.
   */
  readonly handover: Promise<Trial>;
  /**
   * Resolves when this agent must be started anew, after `stop`: with the key
   * that it has made, for its old one was in two places (N-06).
   */
  readonly rekeyed: Promise<void>;
  status(): Promise<AgentStatus>;
  /**
   * Cuts transfers, which go on at the next start; ends what changes the
   * machine first, then everything else.
   */
  stop(): Promise<void>;
}

/**
 * Starts an agent. Whatever an earlier crash left behind is finished or undone
 * before the first datagram is answered.
 *
 * @throws {AgentError} with a sentence for the person who started it.
 * @throws {Succeeded} when the start found that another agent holds the place.
 */
export async function runAgent(
  { host, options, log = silentLog, seat = null }: RunAgentOptions,
): Promise<RunningAgent> {
  const directory = options.stateDirectory;
  await makeDurableDirectory(host.disk, directory, { mode: 0o700 });
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
  if (memory.join.enrolment !== null) await warnOfFrozen(host, directory, log);
  // The installer may have to wait before there is a worker to say so: what a
  // crash left behind is closed first.
  let waits = (why: string) => log("info", "The agent waits", { why });
  const handover = Promise.withResolvers<Trial>();
  const rekeyed = Promise.withResolvers<void>();
  const installer = await openInstaller({
    host,
    options,
    log,
    onWait: (why) => waits(why),
    seat,
    onTrial(trial) {
      // Nothing is answered any more: the new agent tells how it ended.
      endpoint.close();
      handover.resolve(trial);
    },
  });
  if (installer.successor !== null) {
    await installer.close();
    lock.release();
    throw new Succeeded(installer.successor);
  }
  const report = new Report(seat?.trial ?? null);
  const link = new Link({
    host,
    memory,
    contact: () => endpoint.contact,
    downloadsDirectory: `${directory}/downloads`,
    log,
  });
  const { dpkgStatusPath, nativeRoot: root } = options;
  const collector = new Collector({
    ...{ ...host, dpkgStatusPath, root, machine: host.machine.facts() },
    installed: () => installer.programs(),
    libraries: () => memory.libraries,
  });
  const lists = new Lists({ host, collector, memory, link, log });
  const { spared, programsDirectory } = options;
  const persons = new Persons({
    ...{ host, spared, programsDirectory, log },
    examPath: `${directory}/${EXAM_FILE}`,
  });
  const worker = new Worker({
    ...{ host, installer, memory, link, lists, log },
    whySpared: (name) => persons.whySpared(name),
    changed: () => news.changed(),
  });
  waits = (why) => {
    log("info", "An order waits", { why });
    worker.doingNow(why);
  };
  const house = new House({
    host,
    memory,
    installer,
    lists,
    link,
    worker,
    log,
    report,
    rekeyed: rekeyed.resolve,
  });
  const endpoint = openEndpoint({ host, options, memory, house, log });
  const news = new ListNews({ host, lists, worker, endpoint, log });
  const layout = new Layout(options.programsDirectory);
  const parts = { memory, installer, lists, worker, house, endpoint };
  const agent = { host, layout, ...parts };
  const caller = new Caller({
    host,
    options,
    servers: () => memory.join.servers,
    endpoint,
    log,
  });
  await link.tidy();
  // A kill between an install's commit and its end leaves the package behind.
  for (const { sha256 } of await installer.programs()) await link.drop(sha256);
  const door = await openLocalDoor({
    host,
    stateDirectory: directory,
    answers: answersOf(agent),
  });
  log("info", "The agent is ready", {
    machine: memory.machine,
    at: showAddress(endpoint.address),
  });
  if (seat !== null && seat.trial !== null) {
    report.make(installer, seat)
      .then(() => news.changed())
      .catch(handover.reject);
  }
  return {
    machine: memory.machine,
    handover: handover.promise,
    rekeyed: rekeyed.promise,
    status: () => statusOf(agent),
    async stop() {
      caller.stop();
      worker.stop();
      news.stop();
      lists.stop();
      link.close();
      await worker.idle();
      endpoint.close();
      await door.close();
      await installer.close();
      lock.release();
    },
  };
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
