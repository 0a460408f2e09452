/**
 * What a machine can say of itself. Hints for people, never its identity: that
 * is its key (N-05, N-07, N-08).
 *
 * @module
 */

export interface NetworkInterface {
  readonly name: string;
  /** Lower case, `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string;
  /** An IPv4 address of the interface. */
  readonly address: string;
  /** The broadcast address of its network, from address and netmask. */
  readonly broadcast: string;
  readonly loopback: boolean;
}

export interface MachineFacts {
  readonly hostName: string;
  /** `linux`, `windows`, `darwin`. */
  readonly system: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
  /** IPv4 only; one line for each address. */
  readonly interfaces: readonly NetworkInterface[];
  /** IPv6 addresses that are good beyond their link: nothing here uses them. */
  readonly ipv6?: readonly string[];
}

export interface Machine {
  facts(): MachineFacts;
}
