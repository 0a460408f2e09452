/**
 * Where a round's pings go, and which address of this server each one tells
 * the machines to use. Pure.
 *
 * A machine can only use an address that it can reach, and the server knows
 * none better than the one on the network that the ping leaves by. What was
 * configured wins over what was found.
 *
 * @module
 */

import type { Address } from "../../host/datagrams.ts";
import type { NetworkInterface } from "../../host/machine.ts";
import type { RoundTarget } from "../../sep/server_api.ts";
import { addressOf, type ServerConfig } from "../config/config.ts";

type Network = ServerConfig["network"];

/** What is told to machines: SeP's and SiP's address. */
export type Told = Pick<RoundTarget, "sep" | "sip">;

const ANY = "0.0.0.0";
const AUTO = "auto";

/**
 * The targets of the next round, each once. `auto` is the broadcast address of
 * every interface but loopback; when the server is bound to one address, of
 * the interface that has it.
 */
export function roundTargets(
  network: Network,
  interfaces: readonly NetworkInterface[],
): RoundTarget[] {
  const broadcasts = network.broadcast.flatMap((target) =>
    target === AUTO
      ? autoTargets(network, interfaces)
      : [addressOf(target, network.sepPort)]
  );
  const targets = new Map<string, RoundTarget>();
  for (const to of [...broadcasts, ...network.machines]) {
    const key = `${to.hostname}:${to.port}`;
    targets.set(key, { to, ...toldTo(to, network, interfaces) });
  }
  return [...targets.values()];
}

/** The addresses that a machine (or a network) at `to` is told. */
export function toldTo(
  to: Address,
  network: Network,
  interfaces: readonly NetworkInterface[],
): Told {
  const hostname = ownAddress(to, network, interfaces);
  return {
    sep: { hostname, port: network.sepPort },
    sip: { hostname, port: network.sipPort },
  };
}

/** Is it spoken to directly, with no router between? */
export function isNeighbour(
  { hostname }: Address,
  interfaces: readonly NetworkInterface[],
): boolean {
  return interfaces.some((candidate) =>
    !candidate.loopback && isOnNetworkOf(hostname, candidate)
  );
}

function autoTargets(
  network: Network,
  interfaces: readonly NetworkInterface[],
): Address[] {
  return interfaces
    .filter(({ address, loopback }) =>
      !loopback && (network.address === ANY || network.address === address)
    )
    .map(({ broadcast }) => ({ hostname: broadcast, port: network.sepPort }));
}

function ownAddress(
  { hostname }: Address,
  network: Network,
  interfaces: readonly NetworkInterface[],
): string {
  if (network.advertise !== "") return network.advertise;
  if (network.address !== ANY) return network.address;
  const found = interfaces.find(({ broadcast }) => broadcast === hostname) ??
    interfaces.find((candidate) => isOnNetworkOf(hostname, candidate)) ??
    interfaces.find(({ loopback }) => !loopback) ??
    interfaces[0];
  // Without any network at all, nobody hears it anyway.
  return found?.address ?? hostname;
}

/**
 * Is the address on the interface's network? The netmask is not told; but from
 * the first bit in which address and broadcast address differ on, the
 * broadcast address is all ones. That may take the network for smaller than
 * it is, never for larger.
 */
function isOnNetworkOf(
  hostname: string,
  { address, broadcast }: NetworkInterface,
): boolean {
  const own = bitsOf(address);
  const last = bitsOf(broadcast);
  const asked = bitsOf(hostname);
  if (own === null || last === null || asked === null) return false;
  const hostBits = 32 - Math.clz32((own ^ last) >>> 0);
  return hostBits === 32 || (own >>> hostBits) === (asked >>> hostBits);
}

function bitsOf(hostname: string): number | null {
  const parts = hostname.split(".").map(Number);
  if (parts.length !== 4 || parts.some(Number.isNaN)) return null;
  return parts.reduce((bits, part) => (bits << 8 | part) >>> 0, 0);
}
