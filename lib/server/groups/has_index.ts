/**
 * Who has the programs that groups' rules ask for: kept in memory, because a
 * group is asked for its machines at every turn of an order, and read again a
 * few seconds after lists have come.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { Question } from "../../peo/versions/question.ts";
import type { MachineId } from "../../sep/server_api.ts";
import { whoHas, type WhoHasOptions } from "../inventory/who_has.ts";

/** What the index needs. */
export interface HasIndexOptions {
  readonly store: WhoHasOptions["store"];
  readonly clock: Clock;
  readonly log: Log;
}

/** Machines by the text of a question. */
export type Havers = ReadonlyMap<string, ReadonlySet<MachineId>>;

/** A room's lists come together; they are read once. */
const REFRESH_MS = 5_000;

/** Of the questions that are wanted. */
export class HasIndex {
  readonly #options: HasIndexOptions;
  #wanted = new Map<string, Question>();
  #havers: Havers = new Map();
  #cancel: Cancel | null = null;
  #isClosed = false;

  constructor(options: HasIndexOptions) {
    this.#options = options;
  }

  /** As it was read last. */
  get havers(): Havers {
    return this.#havers;
  }

  /** Keeps these questions, and only these; the new ones are read at once. */
  async want(questions: readonly Question[]): Promise<void> {
    const wanted = new Map(questions.map((one) => [one.text, one]));
    const fresh = [...wanted.values()]
      .filter(({ text }) => !this.#havers.has(text));
    const read = await this.read(fresh);
    this.#wanted = wanted;
    const all = new Map([...this.#havers, ...read]);
    this.#havers = new Map([...all].filter(([text]) => wanted.has(text)));
  }

  /** Who has what is asked for, now. @throws what the search throws. */
  async read(questions: readonly Question[]): Promise<Havers> {
    const havers = new Map<string, ReadonlySet<MachineId>>();
    for (const question of questions) {
      if (havers.has(question.text)) continue;
      const { programs } = await whoHas(this.#options, question, () => true);
      havers.set(question.text, new Set(programs.keys()));
    }
    return havers;
  }

  /** Lists have come: what is known grows old. */
  stir(): void {
    if (this.#isClosed || this.#cancel !== null || this.#wanted.size === 0) {
      return;
    }
    this.#cancel = this.#options.clock.after(REFRESH_MS, () => {
      this.#cancel = null;
      void this.#refresh();
    });
  }

  /** Reads nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  async #refresh(): Promise<void> {
    try {
      const read = await this.read([...this.#wanted.values()]);
      // Another set may be wanted by now; what it lacks it has read itself.
      this.#havers = new Map(
        [...this.#havers, ...read].filter(([text]) => this.#wanted.has(text)),
      );
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.log("warning", "Cannot see who has the groups' programs", {
        error: sentenceOf(error),
      });
      this.stir();
    }
  }
}
