/**
 * The programs of a fleet, arranged so that a database can be held against
 * them record by record: the database is never in memory, the fleet's distinct
 * programs are.
 *
 * Pure.
 *
 * @module
 */

import { affects } from "./affects.ts";
import { type Judgeable, type Judged, judgedAs } from "./ecosystems.ts";
import type { OsvRecord } from "./record.ts";

/** A program of the fleet, named by a number. */
export interface Numbered extends Judgeable {
  readonly number: number;
}

/** One program and one vulnerability that it has. */
export interface Finding<P extends Numbered> {
  readonly program: P;
  readonly record: Pick<OsvRecord, "id" | "aliases" | "summary" | "severity">;
  /** Empty: in no version yet. */
  readonly fixed: string;
}

/** The fleet's programs by what a database calls them. */
export class FleetIndex<P extends Numbered> {
  readonly #byName = new Map<string, { judged: Judged; program: P }[]>();
  readonly #ecosystems = new Map<string, number>();
  /** Programs whose ecosystem has no place in any database, by source. */
  readonly #strangers = new Map<string, number>();
  #count = 0;

  add(program: P): void {
    this.#count++;
    const all = judgedAs(program);
    const [first] = all;
    if (first === undefined || program.version === "") {
      raise(this.#strangers, program.source);
      return;
    }
    raise(this.#ecosystems, first.ecosystem);
    for (const judged of all) {
      const key = keyOf(judged.ecosystem, judged.name);
      const there = this.#byName.get(key) ?? [];
      there.push({ judged, program });
      this.#byName.set(key, there);
    }
  }

  /** Programs that were added. */
  get count(): number {
    return this.#count;
  }

  /** Programs that can be judged, by ecosystem. */
  get ecosystems(): ReadonlyMap<string, number> {
    return this.#ecosystems;
  }

  /** Programs that no database can judge, by source. */
  get strangers(): ReadonlyMap<string, number> {
    return this.#strangers;
  }

  /** What of the fleet the vulnerability is in; each program once. */
  match(record: OsvRecord): Finding<P>[] {
    if (record.withdrawn) return [];
    const found = new Map<number, Finding<P>>();
    for (const affected of record.affected) {
      const key = keyOf(affected.ecosystem, affected.name);
      for (const { judged, program } of this.#byName.get(key) ?? []) {
        if (found.has(program.number)) continue;
        const hit = affects(affected, judged.version, judged.order);
        if (hit === null) continue;
        const { id, aliases, summary, severity } = record;
        found.set(program.number, {
          ...{ program, fixed: hit.fixed },
          record: { id, aliases, summary, severity },
        });
      }
    }
    return [...found.values()];
  }
}

function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem}\0${name}`;
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
