/**
 * The network of a simulated world: one link with addresses that can change,
 * weather that loses, repeats and delays datagrams, cuts between any two, and
 * an ear for whoever records.
 *
 * @module
 */

import {
  type Address,
  RECEIVE_BYTES_MAX,
  showAddress,
} from "../../lib/host/datagrams.ts";
import type { Chance } from "./chance.ts";
import type { Timeline } from "./timeline.ts";

/** What the network does to what it carries. */
export interface Weather {
  /** Share of datagrams that are lost. */
  loss: number;
  /** Share that arrives twice. */
  duplicate: number;
  delayMsMin: number;
  /** Delays of one moment differ up to here, and with them the order. */
  delayMsMax: number;
}

/** A datagram on its way. */
export interface Passing {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: Address;
  readonly to: Address;
}

/** A place on the link: a computer, or somebody who plays one. */
export interface Place {
  /** The present address. */
  readonly address: string;
  /** Is anybody at home? Not when it is off, asleep, or its cable is pulled. */
  readonly isUp: boolean;
  /** Takes a datagram to one of its ports. */
  arrive(passing: Passing): void;
}

/** The broadcast address of the link. */
export const EVERYBODY = "10.0.0.255";

export const CALM: Readonly<Weather> = {
  loss: 0,
  duplicate: 0,
  delayMsMin: 0.2,
  delayMsMax: 2,
};

/** One link. */
export class SimNetwork {
  readonly weather: Weather = { ...CALM };
  readonly #places = new Set<Place>();
  readonly #byAddress = new Map<string, Place>();
  /** Told of every datagram of a place that sends it. */
  onSent: (passing: Passing, by: Place | null) => void = () => {};
  readonly #cuts = new Map<Place, Set<Place>>();
  readonly #timeline: Timeline;
  readonly #chance: Chance;

  constructor(timeline: Timeline, chance: Chance) {
    this.#timeline = timeline;
    this.#chance = chance;
  }

  get size(): number {
    return this.#places.size;
  }

  join(place: Place): void {
    this.#places.add(place);
    this.#byAddress.set(place.address, place);
  }

  leave(place: Place): void {
    this.#places.delete(place);
    if (this.at(place.address) === place) {
      this.#byAddress.delete(place.address);
    }
  }

  /** From now on nothing gets from the one to the other; the way back stands. */
  cut(from: Place, to: Place): void {
    const cut = this.#cuts.get(from) ?? new Set();
    this.#cuts.set(from, cut.add(to));
  }

  /** All cuts are mended. */
  mend(): void {
    this.#cuts.clear();
  }

  /** Can anything get from the one to the other now? */
  reaches(from: Place, to: Place): boolean {
    return from.isUp && to.isUp && !this.#cuts.get(from)?.has(to);
  }

  /** Who has the address now. */
  at(address: string): Place | null {
    return this.#byAddress.get(address) ?? null;
  }

  /** How long something is on its way now. */
  delayMs(): number {
    const { delayMsMin, delayMsMax } = this.weather;
    return this.#chance.between(delayMsMin, delayMsMax);
  }

  /** A place sends. */
  send(by: Place, port: number, bytes: Uint8Array, to: Address): void {
    const from = { hostname: by.address, port };
    const passing = { bytes: bytes.slice(), from, to };
    this.onSent(passing, by);
    for (const place of this.#meant(to)) {
      if (place !== by) this.#carry(passing, by, place);
    }
  }

  /** Somebody puts a datagram on the wire, from whatever address. */
  inject(passing: Passing): void {
    this.onSent(passing, null);
    for (const place of this.#meant(passing.to)) {
      this.#timeline.after(this.delayMs(), () => this.#arrive(passing, place));
    }
  }

  #meant({ hostname }: Address): Iterable<Place> {
    if (hostname === EVERYBODY) return this.#places;
    const place = this.at(hostname);
    return place === null ? [] : [place];
  }

  #carry(passing: Passing, by: Place, to: Place): void {
    const { loss, duplicate } = this.weather;
    const copies = this.#chance.happens(duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#chance.happens(loss)) continue;
      this.#timeline.after(this.delayMs(), () => {
        if (this.reaches(by, to)) this.#arrive(passing, to);
      });
    }
  }

  #arrive(passing: Passing, place: Place): void {
    if (!place.isUp) return;
    const bytes = passing.bytes.slice(0, RECEIVE_BYTES_MAX);
    place.arrive({ ...passing, bytes });
  }
}

/** For records of what happened. */
export function showWay({ from, to }: Passing): string {
  return `${showAddress(from)} > ${showAddress(to)}`;
}
