/**
 * The downgrade statements that publishers have signed and the owner has
 * published. A machine asks for the one of a package only when it needs it, so
 * the server must know the newest that still holds.
 *
 * Nothing is decided here for the machines: each judges the statement itself,
 * and uses it once.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Log } from "../../host/log.ts";
import {
  allowsDowngrade,
  DOWNGRADE_FAULTS,
  openDowngrade,
  type SignedDowngrade,
} from "../../trust/downgrade.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import type { PublishersList } from "../../trust/publishers.ts";
import type { DowngradeView } from "../shapes/api_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import type { DowngradeRecord } from "../shapes/program.ts";
import type { Writer } from "../store/store.ts";

/** Statements that hold at one time. */
export const DOWNGRADES_MAX = 1_000;

/** What they need. */
export interface DowngradesOptions {
  readonly clock: Clock;
  readonly writer: Writer;
  readonly publishers: PublishersList;
  readonly log: Log;
}

interface Held {
  readonly signed: SignedDowngrade;
  readonly statement: Uint8Array;
}

/** All that hold. */
export class Downgrades {
  readonly #options: DowngradesOptions;
  /** By their identifiers. */
  readonly #all = new Map<string, Held>();

  /** Of a publisher who is not trusted any more, none is taken up again. */
  constructor(
    options: DowngradesOptions,
    records: readonly DowngradeRecord[],
  ) {
    this.#options = options;
    for (const { statement } of records) {
      const opened = openDowngrade(statement, options.publishers);
      if (opened.ok) this.#put(opened.value, statement);
    }
    this.#forgetExpired(options.clock.wallMs());
  }

  /** The newest statement that allows this step now; its bytes. */
  find(name: string, version: string): Uint8Array | null {
    const nowMs = this.#options.clock.wallMs();
    let newest: Held | null = null;
    for (const held of this.#all.values()) {
      if (!allowsDowngrade(held.signed, { name, version, nowMs })) continue;
      const issuedMs = newest?.signed.issuedMs ?? -Infinity;
      if (held.signed.issuedMs > issuedMs) newest = held;
    }
    return newest?.statement ?? null;
  }

  /**
   * Takes a statement in; the same one again changes nothing. The fault is a
   * sentence.
   *
   * @throws what the store throws.
   */
  async publish(
    statement: Uint8Array,
  ): Promise<Outcome<DowngradeView, string>> {
    const { publishers, clock, writer, log } = this.#options;
    const opened = openDowngrade(statement, publishers);
    const cannot = "Cannot publish: the downgrade statement";
    if (!opened.ok) return fault(`${cannot} ${DOWNGRADE_FAULTS[opened.fault]}`);
    const signed = opened.value;
    const { id, name, versions, issuedMs, expiresMs } = signed;
    const nowMs = clock.wallMs();
    if (nowMs >= expiresMs) {
      return fault(`${cannot} expired at ${signed.expires}; sign a new one`);
    }
    this.#forgetExpired(nowMs);
    if (!this.#all.has(id) && this.#all.size >= DOWNGRADES_MAX) {
      return fault(`${cannot} is one too many: ${DOWNGRADES_MAX} hold already`);
    }
    await writer.commit([{
      kind: "downgrade",
      downgrade: { id, name, versions, issuedMs, expiresMs, statement },
    }]);
    this.#put(signed, statement);
    log("info", "A downgrade statement was published", { name, versions });
    return ok({ name, versions: [...versions], expiresAt: isoOf(expiresMs) });
  }

  #put(signed: SignedDowngrade, statement: Uint8Array): void {
    this.#all.set(signed.id, { signed, statement });
  }

  #forgetExpired(nowMs: number): void {
    for (const [id, { signed }] of this.#all) {
      if (nowMs >= signed.expiresMs) this.#all.delete(id);
    }
  }
}
