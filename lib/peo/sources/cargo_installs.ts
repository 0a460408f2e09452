/**
 * What `cargo install` keeps account of: `.crates2.json`, and before 2019
 * `.crates.toml` alone. The keys of both are the same texts, of name, version
 * and where it was got from.
 *
 * Pure.
 *
 * @module
 */

import { fromUtf8 } from "../../trust/bytes.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { genericPurl, purl } from "../purl.ts";
import { fieldsOf, jsonOf, textAt, valueAt } from "./json_value.ts";

/** A crate whose programs were installed. */
export interface CargoInstall {
  readonly name: string;
  readonly version: string;
  /** `registry+https://github.com/rust-lang/crates.io-index`. */
  readonly from: string;
  /** `x86_64-unknown-linux-gnu`; old files tell none. */
  readonly target?: string | undefined;
}

/** The installs, and the keys that are none. */
export interface CargoInstalls {
  readonly installs: readonly CargoInstall[];
  readonly strange: readonly string[];
}

/** What `.crates2.json` tells, or the end of a sentence on why it does not. */
export function readCrates2(bytes: Uint8Array): Outcome<CargoInstalls, string> {
  const json = jsonOf(bytes);
  if (!json.ok) return json;
  const installs = valueAt(json.value, "installs");
  if (installs === undefined) return fault('it has no "installs"');
  return ok(installsOf(
    fieldsOf(installs).map(([key, value]) => [key, textAt(value, "target")]),
  ));
}

/** What `.crates.toml` tells: one line for each, as cargo writes it. */
export function readCratesToml(
  bytes: Uint8Array,
): Outcome<CargoInstalls, string> {
  const text = fromUtf8(bytes);
  if (text === null) return fault("it is not UTF-8");
  if (!/^\[v1\]\r?$/m.test(text)) return fault('it has no "[v1]"');
  const keys = text.matchAll(/^"([^"\r\n]*)" = \[/gm);
  return ok(installsOf([...keys].map(([, key = ""]) => [key, undefined])));
}

/** Crates of crates.io are known to others; another one of that name is not. */
export function cratePurl({ name, version, from }: CargoInstall): string {
  return CRATES_IO.includes(from)
    ? purl({ type: "cargo", name, version })
    : genericPurl(name, version);
}

const CRATES_IO = [
  "registry+https://github.com/rust-lang/crates.io-index",
  "sparse+https://index.crates.io/",
];

function installsOf(
  entries: readonly (readonly [string, string | undefined])[],
): CargoInstalls {
  const installs: CargoInstall[] = [];
  const strange: string[] = [];
  for (const [key, target] of entries) {
    const [, name, version, from] = KEY.exec(key) ?? [];
    if (name === undefined || version === undefined || from === undefined) {
      strange.push(key);
    } else {
      installs.push({ name, version, from, target });
    }
  }
  return { installs, strange };
}

/** `ripgrep 13.0.0 (registry+https://github.com/rust-lang/crates.io-index)`. */
const KEY = /^(\S+) (\S+) \(([^()]*(?:\([^()]*\)[^()]*)*)\)$/;
