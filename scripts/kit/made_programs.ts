/**
 * The programs of made machines: what a fleet of many would list, decided by a
 * seed alone. Pure.
 *
 * Of a machine's programs three quarters are the distribution's own, which
 * every machine has; most of the others belong to its room of thirty, and a
 * few to nobody else. A program has up to four versions, older and newer ones
 * beside each other, as on machines that were off when the others were
 * updated; with each new list some programs have changed.
 *
 * @module
 */

import type { ListedProgram } from "../../lib/peo/program.ts";
import { purl } from "../../lib/peo/purl.ts";

/** What decides everything. */
export interface MadeOptions {
  readonly seed: number;
  /** Of each list. */
  readonly programs: number;
}

/** Real programs that questions are about, oldest version first. */
export const KNOWN_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "openssl": [
    "3.0.9-1",
    "3.0.11-1~deb12u2",
    "3.0.15-1~deb12u1",
    "3.0.17-1~deb12u2",
  ],
  "firefox-esr": [
    "115.14.0esr-1~deb12u1",
    "128.3.1esr-1~deb12u1",
    "128.10.0esr-1~deb12u1",
  ],
  "vim": ["2:9.0.1378-2", "2:9.0.1378-2+deb12u2"],
  "curl": ["7.88.1-10+deb12u5", "7.88.1-10+deb12u12", "8.5.0-2"],
  "bash": ["5.2.15-2+b2", "5.2.15-2+b7"],
};

/** Programs that one machine in so many has. */
const RARE: Readonly<Record<string, number>> = { "firefox-esr": 3, "vim": 2 };

const ROOM = 30;
/** In hundredths of a list. */
const SHARED = 75;
const OF_ROOM = 20;
/** So many different programs are there for rooms, and for machines alone. */
const ROOM_POOL = 3_000;
const OWN_POOL = 20_000;
/** In a hundred: programs that may be new in a list; most cannot. */
const CHANGED = 6;
const VERSIONS = 4;
const FIRST_INSTALL_S = 1_700_000_000;

/** The lists of a fleet's machines. */
export class MadePrograms {
  readonly #options: MadeOptions;
  /** Machines have most of their programs in common, and names are costly. */
  readonly #shared: readonly string[];
  readonly #made = new Map<string, ListedProgram>();
  #names: { readonly machine: number; readonly names: readonly string[] };

  constructor(options: MadeOptions) {
    this.#options = options;
    const count = Math.floor(options.programs * SHARED / 100);
    this.#shared = Array.from({ length: count }, (_, at) => baseName(at));
    this.#names = { machine: -1, names: [] };
  }

  /** One machine's list; `date` 0 is its oldest. In the order of a list. */
  list(machine: number, date: number): ListedProgram[] {
    return this.#namesOf(machine).map((name) => {
      const version = this.#versionOf(name, machine, date);
      const key = `${name} ${version}`;
      const made = this.#made.get(key) ?? madeProgram(name, version);
      this.#made.set(key, made);
      const installedAtS = FIRST_INSTALL_S + draw(key) % 1_000 * 60 + machine;
      return { ...made, installedAtS };
    });
  }

  #namesOf(machine: number): readonly string[] {
    if (this.#names.machine !== machine) {
      const names = [...this.#drawNames(machine)].sort();
      this.#names = { machine, names };
    }
    return this.#names.names;
  }

  #drawNames(machine: number): Set<string> {
    const { seed, programs } = this.#options;
    const room = Math.floor(machine / ROOM);
    const known = Object.keys(KNOWN_PROGRAMS).filter((name) =>
      draw(seed, name, machine) % (RARE[name] ?? 1) === 0
    );
    const names = new Set([...known, ...this.#shared].slice(0, programs));
    const ofRoom = Math.floor(programs * (SHARED + OF_ROOM) / 100);
    for (let at = 0; names.size < ofRoom; at++) {
      names.add(nameOf("room", draw(seed, "room", room, at) % ROOM_POOL));
    }
    for (let at = 0; names.size < programs; at++) {
      names.add(nameOf("own", draw(seed, "own", machine, at) % OWN_POOL));
    }
    return names;
  }

  /** Who is behind stays behind; each list brings everyone on a little. */
  #versionOf(name: string, machine: number, date: number): string {
    const { seed } = this.#options;
    const known = KNOWN_PROGRAMS[name];
    const count = known?.length ?? 1 + draw(name, 1) % VERSIONS;
    const chance = draw(seed, name, machine);
    const isBehind = draw(seed, "behind", machine) % 5 === 0;
    let index = isBehind ? chance % count : count - 1 - (chance % 3 & 1);
    for (let at = 1; at <= date; at++) {
      if (draw(seed, name, machine, at) % 100 < CHANGED) index++;
    }
    index = Math.max(0, Math.min(index, count - 1));
    return known?.[index] ??
      `${1 + draw(name, 2) % 9}.${index}.${draw(name, 3) % 30}-1`;
  }
}

/** The name of a program that every made machine has. */
export function baseName(number: number): string {
  return nameOf("base", number);
}

const SYLLABLES = ["lib", "net", "ka", "py", "mon", "gtk", "ra", "xu", "data"];

/** A name that looks like one: `libkamon-base-17`. */
function nameOf(pool: string, number: number): string {
  const syllable = (by: number) => SYLLABLES[draw(by, pool, number) % 9] ?? "";
  return `${syllable(1)}${syllable(2)}${syllable(3)}-${pool}-${number}`;
}

function madeProgram(name: string, version: string): ListedProgram {
  const architecture = draw(name) % 4 === 0 ? "all" : "amd64";
  return {
    name,
    version,
    purl: purl({
      ...{ type: "deb", namespace: "debian", name, version },
      qualifiers: { arch: architecture, distro: "debian-12" },
    }),
    source: "dpkg",
    architecture,
    supplier: "Debian",
    sizeBytes: draw(name, 7) % 50_000 * 1_024,
  };
}

/** A number below 2^32 that is decided by all of these: FNV-1a, stirred. */
export function draw(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const word of words) {
    const text = `${word} `;
    for (let at = 0; at < text.length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  return (hash ^ hash >>> 13) >>> 0;
}
