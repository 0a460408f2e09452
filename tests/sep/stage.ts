/**
 * A stage for SeP: servers and machines, real keys and real datagrams over a
 * network, a clock and a chance that the test decides.
 *
 * @module
 */

import type { Clock } from "../../lib/host/clock.ts";
import type { Address } from "../../lib/host/datagrams.ts";
import { MachineEndpoint } from "../../lib/sep/machine_endpoint.ts";
import { ServerEndpoint } from "../../lib/sep/server_endpoint.ts";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import type { Delegation } from "../../lib/trust/delegation.ts";
import {
  fleetOf,
  type KeyPair,
  machineOf,
  showMachine,
} from "../../lib/trust/keys.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { FakeNetwork, type Passing } from "../fakes/fake_network.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { MachineHouse, ServerHouse } from "./houses.ts";
import {
  CERTIFICATE,
  delegate,
  EVERYONE,
  FILTER_KEY,
  FLEET_KEY,
  keyOf,
  SERVER_AT,
  SERVER_KEY,
  SIP_AT,
} from "./props.ts";

/** One machine on the stage. */
export interface Actor {
  readonly id: string;
  readonly at: Address;
  readonly key: KeyPair;
  /** Outlives a restart, as a disk does. */
  readonly house: MachineHouse;
  readonly clock: Clock;
  endpoint: MachineEndpoint;
}

export interface StageOptions {
  /** How many machines; their addresses are 10.0.0.2 and on. */
  readonly machines?: number;
  readonly serverKey?: KeyPair;
  readonly serial?: bigint;
  /** Every nonce and delay of the scene follows from it. */
  readonly seed?: number;
  /** Milliseconds that each datagram is on its way. */
  readonly latencyMs?: number;
  /** Of two timers due at one millisecond, the one made last fires first. */
  readonly lastFirst?: boolean;
  /** The clocks of the two sides, when they are not the stage's own. */
  readonly clocks?: (clock: FakeClock) => { server: Clock; machine: Clock };
}

/** What a server needs that is not the stage's own one. */
interface ServerOptions {
  readonly key: KeyPair;
  readonly delegation: Delegation;
  readonly at: Address;
  readonly house: ServerHouse;
  readonly epoch: () => bigint;
}

export class Stage {
  readonly clock: FakeClock;
  readonly network = new FakeNetwork();
  readonly house = new ServerHouse();
  readonly machines: Actor[] = [];
  readonly #clocks: { server: Clock; machine: Clock };
  #serverKey: KeyPair;
  #seed: number;
  delegation: Delegation;
  server: ServerEndpoint;
  epoch = 1n;

