/**
 * A local network made of network namespaces (Linux, root): a bridge, a
 * machine for each namespace with its own MAC and address, a router to a
 * second bridge. No packet ever meets a real interface: every end of every
 * cable is inside a namespace that was made here.
 *
 * @module
 */

import { run } from "./process.ts";

/** One machine on the LAN. */
export interface LanHost {
  /** The name of its network namespace. */
  readonly namespace: string;
  readonly address: string;
  readonly mac: string;
  /** The interface inside the namespace. */
  readonly device: string;
}

/** Namespaces that a script made; `end` removes them all. */
export class Lan {
  readonly #prefix: string;
  readonly #namespaces: string[] = [];
  #cables = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The namespace that holds a bridge: the switch of one subnet. */
  async makeSwitch(name: string): Promise<string> {
    const namespace = await this.#namespace(name);
    await ip("-n", namespace, "link", "add", "br0", "type", "bridge");
    await ip("-n", namespace, "link", "set", "br0", "up");
    return namespace;
  }

  /** A machine, plugged into a switch. */
  async makeHost(
    name: string,
    { bridge, address, gateway }: {
      readonly bridge: string;
      /** With its prefix length: `10.77.0.11/24`. */
      readonly address: string;
      readonly gateway?: string;
    },
  ): Promise<LanHost> {
    const namespace = await this.#namespace(name);
    const host = await this.plug(namespace, {
      bridge,
      address,
      device: "eth0",
    });
    if (gateway !== undefined) {
      await ip("-n", namespace, "route", "add", "default", "via", gateway);
    }
    return host;
  }

  /** A cable from a namespace to a switch. */
  async plug(
    namespace: string,
    { bridge, address, device }: {
      readonly bridge: string;
      readonly address: string;
      readonly device: string;
    },
  ): Promise<LanHost> {
    const number = ++this.#cables;
    const end = `p${number}`;
    const mac = `02:f1:00:00:00:${number.toString(16).padStart(2, "0")}`;
    await ip(
      ...["-n", namespace, "link", "add", device, "address", mac],
      ...["type", "veth", "peer", "name", end, "netns", bridge],
    );
    await ip("-n", bridge, "link", "set", end, "master", "br0", "up");
    const [ipv4 = ""] = address.split("/");
    await ip(
      ...["-n", namespace, "address", "add", address],
      ...["broadcast", "+", "dev", device],
    );
    await ip("-n", namespace, "link", "set", device, "up");
    return { namespace, address: ipv4, mac, device };
  }

  /** A second address of the same machine. */
  async addAddress({ namespace, device }: LanHost, address: string) {
    await ip(
      ...["-n", namespace, "address", "add", address],
      ...["broadcast", "+", "dev", device],
    );
  }

  /** A router with a leg in each of two switches. */
  async makeRouter(
    name: string,
    legs: readonly { readonly bridge: string; readonly address: string }[],
  ): Promise<string> {
    const namespace = await this.#namespace(name);
    for (const [index, leg] of legs.entries()) {
      await this.plug(namespace, { ...leg, device: `eth${index}` });
    }
    await inside(namespace, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    return namespace;
  }

  async setLink(host: LanHost, state: "up" | "down"): Promise<void> {
    await ip("-n", host.namespace, "link", "set", host.device, state);
  }

  /** Loses this share of the UDP datagrams that reach a machine. */
  async lose(namespace: string, share: number): Promise<void> {
    await inside(
      namespace,
      ...["iptables", "-A", "INPUT", "-p", "udp"],
      ...["-m", "statistic", "--mode", "random"],
      ...["--probability", String(share), "-j", "DROP"],
    );
  }

  async loseNothing(namespace: string): Promise<void> {
    await inside(namespace, "iptables", "-F", "INPUT");
  }

  async end(): Promise<void> {
    for (const namespace of this.#namespaces) {
      await run(["ip", "netns", "delete", namespace]);
    }
  }

  async #namespace(name: string): Promise<string> {
    const namespace = `${this.#prefix}-${name}`;
    await ip("netns", "add", namespace);
    this.#namespaces.push(namespace);
    await ip("-n", namespace, "link", "set", "lo", "up");
    return namespace;
  }
}

/** A command line that runs inside a namespace. */
export function within(
  namespace: string,
  command: readonly string[],
): readonly string[] {
  return ["ip", "netns", "exec", namespace, ...command];
}

async function inside(namespace: string, ...command: string[]): Promise<void> {
  await must(within(namespace, command));
}

async function ip(...args: string[]): Promise<void> {
  await must(["ip", ...args]);
}

async function must(command: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(command);
  if (code === 0) return;
  throw new Error(`${command.join(" ")} failed: ${stdout}${stderr}`);
}
