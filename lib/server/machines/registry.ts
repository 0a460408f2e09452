/**
 * The machines of the fleet: what the store keeps of each, and what only this
 * run of the server knows (is it alive, is its key in two places, where was it
 * heard). All lookups are answered from memory.
 *
 * It decides nothing by itself: enrolment is in `enrolment_desk.ts`, life and
 * death in `liveness.ts`.
 *
 * @module
 */

import { type Address, showAddress } from "../../host/datagrams.ts";
import type { MachineId } from "../../sep/server_api.ts";
import {
  MACHINE_STATES,
  type MachineState,
  type MachineView,
} from "../shapes/api_schema.ts";
import type { MachineStatus } from "../shapes/machine.ts";
import { Conflicts, type ConflictsOptions } from "./conflicts.ts";
import { type Life, type LifeAction, stepLife, UNHEARD } from "./liveness.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import { isoOf } from "../shapes/moments.ts";
import type { Write, Writer } from "../store/store.ts";

/** What the registry needs. */
export interface RegistryOptions extends ConflictsOptions {
  readonly writer: Writer;
  /** Missed rounds, after which a machine is asked by unicast. */
  readonly missedMax: number;
  /** When the machine's list came; null when none has. */
  listAtMs(machine: MachineId): number | null;
  /** An approved machine that was dead, or not heard yet, is alive. */
  awake(machine: MachineId): void;
}

interface Entry {
  record: MachineRecord;
  life: Life;
  /** Heard since the last round was counted. */
  isHeard: boolean;
  /** The store's last-seen is older than ours. */
  isSeenUnsaved: boolean;
}

/** What a round of pings has shown. */
export interface RoundCount {
  /** Machines heard since the last round was counted. */
  readonly found: number;
  /** Machines that were alive before. */
  readonly expected: number;
  /** Machines that a unicast ping must decide about. */
  readonly ask: readonly MachineId[];
}