  constructor({ machines = 1, ...options }: StageOptions = {}) {
    const { network } = this;
    const { lastFirst = false } = options;
    this.clock = new FakeClock({ settle: () => network.settle(), lastFirst });
    this.#clocks = options.clocks?.(this.clock) ??
      { server: this.clock, machine: this.clock };
    const { latencyMs = 0 } = options;
    network.latency = { clock: this.clock, delayMs: () => latencyMs };
    this.#seed = options.seed ?? 100;
    this.#serverKey = options.serverKey ?? SERVER_KEY;
    this.delegation = delegate(this.#serverKey, options.serial ?? 1n);
    this.server = this.startServer();
    for (let index = 0; index < machines; index++) this.addMachine();
  }

  /** A server, as after a restart: it remembers what its house does. */
  startServer(options: Partial<ServerOptions> = {}): ServerEndpoint {
    const { delegation = this.delegation, at = SERVER_AT } = options;
    const house = options.house ?? this.house;
    return new ServerEndpoint({
      clock: this.#clocks.server,
      randomness: new FakeRandomness(this.#seed++),
      datagrams: this.network.datagrams(),
      at,
      sharedAt: null,
      fleet: fleetOf(FLEET_KEY.publicKey),
      filterKey: FILTER_KEY,
      signer: options.key ?? this.#serverKey,
      facts: {
        epoch: options.epoch ?? (() => this.epoch),
        publishersVersion: () => 1,
        delegation: delegation.bytes,
        certificate: CERTIFICATE,
        tell: () => ({ sep: at, sip: SIP_AT }),
      },
      hooks: house,
      notice: (notice, source) => house.log.push(`${notice} ${source}`),
      trouble: (error) => house.log.push(`trouble: ${error}`),
    });
  }

  /** Another run of the server; with a key, its replacement (K-06). */
  restartServer(key?: KeyPair): void {
    this.server.close();
    this.epoch++;
    if (key !== undefined) {
      this.#serverKey = key;
      this.delegation = delegate(key, this.delegation.serial + 1n);
    }
    this.server = this.startServer();
  }

  addMachine(
    { key, at, clock = this.#clocks.machine, house }: Partial<Actor> = {},
  ): Actor {
    const number = this.machines.length + 2;
    const pair = key ?? keyOf(100 + number);
    const facts = {
      id: showMachine(machineOf(pair.publicKey)),
      at: at ?? { hostname: `10.0.0.${number}`, port: 2013 },
      key: pair,
      house: house ?? new MachineHouse(this.delegation),
      clock,
    };
    const actor: Actor = { ...facts, endpoint: this.startMachine(facts) };
    this.machines.push(actor);
    return actor;
  }

  startMachine(
    { key, at, house, clock }: Omit<Actor, "id" | "endpoint">,
  ): MachineEndpoint {
    return new MachineEndpoint({
      clock,
      randomness: new FakeRandomness(this.#seed++),
      datagrams: this.network.datagrams(),
      at,
      sharedAt: EVERYONE,
      fleetKey: FLEET_KEY.publicKey,
      filterKey: FILTER_KEY,
      signer: key,
      hooks: house,
      notice: (notice, source) => house.log.push(`${notice} ${source}`),
      trouble: (error) => house.log.push(`trouble: ${error}`),
    });
  }

  restartMachine(actor: Actor): void {
    actor.endpoint.close();
    actor.endpoint = this.startMachine(actor);
  }

  /** The one machine of a scene for two. */
  get machine(): Actor {
    const [machine] = this.machines;
    if (machine === undefined) throw new Error("No machine on the stage");
    return machine;
  }

  /** Lets a call end: moves the clock until it does, at most `ms`. */
  async until<T>(call: Promise<T>, ms = 30_000): Promise<T> {
    let over = false;
    const end = call.finally(() => over = true);
    const lastMs = this.clock.monotonicMs() + ms;
    await this.network.settle();
    while (!over && await this.clock.fireNext(this.leftUntil(lastMs)));
    if (!over) throw new Error(`The call had not ended after ${ms} ms`);
    await this.network.settle();
    return await end;
  }

  leftUntil(lastMs: number): number {
    return lastMs - this.clock.monotonicMs();
  }

  /** One ping to everyone, until no more answers are awaited. */
  round(windowMs = 0): Promise<void> {
    const target = { to: EVERYONE, sep: SERVER_AT, sip: SIP_AT };
    return this.until(this.server.round([target], windowMs));
  }

  /** Discovers every machine by 1a and forgets the datagrams. */
  async discover(): Promise<void> {
    await this.round();
    this.network.sent.length = 0;
  }

  /** The words that went over the wire so far, `S` or `M` before each. */
  words(): string[] {
    return this.network.sent.map(wordOf);
  }

  /** Are the first machine and the server in one session, accepted? */
  get identified(): boolean {
    const { endpoint, id } = this.machine;
    const theirs = this.server.sessionOf(id);
    const own = endpoint.contact?.session ?? null;
    return theirs !== null && own !== null &&
      toBase64Url(theirs) === toBase64Url(own);
  }

  close(): void {
    this.server.close();
    for (const { endpoint } of this.machines) endpoint.close();
  }
}

/** `S ping`, `M echo`: who spoke and the word. */
export function wordOf({ bytes }: Pick<Passing, "bytes">): string {
  const body = new TextDecoder().decode(bytes.subarray(80));
  const word = /^\[([A-Za-z]+)/.exec(body)?.[1] ?? "?";
  return `${bytes[5] === 1 ? "S" : "M"} ${word}`;
}

/** Runs a scene and ends everything it started. */
export async function onStage(
  options: StageOptions,
  scene: (stage: Stage) => Promise<void>,
): Promise<void> {
  const stage = new Stage(options);
  try {
    await scene(stage);
  } finally {
    stage.close();
  }
}
