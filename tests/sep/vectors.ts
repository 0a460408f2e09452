/**
 * The vectors of SeP as they are read: `tests/vectors/sep_*.json`.
 *
 * @module
 */

import type { Drop } from "../../lib/sep/gate.ts";
import type { MessageFrom, Role } from "../../lib/sep/words.ts";

/** `sep_body.json`. */
export interface BodyVectors {
  readonly good: readonly BodyVector[];
  readonly refused: readonly {
    /** Its line in the list of faults. */
    readonly fault: string;
    readonly name: string;
    readonly from: Role;
    readonly hex: string;
  }[];
}

/** A message and its only body. */
export interface BodyVector {
  readonly from: Role;
  readonly word: string;
  readonly args: Readonly<Record<string, Written>>;
  readonly body: string;
}

/** An argument as JSON can hold it. */
type Written =
  | null
  | number
  | string
  | readonly string[]
  | { readonly hex: string }
  | { readonly whole: string }
  | { readonly address: string };

/** `sep_datagram.json`. */
export interface DatagramVectors {
  readonly filterKey: string;
  readonly fleetKey: string;
  readonly serverKey: string;
  readonly serverSeed: string;
  readonly machineKey: string;
  readonly machineSeed: string;
  readonly good: readonly {
    readonly name: string;
    readonly to: Role;
    readonly step: number;
    readonly machine: string;
    readonly conversation: string;
    readonly prev: string;
    readonly session: string;
    readonly counter: number;
    readonly body: string;
    readonly signer: Role;
    readonly bytes: string;
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly to: Role;
    readonly bytes: string;
    readonly drop: Drop;
  }[];
}

/** The parsed `tests/vectors/sep_<name>.json`. */
export function readVectors<T>(name: string): T {
  const url = new URL(`../vectors/sep_${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url));
}

/** The message of a vector, as the code has it. */
export function messageOf({ word, args }: BodyVector): MessageFrom<Role> {
  const read = Object.entries(args).map(([name, written]) => [
    name,
    valueOf(written),
  ]);
  return { word, args: Object.fromEntries(read) } as MessageFrom<Role>;
}

function valueOf(written: Written): unknown {
  if (typeof written !== "object" || written === null) return written;
  if ("hex" in written) return Uint8Array.fromHex(written.hex);
  if ("whole" in written) return BigInt(written.whole);
  if (!("address" in written)) return written;
  const [hostname, port] = written.address.split(":");
  return { hostname, port: Number(port) };
}
