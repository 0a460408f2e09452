/**
 * Noise at the gates: datagrams recorded from real conversations, and both
 * gates with every door open but those of cryptography.
 *
 * @module
 */

import { FailureBuckets } from "../../lib/sep/bucket.ts";
import { type GateKeeper, passGate } from "../../lib/sep/gate.ts";
import type { Role } from "../../lib/sep/words.ts";
import { FILTER_KEY, SERVER_KEY } from "./props.ts";
import { onStage } from "./stage.ts";

/** A datagram that was sent, and the key that signed it. */
export interface Recorded {
  readonly bytes: Uint8Array;
  readonly key: Uint8Array;
}

/** Datagrams of real conversations: 1a, 1b and an order. */
export async function recorded(): Promise<Recorded[]> {
  let sent: Uint8Array[] = [];
  let machineKey = new Uint8Array();
  await onStage({}, async (stage) => {
    await stage.round();
    stage.restartServer();
    await stage.until(stage.machine.endpoint.ping([stage.server.address]));
    const opening = { word: "dliste", sha256: "" } as const;
    await stage.until(stage.server.converse(stage.machine.id, opening));
    sent = stage.network.sent.map(({ bytes }) => bytes);
    machineKey = stage.machine.key.publicKey.slice();
  });
  return sent.map((bytes) => ({
    bytes,
    key: bytes[5] === 1 ? SERVER_KEY.publicKey : machineKey,
  }));
}

/** A gate that finds a place for everything, and knows the right key. */
function keeperOf(
  from: Role,
  fleet: Uint8Array,
  key: () => Uint8Array,
): GateKeeper<Role> {
  return {
    from,
    fleet,
    filterKey: FILTER_KEY,
    buckets: new FailureBuckets(),
    isInside: () => false,
    expects: () => true,
    keyFor: key,
  };
}

/** Lets noise at both gates; every datagram must be dropped. */
export class Noise {
  readonly dropped: Record<string, number> = {};
  /** How far the last datagram came at the gate that it was meant for. */
  last = "";
  readonly #keepers: readonly GateKeeper<Role>[];
  #key: Uint8Array = new Uint8Array(32);
  #count = 0;

  constructor(fleet: Uint8Array) {
    this.#keepers = (["server", "machine"] as const).map((from) =>
      keeperOf(from, fleet, () => this.#key)
    );
  }

  passes(bytes: Uint8Array, key: Uint8Array): boolean {
    this.#key = key;
    // A source for each datagram, or the buckets would soon drop everything.
    const source = `source ${this.#count++}`;
    return this.#keepers.some((keeper) => {
      const outcome = passGate(keeper, bytes, { source, nowMs: this.#count });
      if (typeof outcome !== "string") return true;
      this.dropped[outcome] = (this.dropped[outcome] ?? 0) + 1;
      if (outcome !== "direction") this.last = outcome;
      return false;
    });
  }

  get sources(): number {
    return Math.max(...this.#keepers.map(({ buckets }) => buckets.size));
  }
}
