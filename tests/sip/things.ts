/** What tests of SiP are made of: bytes, machines, directories. */

import { realClock } from "../../lib/host/real_clock.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import type { Asker } from "../../lib/sip/exchange.ts";
import { sha256, toBase64Url, toHex } from "../../lib/trust/bytes.ts";
import {
  keyPairFromSeed,
  machineOf,
  showMachine,
} from "../../lib/trust/keys.ts";
import type { Outcome } from "../../lib/trust/outcome.ts";

export const clock = realClock();
export const disk = realDisk();

/** Bytes that look random and are always the same. */
export function someBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0, state = seed; at < size; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A signature that no house of these tests looks at. */
export const SIGNATURE = someBytes(64, 64);
export const SIGNATURE64 = toBase64Url(SIGNATURE);

/**
 * These bytes as a list that is to be sent. SiP does not look into them, so
 * they are the document as well.
 */
export function listOf(from: Uint8Array) {
  const { length } = from;
  const facts = { sha256: hexHash(from), size: length, packed: length };
  return { ...facts, from, signature: SIGNATURE };
}

/** The request to send these bytes, as it is on the wire. */
export function listBody(from: Uint8Array): string {
  const { length } = from;
  const hash = base64Url(hexHash(from));
  return `[liste{${hash}+${length}+${length}+${SIGNATURE64}}]`;
}

export function hexHash(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

/** A machine with a key and a session of its own. */
export interface TestMachine extends Asker {
  readonly id: string;
  readonly session: Uint8Array;
}

export function makeMachine(number = 1): TestMachine {
  const key = keyPairFromSeed(new Uint8Array(32).fill(number));
  const machine = machineOf(key.publicKey);
  return {
    key,
    machine,
    id: showMachine(machine),
    session: sha256(key.publicKey, Uint8Array.of(7)).slice(0, 8),
  };
}

/** A temporary directory that goes with the block it is used in. */
export async function temporaryDirectory(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir();
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The fault of an outcome that must be one. */
export function faultOf<F>(outcome: Outcome<unknown, F>): F {
  if (outcome.ok) throw new Error("This had to fail, and did not");
  return outcome.fault;
}

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** A hash as it is written on the wire. */
export function base64Url(hex: string): string {
  return toBase64Url(Uint8Array.fromHex(hex));
}
