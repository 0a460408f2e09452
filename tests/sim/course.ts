/**
 * The course of a world: first the faults, under laws that hold at every
 * moment; then the calm, in which everything must come to its end.
 *
 * @module
 */

import type { Chance } from "./chance.ts";
import { missing, wrongAddress, wrongBelief } from "./convergence.ts";
import type { Breach } from "./laws.ts";
import { CALM } from "./sim_network.ts";
import { trouble } from "./troubles.ts";
import { World, type WorldOptions } from "./world.ts";

/** Which world, and how long it suffers. */
export interface CourseOptions extends WorldOptions {
  /** Seconds of trouble. */
  readonly ticks: number;
}

/** What became of a world. */
export interface Ending {
  readonly seed: number;
  /** Null: every law held. */
  readonly breach: Breach | null;
  /** Equal for equal worlds. */
  readonly fingerprint: string;
  /** The last of what happened. */
  readonly record: readonly string[];
  /** How long it lasted, by its own clock. */
  readonly seconds: number;
  readonly counts: Readonly<Record<Count, number>>;
}

/** What is counted in a world. */
export const COUNTS = [
  "moments",
  "troubles",
  "deaths",
  "attacks",
  "datagrams",
  "orders",
  "ended",
  "programs",
] as const;
type Count = (typeof COUNTS)[number];

/** The first orders come when the machines had time to be found. */
const BEGINNING_MS = 20_000;

/** How often each comes about; the addresses are looked at. */
const TROUBLE_EVERY_MS = 6_000;
const ORDER_EVERY_MS = 12_000;
const ATTACK_EVERY_MS = 500;
const ADDRESSES_EVERY_MS = 10_000;

/** By then everything must have come to its end. */
const CALM_MS = 30 * 60_000;
const LOOK_EVERY_MS = 5_000;

/** Lives a world from its beginning to its end. */
export async function liveWorld(options: CourseOptions): Promise<Ending> {
  const world = new World(options);
  const course = new Course(world, options.ticks);
  const guard = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    const { reason } = event;
    const found = reason instanceof Error ? reason.stack : reason;
    world.broke({ law: "own death", found: String(found) });
  };
  globalThis.addEventListener("unhandledrejection", guard);
  try {
    await course.run();
  } finally {
    globalThis.removeEventListener("unhandledrejection", guard);
    await world.close();
  }
  return endingOf(options.seed, world, course.troubles);
}

class Course {
  troubles = 0;
  readonly #world: World;
  readonly #ticks: number;
  #isCalm = false;

  constructor(world: World, ticks: number) {
    this.#world = world;
    this.#ticks = ticks;
  }

  async run(): Promise<void> {
    for (const part of [this.#begin, this.#suffer, this.#recover]) {
      if (!this.#isOver()) await part();
    }
  }

  readonly #begin = async () => {
    const { timeline, owner } = this.#world;
    this.#world.startAll();
    await timeline.live(BEGINNING_MS, this.#isOver);
    if (this.#isOver()) return;
    const published = owner.publish();
    await timeline.live(1_000, this.#isOver);
    await published;
  };

  readonly #suffer = async () => {
    const world = this.#world;
    const chance = world.chance.of("troubles");
    this.#every(TROUBLE_EVERY_MS, chance.of("when"), () => {
      this.troubles++;
      trouble(world, chance);
    });
    this.#every(ORDER_EVERY_MS, chance.of("orders"), () => {
      world.owner.order().catch((error) =>
        world.broke({ law: "own death", found: String(error?.stack) })
      );
    });
    this.#every(ATTACK_EVERY_MS, chance.of("attacks"), () => this.#attack());
    this.#every(ADDRESSES_EVERY_MS, chance.of("addresses"), () => {
      // A clone is at an address of its own.
      if (!world.hadClones) void this.#checkAddresses();
    });
    await world.timeline.live(this.#ticks * 1_000, this.#isOver);
  };

  #attack(): void {
    const { server, agents, attacker, record } = this.#world;
    const hosts = [server, ...agents].map(({ computer }) => computer.address);
    record.note("attacker", attacker.attack(hosts));
    const found = attacker.answered;
    if (found !== null) this.#world.broke({ law: "strangers", found });
  }

  async #checkAddresses(): Promise<void> {
    const found = await wrongAddress(this.#world);
    if (found !== null) this.#world.broke({ law: "addresses", found });
  }

  /** The faults stop; everything is switched on. */
  readonly #recover = async () => {
    const world = this.#world;
    world.record.note("world", "the calm begins");
    this.#isCalm = true;
    for (const end of [...world.endings]) end();
    Object.assign(world.network.weather, CALM);
    world.network.mend();
    world.startAll();
    await this.#convergence();
    if (this.#isOver()) return;
    await world.owner.give({ verb: "collect", on: ["all"] });
    await this.#convergence();
    await this.#checkBeliefs();
  };

  async #convergence(): Promise<void> {
    const { timeline } = this.#world;
    const untilMs = timeline.nowMs + CALM_MS;
    for (;;) {
      await timeline.live(LOOK_EVERY_MS, this.#isOver);
      if (this.#isOver()) return;
      const found = await missing(this.#world);
      if (found === null) return;
      if (timeline.nowMs < untilMs) continue;
      return this.#world.broke({ law: "convergence", found });
    }
  }

  async #checkBeliefs(): Promise<void> {
    const { agents, owner, server } = this.#world;
    for (const agent of agents) {
      const found = await wrongBelief(this.#world, agent);
      if (found !== null) this.#world.broke({ law: "lists", found });
    }
    for (const id of owner.acknowledged) {
      const answer = await server.ask("GET", `/v1/orders/${id}`);
      if (answer?.ok) continue;
      const found = `order ${id} is not there`;
      this.#world.broke({ law: "not lost", found });
    }
  }

  readonly #isOver = () => this.#world.breach !== null;

  /** Draws the next moment each time, until the calm. */
  #every(meanMs: number, chance: Chance, act: () => void): void {
    this.#world.timeline.after(chance.between(0, 2 * meanMs), () => {
      if (this.#isCalm) return;
      act();
      this.#every(meanMs, chance, act);
    });
  }
}

function endingOf(seed: number, world: World, troubles: number): Ending {
  const { breach, record, timeline, laws, owner, attacker, deaths } = world;
  return {
    seed,
    breach,
    fingerprint: record.fingerprint,
    record: record.last,
    seconds: timeline.nowMs / 1_000,
    counts: {
      ...laws.counts,
      moments: timeline.lived,
      troubles,
      deaths,
      attacks: attacker.attacks,
      orders: owner.acknowledged.size,
    },
  };
}
