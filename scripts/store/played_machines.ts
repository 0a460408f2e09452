/**
 * Machines that are played in this process, with real sockets, keys and
 * signatures: they answer the server as agents do, obey at once, and remember
 * which orders they were given, so that these can be compared with the store.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import type { MachineHooks } from "../../lib/sep/machine_api.ts";
import { MachineEndpoint } from "../../lib/sep/machine_endpoint.ts";
import type { OrderResult } from "../../lib/sep/server_api.ts";
import { fromBase64Url } from "../../lib/trust/bytes.ts";
import { decodeJoinFile, type JoinFile } from "../../lib/trust/join_file.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";

const BROADCAST = "127.255.255.255";
const PORT = 2013;

/** The number in the store, of an order's number on the wire. */
const NUMBER_BITS = 0xffff_ffffn;

/** An order as a machine was given it. */
export interface ToldOrder {
  readonly order: number;
  readonly attempt: number;
  /** `install tool 1.0` */
  readonly what: string;
}

/** One played machine. */
export class PlayedMachine {
  readonly name: string;
  /** What it has: each program's version. */
  readonly owned = new Map<string, string>();
  /** In the order they came; the same attempt once. */
  readonly told: ToldOrder[] = [];
  /** Things that no server may do. */
  readonly faults: string[] = [];
  isEnrolled = false;
  epoch = 0n;
  readonly #results = new Map<string, readonly [string, OrderResult]>();
  #endpoint: MachineEndpoint | null = null;

  constructor(name: string) {
    this.name = name;
  }

  open(join: JoinFile, hostname: string, seed: Uint8Array<ArrayBuffer>): void {
    const host = realHost();
    this.#endpoint = new MachineEndpoint({
      ...host,
      at: { hostname, port: PORT },
      sharedAt: { hostname: BROADCAST, port: PORT },
      fleetKey: join.fleet,
      filterKey: join.filterKey,
      signer: keyPairFromSeed(seed),
      hooks: this.#hooks(join),
      notice() {},
      trouble: (error) => void this.faults.push(String(error)),
    });
  }

  close(): void {
    this.#endpoint?.close();
  }

  /** Once for each order and attempt, as the agent's journal does. */
  #obey(
    { order, attempt }: { readonly order: bigint; readonly attempt: number },
    what: string,
    act: () => string,
  ): Promise<OrderResult> {
    const key = `${order} ${attempt}`;
    const [before, known] = this.#results.get(key) ?? [what, null];
    if (before !== what) {
      this.faults.push(`${key} was "${before}", and is "${what}" now`);
    }
    if (known !== null) return Promise.resolve(known);
    this.told.push({ order: Number(order & NUMBER_BITS), attempt, what });
    const result: OrderResult = { reason: null, version: act(), note: "" };
    this.#results.set(key, [what, result]);
    return Promise.resolve(result);
  }

  #hooks({ enrolment, delegation }: JoinFile): MachineHooks {
    const id = enrolment === null ? null : fromBase64Url(enrolment.id);
    return {
      self: () => ({
        ...{ macs: [], hostName: this.name, system: "linux" },
        ...{ architecture: "x86_64", agentVersion: "played" },
      }),
      enrolment: () =>
        enrolment === null || id === null
          ? null
          : { id, secret: enrolment.secret },
      delegation: () => delegation,
      delegationShown() {},
      epoch: () => this.epoch,
      epochHeard: (heard) => void (this.epoch = heard),
      publishersVersionHeard() {},
      serverHeard() {},
      standing: ({ kind }) => void (this.isEnrolled ||= kind === "accepted"),
      owns: (name, version) => {
        const owned = this.owned.get(name);
        return Promise.resolve(
          owned !== undefined && (version === "*" || owned === version),
        );
      },
      list: () => Promise.resolve(new Uint8Array(32)),
      upload() {},
      install: (order) =>
        this.#obey(order, `install ${order.name} ${order.version}`, () => {
          this.owned.set(order.name, order.version);
          return order.version;
        }),
      remove: (order) =>
        this.#obey(order, `remove ${order.name}`, () => {
          this.owned.delete(order.name);
          return "";
        }),
      conflict: (epoch) =>
        void this.faults.push(`A second server has the epoch ${epoch}`),
    };
  }
}

/** Opens so many machines of the fleet, on `127.NET.1.n`. */
export async function playMachines(
  joinFile: string,
  { count, net }: { readonly count: number; readonly net: number },
): Promise<PlayedMachine[]> {
  const join = decodeJoinFile(await Deno.readFile(joinFile));
  if (!join.ok) throw new Error(join.fault);
  return Array.from({ length: count }, (_, index) => {
    const machine = new PlayedMachine(`played-${index + 1}`);
    const seed = new Uint8Array(32).fill(net);
    new DataView(seed.buffer).setUint32(0, index + 1);
    machine.open(join.value, `127.${net}.1.${index + 1}`, seed);
    return machine;
  });
}
