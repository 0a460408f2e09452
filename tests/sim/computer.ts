/**
 * A computer of a simulated world: an address, a clock that may be wrong, a
 * disk, and one process after the other.
 *
 * @module
 */

import type { Chance } from "./chance.ts";
import { Life, type LifeSocket } from "./life.ts";
import { SimDisk } from "./sim_disk.ts";
import type { Passing, Place, SimNetwork } from "./sim_network.ts";
import type { SimListener } from "./sim_streams.ts";
import type { Timeline } from "./timeline.ts";

/** The wall clock of every computer at the beginning: 2027-01-15. */
export const WALL_MS = 1_800_000_000_000;

/** What the computers of one world share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly network: SimNetwork;
}

/** One computer. */
export class Computer implements Place {
  readonly name: string;
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly network: SimNetwork;
  readonly mac: string;
  disk: SimDisk;
  address: string;
  /** All that it has had. */
  readonly addresses = new Set<string>();
  /** How far its wall clock is wrong. */
  wallOffsetMs = 0;
  readonly listeners = new Map<number, SimListener>();
  #life: Life | null = null;
  #isPowered = true;
  #isAsleep = false;
  #sleptMs = 0;
  #asleepSinceMs = 0;
  #atWaking: (() => void)[] = [];
  /** Locks on files, which end with the process. */
  readonly locks = new Set<string>();

  constructor(
    { timeline, network }: Surroundings,
    { name, address, mac, chance }: {
      readonly name: string;
      readonly address: string;
      readonly mac: string;
      readonly chance: Chance;
    },
  ) {
    this.timeline = timeline;
    this.network = network;
    this.name = name;
    this.mac = mac;
    this.chance = chance;
    this.address = address;
    this.addresses.add(address);
    this.disk = new SimDisk(() => Math.floor(this.wallMs()));
    network.join(this);
  }

  /** It is on the link, whether its process runs or not. */
  get isUp(): boolean {
    return this.#isPowered && !this.#isAsleep;
  }

  get life(): Life | null {
    return this.#life;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  monotonicMs(): number {
    const { nowMs } = this.timeline;
    const asleepMs = this.#isAsleep ? nowMs - this.#asleepSinceMs : 0;
    return nowMs - this.#sleptMs - asleepMs;
  }

  wallMs(): number {
    return WALL_MS + this.timeline.nowMs + this.wallOffsetMs;
  }

  /** A process begins; there must be none. */
  begin(): Life {
    if (this.#life !== null) throw new Error(`${this.name} runs already`);
    this.#isPowered = true;
    this.#life = new Life(this);
    return this.#life;
  }

  /** The process is killed; the system stays. */
  kill(): void {
    this.#life?.end();
    this.#life = null;
    this.locks.clear();
  }

  /** The power goes: what was not synced may be lost. */
  powerOff(): void {
    this.kill();
    this.#isPowered = false;
    this.disk.cut(this.chance.of(`power ${this.timeline.nowMs}`));
    this.#wake();
  }

  sleep(): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.#asleepSinceMs = this.timeline.nowMs;
  }

  wake(): void {
    if (this.#isAsleep) this.#wake();
  }

  atWaking(then: () => void): void {
    this.#atWaking.push(then);
  }

  /** Its datagrams come from another address from now on. */
  move(address: string): void {
    this.network.leave(this);
    this.address = address;
    this.addresses.add(address);
    this.network.join(this);
  }

  arrive(passing: Passing): void {
    for (const socket of this.openSockets()) {
      if (socket.address.port === passing.to.port) {
        return socket.arrive(passing);
      }
    }
  }

  openSockets(): Iterable<LifeSocket> {
    return this.#life?.sockets ?? [];
  }

  #wake(): void {
    if (this.#isAsleep) {
      this.#sleptMs += this.timeline.nowMs - this.#asleepSinceMs;
    }
    this.#isAsleep = false;
    const waiting = this.#atWaking;
    this.#atWaking = [];
    for (const then of waiting) then();
  }
}
