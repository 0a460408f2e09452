/**
 * What the running agent answers to the command line on the same machine.
 *
 * @module
 */

import { showAddress } from "../host/datagrams.ts";
import type { Host } from "../host/host.ts";
import type { Installer } from "../install/installer.ts";
import type { Layout } from "../install/layout.ts";
import { readKept } from "../install/programs.ts";
import type { MachineEndpoint } from "../sep/machine_endpoint.ts";
import type { OrderResult } from "../sep/server_api.ts";
import type { House } from "./house.ts";
import { type ListAsked, readListAsked } from "./list_asked.ts";
import type { Lists } from "./lists.ts";
import type { Answers } from "./local.ts";
import { ownRollback, readRollback } from "./local_orders.ts";
import type { Memory } from "./memory.ts";
import {
  AGENT_VERSION,
  type AgentStatus,
  type ListAnswer,
  type SendListAnswer,
} from "./status.ts";
import type { Worker } from "./worker.ts";

/** The parts that the questions look at. */
export interface Agent {
  readonly host: Host;
  readonly memory: Memory;
  readonly installer: Installer;
  /** Where the installer's programs are. */
  readonly layout: Layout;
  readonly lists: Lists;
  readonly worker: Worker;
  readonly house: House;
  readonly endpoint: MachineEndpoint;
}

/** Every answer of this agent. */
export function answersOf(agent: Agent): Answers {
  return {
    status: () => statusOf(agent),
    list: (asked) => listOf(agent, readListAsked(asked)),
    "send-list": () => sendList(agent),
    rollback: (asked) => rollBack(agent, asked),
  };
}

/** How the agent is. */
export async function statusOf(agent: Agent): Promise<AgentStatus> {
  const { host, memory, house, endpoint, worker, installer, layout } = agent;
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
    programs: await Promise.all(
      programs.map(async ({ name, version }) => {
        const kept = await readKept(host.disk, layout, name);
        return { name, version, kept: kept?.version ?? null };
      }),
    ),
  };
}

/** Other machines' calls to everyone are weather, not worth a line. */
function droppedOf({ dropped }: MachineEndpoint): Record<string, number> {
  const { direction: _, ...rest } = dropped;
  return rest;
}

/** The list as it would be sent now; the document's bytes, if they are asked. */
async function listOf(
  { lists }: Agent,
  { document, libraries }: ListAsked,
): Promise<ListAnswer | Response> {
  const list = await lists.collect({
    fresh: true,
    ...(libraries === undefined ? {} : { libraries }),
  });
  if (document) return new Response(ReadableStream.from(list.lines()));
  const { sha256, programs, faults } = list;
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
  const reason = await lists.sendTold();
  return reason === null
    ? { outcome: "sent" }
    : { outcome: "failed", because: `The upload failed: ${reason}` };
}

/** Works without any network: the server is told of it when it can be. */
async function rollBack(
  { host, worker }: Agent,
  asked: unknown,
): Promise<OrderResult> {
  const wanted = readRollback(asked);
  if (wanted === null) {
    const note = "Cannot roll back: that is no program's name, or no version";
    return { reason: "name", version: "", note };
  }
  return await worker.install(ownRollback(host.randomness, wanted));
}