/** All machines. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #all = new Map<MachineId, Entry>();
  readonly #names = new Set<string>();
  /** MAC addresses, and how many machines have each. */
  readonly #macs = new Map<string, number>();
  /** Which keys are in two places. */
  readonly conflicts: Conflicts;

  constructor(options: RegistryOptions, records: readonly MachineRecord[]) {
    this.#options = options;
    this.conflicts = new Conflicts(options);
    for (const record of records) this.put(record);
  }

  /** Takes a record that is in the store: a new machine, or a changed one. */
  put(record: MachineRecord): void {
    const entry = this.#all.get(record.id);
    if (entry === undefined) {
      this.#all.set(record.id, {
        record,
        life: UNHEARD,
        isHeard: false,
        isSeenUnsaved: false,
      });
    } else {
      this.#count(entry.record, -1);
      entry.record = record;
    }
    this.#count(record, 1);
  }

  /** The store holds it no more. */
  remove(machine: MachineId): void {
    const entry = this.#all.get(machine);
    if (entry === undefined) return;
    this.#count(entry.record, -1);
    this.#all.delete(machine);
    this.conflicts.settled(machine);
  }

  /** How many there are, whatever their state. */
  get size(): number {
    return this.#all.size;
  }

  get(machine: MachineId): MachineRecord | null {
    return this.#all.get(machine)?.record ?? null;
  }

  /** All of them, in the order of their enrolment. */
  records(): MachineRecord[] {
    return [...this.#all.values()].map(({ record }) => record);
  }

  /** Is there a machine of this name, given in lower case? */
  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  stateOf(machine: MachineId): MachineState | null {
    const entry = this.#all.get(machine);
    return entry === undefined ? null : this.#stateOf(entry);
  }

  /** How many machines are in each state. */
  counts(): Record<MachineState, number> {
    const counts = Object.fromEntries(
      MACHINE_STATES.map((state) => [state, 0]),
    ) as Record<MachineState, number>;
    for (const entry of this.#all.values()) counts[this.#stateOf(entry)]++;
    return counts;
  }

  /** How many are kept with this status. */
  countOf(status: MachineStatus): number {
    let count = 0;
    for (const { record } of this.#all.values()) {
      if (record.status === status) count++;
    }
    return count;
  }

  /** The machine as fronts show it. */
  view(record: MachineRecord): MachineView {
    const { address, lastSeenMs, macs, clonedFrom } = record;
    const entry = this.#all.get(record.id);
    return {
      id: record.id,
      name: record.name,
      hostName: record.hostName,
      macs: [...macs],
      address: address === null ? "" : showAddress(address),
      system: record.system,
      architecture: record.architecture,
      agentVersion: record.agentVersion,
      state: entry === undefined ? "dead" : this.#stateOf(entry),
      lastSeen: isoOf(lastSeenMs),
      listAt: isoOf(this.#options.listAtMs(record.id)),
      sharedMac: macs.some((mac) => (this.#macs.get(mac) ?? 0) > 1),
      ...(clonedFrom === undefined
        ? {}
        : { clonedFrom: this.get(clonedFrom)?.name ?? clonedFrom }),
    };
  }

  /** A message of the machine that verifies, from where it came. */
  heard(machine: MachineId, from: Address): void {
    const entry = this.#all.get(machine);
    if (entry === undefined) return;
    entry.record = {
      ...entry.record,
      address: from,
      lastSeenMs: this.#options.clock.wallMs(),
    };
    entry.isSeenUnsaved = true;
    entry.isHeard = true;
    const action = this.#live(entry, "heard");
    if (action === "wake" && entry.record.status === "approved") {
      this.#options.awake(machine);
    }
  }

  /** Its unicast ping was not answered. True when that makes it dead. */
  silent(machine: MachineId): boolean {
    const entry = this.#all.get(machine);
    return entry !== undefined && this.#live(entry, "silent") === "mourn";
  }

  /** Its key was seen in two places. */
  conflict(machine: MachineId): void {
    if (this.#all.has(machine)) this.conflicts.sighted(machine);
  }

  /** The machines, and all that have their keys by their word, or by those'. */
  familyOf(machines: Iterable<MachineId>): Set<MachineId> {
    const family = new Set(machines);
    for (let size = 0; size < family.size;) {
      size = family.size;
      for (const { record: { id, clonedFrom } } of this.#all.values()) {
        if (clonedFrom !== undefined && family.has(clonedFrom)) family.add(id);
      }
    }
    return family;
  }

  /** A round is over: who was heard, who must be asked? */
  countRound(): RoundCount {
    const ask: MachineId[] = [];
    let found = 0;
    let expected = 0;
    for (const [machine, entry] of this.#all) {
      if (entry.life.phase !== "dead") expected++;
      if (entry.isHeard) {
        found++;
        entry.isHeard = false;
      } else if (this.#live(entry, "missed") === "ask") {
        ask.push(machine);
      }
    }
    return { found, expected, ask };
  }

  /**
   * Saves when and where the machines were heard. In memory it is always
   * right; on the disk it only has to be right enough after a crash.
   */
  async saveSeen(): Promise<void> {
    const unsaved = [...this.#all.values()].filter(({ isSeenUnsaved }) =>
      isSeenUnsaved
    );
    const writes = unsaved.flatMap(({ record }): Write[] =>
      record.lastSeenMs === null ? [] : [{
        kind: "seen",
        machine: record.id,
        lastSeenMs: record.lastSeenMs,
        address: record.address,
      }]
    );
    if (writes.length === 0) return;
    for (const entry of unsaved) entry.isSeenUnsaved = false;
    await this.#options.writer.commit(writes);
  }

  #live(
    entry: Entry,
    event: Parameters<typeof stepLife>[1],
  ): LifeAction | null {
    const { life, action } = stepLife(
      entry.life,
      event,
      this.#options.missedMax,
    );
    entry.life = life;
    return action;
  }

  #stateOf({ record, life }: Entry): MachineState {
    if (record.status !== "approved") return record.status;
    if (this.conflicts.has(record.id)) return "conflict";
    return life.phase === "dead" ? "dead" : "alive";
  }

  #count(record: MachineRecord, by: 1 | -1): void {
    const name = record.name.toLowerCase();
    if (by === 1) this.#names.add(name);
    else this.#names.delete(name);
    for (const mac of record.macs) {
      const count = (this.#macs.get(mac) ?? 0) + by;
      if (count === 0) this.#macs.delete(mac);
      else this.#macs.set(mac, count);
    }
  }
}
