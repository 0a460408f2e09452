/**
 * Orders, as many in a second as wanted, through the local API, from several
 * fronts at once; and what was acknowledged of them.
 *
 * @module
 */

import type { OrderBody } from "../../lib/server/shapes/api_schema.ts";
import type { RealServer } from "./real_server.ts";

/** An order that the API has acknowledged. */
export interface Acknowledged {
  readonly id: number;
  /** `install tool 1.0 played-3` */
  readonly what: string;
}

const FRONTS = 8;

/** Gives orders until it is stopped. */
export class OrderStream {
  /** Everything that was acknowledged, over all servers. */
  readonly acknowledged = new Map<number, string>();
  /** Answers that are no number: full disks, starting servers. */
  readonly refusals: string[] = [];
  readonly #server: RealServer;
  readonly #perSecond: number;
  readonly #next: () => OrderBody;
  #isRunning = false;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(
    server: RealServer,
    options: {
      readonly perSecond: number;
      readonly next: () => OrderBody;
    },
  ) {
    this.#server = server;
    this.#perSecond = options.perSecond;
    this.#next = options.next;
  }

  start(): void {
    this.#isRunning = true;
    const fronts = Array.from({ length: FRONTS }, () => this.#front());
    this.#ended = Promise.all(fronts);
  }

  /** @throws when a number was given twice. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#ended;
  }

  /** One front: an order, its answer, a pause. */
  async #front(): Promise<void> {
    const everyMs = FRONTS / this.#perSecond * 1_000;
    while (this.#isRunning) {
      const begunMs = performance.now();
      await this.#give(this.#next());
      const leftMs = everyMs - (performance.now() - begunMs);
      await new Promise((then) => setTimeout(then, Math.max(1, leftMs)));
    }
  }

  async #give(body: OrderBody): Promise<void> {
    // A server that was killed gives no answer: nothing was acknowledged.
    const answer = await this.#server.order(body).catch(() => null);
    if (answer === null) return;
    if (answer.status !== 200) {
      this.refusals.push(`${answer.status}: ${answer.body.error}`);
      return;
    }
    const what = whatOf(body);
    const id: number = answer.body.id;
    const before = this.acknowledged.get(id);
    if (before !== undefined) {
      throw new Error(`The number ${id} was given twice: ${before}, ${what}`);
    }
    this.acknowledged.set(id, what);
  }
}

/** What an order says, as the store keeps it. */
export function whatOf({ verb, name = "", version = "*", on }: OrderBody) {
  return `${verb} ${name} ${version} ${on.join()}`;
}
