/**
 * Who is expected, and which of them somebody is who introduces himself. A MAC
 * address says more than a host name, and a host name more than a pattern.
 * Memory only; what changes it is in the store before.
 *
 * @module
 */

import { globToRegExp } from "../../../trust/names.ts";
import type { ExpectedMachine } from "../../shapes/expected.ts";
import type { Write } from "../../store/store.ts";
import { isGlob } from "../../selectors/selector.ts";

/** What somebody says of himself. */
export interface Newcomer {
  readonly macs: readonly string[];
  readonly hostName: string;
}

/** One that was expected, and has come. */
export interface Arrival {
  readonly expected: ExpectedMachine;
  /** What it shall be called; "": as it calls itself. */
  readonly name: string;
}

/** Everybody who is expected. */
export class Expectations {
  /** By `keyOf`. */
  readonly #all = new Map<string, ExpectedMachine>();
  /** Patterns, in the order in which they came. */
  readonly #patterns = new Map<string, RegExp>();

  constructor(all: readonly ExpectedMachine[]) {
    for (const one of all) this.#put(one);
  }

  /** All of them, MAC addresses first. */
  records(): ExpectedMachine[] {
    return [...this.#all.values()].sort((a, b) =>
      a.by === b.by ? (a.sign < b.sign ? -1 : 1) : a.by === "mac" ? -1 : 1
    );
  }

  get size(): number {
    return this.#all.size;
  }

  has(one: ExpectedMachine): boolean {
    return this.#all.has(keyOf(one));
  }

  /** Which of them it is; null: none. */
  find({ macs, hostName }: Newcomer): Arrival | null {
    for (const mac of macs) {
      const expected = this.#all.get(`mac ${mac.toLowerCase()}`);
      if (expected !== undefined) return { expected, name: expected.name };
    }
    const host = hostName.toLowerCase();
    const expected = this.#all.get(`host ${host}`);
    if (expected !== undefined) return { expected, name: expected.name };
    for (const [key, pattern] of this.#patterns) {
      if (!pattern.test(host)) continue;
      const found = this.#all.get(key);
      if (found === undefined) continue;
      return { expected: found, name: namedBy(found, hostName) };
    }
    return null;
  }

  /** What `writes` make of them is in the store by now. */
  took(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === "expected") this.#put(write.expected);
      if (write.kind === "expected gone") {
        this.#all.delete(write.key);
        this.#patterns.delete(write.key);
      }
    }
  }

  #put(one: ExpectedMachine): void {
    const key = keyOf(one);
    this.#all.set(key, one);
    if (isPattern(one)) this.#patterns.set(key, globToRegExp(one.sign));
  }
}

/** What names it in the store. */
export function keyOf({ by, sign }: ExpectedMachine): string {
  return `${by} ${sign}`;
}

/** Does it stand for more machines than one? */
export function isPattern({ by, sign }: ExpectedMachine): boolean {
  return by === "host" && isGlob(sign);
}

/** `room-*` and `pc-*`: what the one `*` stands for takes the other's place. */
function namedBy({ sign, name }: ExpectedMachine, hostName: string): string {
  const [before = "", after = ""] = sign.split("*");
  const rest = hostName.slice(before.length, hostName.length - after.length);
  return name.replace("*", rest);
}
