/**
 * What has happened since the server was started, counted. Of bounded memory:
 * what is counted apart is named by the house, never by a machine.
 *
 * @module
 */

import type { SipNote } from "../../sip/doors.ts";
import type { TaskState, Verb } from "../shapes/api_schema.ts";
import type { Sample } from "./metric.ts";

/** Words of SiP's requests; others are counted as one. */
const WORDS: ReadonlySet<string> = new Set([
  "paquet",
  "editeurs",
  "liste",
  "declasse",
]);

/** Counts events by their labels. */
class Counter {
  readonly #samples = new Map<string, Sample>();

  add(labels: Readonly<Record<string, string>>, count = 1): void {
    const key = Object.values(labels).join(" ");
    const value = (this.#samples.get(key)?.value ?? 0) + count;
    this.#samples.set(key, { labels, value });
  }

  get samples(): readonly Sample[] {
    return [...this.#samples.values()];
  }
}

/** Everything that is counted. */
export class Tally {
  readonly #tasks = new Counter();
  readonly #transfers = new Counter();
  readonly #bytes = new Counter();

  /** A machine's share of an order has ended. */
  taskEnded(verb: Verb, state: TaskState): void {
    this.#tasks.add({ verb, state });
  }

  /** A connection of SiP has ended. */
  transferEnded({ kind, word, bytes }: SipNote): void {
    const label = WORDS.has(word) ? word : "";
    this.#transfers.add({ word: label, ending: kind });
    if (bytes > 0) this.#bytes.add({ word: label }, bytes);
  }

  get tasks(): readonly Sample[] {
    return this.#tasks.samples;
  }

  get transfers(): readonly Sample[] {
    return this.#transfers.samples;
  }

  get transferBytes(): readonly Sample[] {
    return this.#bytes.samples;
  }
}
