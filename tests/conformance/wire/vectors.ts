/**
 * The vectors of tests/vectors, as the kit reads them.
 *
 * @module
 */

import type { Role } from "./body.ts";

const DIRECTORY = new URL("../../vectors/", import.meta.url);

export function vectors<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, DIRECTORY)));
}

export interface BodyVectors {
  readonly good: readonly {
    readonly from: Role;
    readonly word: string;
    readonly body: string;
  }[];
  readonly refused: readonly {
    readonly fault: string;
    readonly name: string;
    readonly from: Role;
    readonly hex: string;
  }[];
}

export interface KeyVectors {
  readonly smallOrder: readonly { readonly publicKey: string }[];
  readonly notBelowP: readonly { readonly publicKey: string }[];
}

export interface ListVectors {
  readonly accepted: readonly { readonly name: string; readonly hex: string }[];
  readonly refused: readonly { readonly name: string; readonly hex: string }[];
}
