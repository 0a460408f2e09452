/**
 * A server and its networks: whom it calls, whether that gets out, whether it
 * hears and answers itself.
 *
 * @module
 */

import { type Address, showAddress } from "../../host/datagrams.ts";
import type { Host } from "../../host/host.ts";
import type { ServerConfig } from "../../server/config/config.ts";
import type { Fleet } from "../../server/fleet/fleet.ts";
import { roundTargets } from "../../server/machines/targets.ts";
import { callServers } from "./call.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { troubleOf } from "./trouble.ts";

const ANY = "0.0.0.0";

/** Addresses that are named in one line. */
const SHOWN_MAX = 5;

/** The addresses that the config names: are they this computer's? */
export function checkAddresses(
  { machine }: Pick<Host, "machine">,
  { network }: Pick<ServerConfig, "network">,
): Finding[] {
  const own = machine.facts().interfaces;
  const isOwn = (hostname: string) =>
    hostname.startsWith("127.") ||
    own.some(({ address }) => address === hostname);
  const findings: Finding[] = [];
  const { address, advertise } = network;
  if (address !== ANY && !isOwn(address)) {
    findings.push(fail(
      "address",
      `network.address is ${address}, which this computer has not`,
      "Take the line out of flottille.toml: then all addresses are good",
    ));
  }
  if (advertise !== "" && !isOwn(advertise)) {
    findings.push(warn(
      "address",
      `machines are told to come to ${advertise}, which this computer has not`,
      "Right where a router passes it on to this one; else take " +
        "network.advertise out of flottille.toml",
    ));
  }
  return findings;
}

/** Whom the server calls, and whether this computer lets it out. */
export async function checkBroadcast(
  { machine, datagrams }: Pick<Host, "machine" | "datagrams">,
  { network }: Pick<ServerConfig, "network">,
): Promise<Finding> {
  const step = "broadcast";
  const targets = roundTargets(network, machine.facts().interfaces);
  if (targets.length === 0) {
    return fail(
      step,
      "there is no network to call machines on",
      "Name the machines or the networks: network.broadcast, network.machines",
    );
  }
  const to = targets.map((target) => target.to);
  const shut = await unsent(datagrams, network.address, to);
  if (shut === null) return well(step, `machines are called on ${shown(to)}`);
  return fail(
    step,
    shut.length === 0
      ? `nothing can be sent from ${network.address}`
      : `this computer lets nothing out to ${shown(shut)}`,
    `Let UDP ${network.sepPort} out (nft list ruleset shows the rules), and ` +
      "see that there is a way (ip route)",
  );
}

/** The addresses that nothing gets out to; null: to each something does. */
async function unsent(
  datagrams: Host["datagrams"],
  hostname: string,
  to: readonly Address[],
): Promise<Address[] | null> {
  try {
    const socket = datagrams.open({ hostname, port: 0 });
    try {
      // Nothing at all: whoever hears it drops it at the first look.
      const nothing = new Uint8Array(0);
      const sent = await Promise.all(
        to.map((each) => socket.send(nothing, each)),
      );
      const shut = to.filter((_, at) => !sent[at]);
      return shut.length === 0 ? null : shut;
    } finally {
      socket.close();
    }
  } catch {
    return []; // The address is told by its own step.
  }
}

function shown(to: readonly Address[]): string {
  const more = to.length > SHOWN_MAX
    ? `, and ${to.length - SHOWN_MAX} more`
    : "";
  return to.slice(0, SHOWN_MAX).map(showAddress).join(", ") + more;
}

/** Where a server that is bound so is reached on its own computer. */
export function ownDoor({ network }: Pick<ServerConfig, "network">): string {
  return network.address === ANY ? "127.0.0.1" : network.address;
}

/** A server that runs, called as a machine calls it. */
export async function checkVoice(
  host: Pick<Host, "clock" | "randomness" | "datagrams">,
  config: Pick<ServerConfig, "network">,
  { fleetKey, filterKey, delegation }: Fleet,
): Promise<Finding> {
  const port = config.network.sepPort;
  const hostname = ownDoor(config);
  const step = `UDP ${port}`;
  const to = { hostname, port };
  try {
    const from = { hostname: ANY, port: 0 };
    const called = await callServers({
      ...{ host, fleetKey, filterKey, delegation, from, to: [to] },
    });
    return called.answered.size > 0
      ? well(step, `the server answers a machine's call at ${showAddress(to)}`)
      : fail(
        step,
        `the server runs, and does not answer a call at ${showAddress(to)}`,
        "Was it started before its keys or its config were changed? Start it " +
          "again",
      );
  } catch (error) {
    return fail(step, troubleOf(error));
  }
}
