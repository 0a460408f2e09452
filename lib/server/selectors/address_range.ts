/**
 * IPv4 addresses as somebody means several: `10.0.1.0/24`, `10.0.1.5`,
 * `10.0.1.10-10.0.1.50`. Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** From the one to the other, both included, as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** Reads a range; the fault is a sentence's end. */
export function parseRange(text: string): Outcome<AddressRange, string> {
  const [, network = "", bits] = /^([^/]*)\/(\d{1,2})$/.exec(text) ?? [];
  if (bits !== undefined) return networkOf(network, Number(bits));
  const [from = "", to = from, ...rest] = text.split("-");
  const [first, last] = [numberOf(from), numberOf(to)];
  if (first === null || last === null || rest.length > 0) return fault(NONE);
  return first <= last
    ? ok({ first, last })
    : fault("ends before it begins; write the lower address first");
}

/** Is the address in it? */
export function isWithin({ first, last }: AddressRange, text: string): boolean {
  const address = numberOf(text);
  return address !== null && first <= address && address <= last;
}

const NONE = "is no address, no network like 10.0.1.0/24 and no range like " +
  "10.0.1.10-10.0.1.50";

function networkOf(text: string, bits: number): Outcome<AddressRange, string> {
  const address = numberOf(text);
  if (address === null || bits > 32) return fault(NONE);
  const size = 2 ** (32 - bits);
  const first = address - address % size;
  // A slip such as 10.0.1.5/24 means the network all the same.
  return ok({ first, last: first + size - 1 });
}

function numberOf(text: string): number | null {
  const parts = text.trim().split(".");
  if (parts.length !== 4) return null;
  let number = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    number = number * 256 + Number(part);
  }
  return number;
}
