/**
 * A store with the lists of many made machines, to measure and to test what
 * the server answers about a fleet that nobody has at hand. They go in through
 * the server's own store, so whatever that does to a list is done to them.
 *
 * @module
 */

import { realDisk } from "../../lib/host/real_disk.ts";
import { pathOf } from "../../lib/server/fleet/fleet_files.ts";
import type { MachineRecord } from "../../lib/server/shapes/machine.ts";
import type { Store, Write } from "../../lib/server/store/store.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";
import { sha256, toHex, utf8 } from "../../lib/trust/bytes.ts";
import {
  keyPairFromSeed,
  machineOf,
  showMachine,
} from "../../lib/trust/keys.ts";
import { MadePrograms } from "./made_programs.ts";

/** How large the fleet is. */
export interface MadeFleetOptions {
  readonly machines?: number;
  /** Of each machine. */
  readonly programs?: number;
  /** Days before now from which there is a list of each machine. */
  readonly listDays?: readonly number[];
  readonly seed?: number;
  /** The moment of now; the lists' dates count from it. */
  readonly nowMs?: number;
}

const DAY_MS = 86_400_000;
/** As the server takes a list from the way up. */
const PART = 2_000;

/** `made-0042`: the name of a made machine. */
export function madeName(machine: number): string {
  return `made-${String(machine).padStart(4, "0")}`;
}

/** Fills the store of the fleet in this directory; its server is off. */
export async function makeFleet(
  directory: string,
  options: MadeFleetOptions = {},
): Promise<void> {
  const path = pathOf(directory, "store");
  const store = await openSqliteStore({ disk: realDisk(), path });
  try {
    await fillStore(store, options);
  } finally {
    await store.close();
  }
}

/** Puts the machines and their lists in. */
export async function fillStore(
  store: Store,
  {
    machines = 1_000,
    programs = 2_000,
    listDays = [30, 7, 1],
    seed = 1,
    nowMs = Date.now(),
  }: MadeFleetOptions = {},
): Promise<void> {
  const made = new MadePrograms({ seed, programs });
  for (let number = 0; number < machines; number++) {
    const machine = machineRecord(number, { seed, nowMs });
    const writes: Write[] = [{ kind: "machine", machine }];
    for (const [date, days] of listDays.entries()) {
      const list = made.list(number, date);
      for (let at = 0; at < list.length; at += PART) {
        const programs = list.slice(at, at + PART);
        writes.push({ kind: "list part", machine: machine.id, programs });
      }
      const atMs = nowMs - days * DAY_MS + number;
      const text = `${seed} ${number} ${date}`;
      writes.push({
        kind: "list",
        list: {
          ...{ machine: machine.id, sha256: toHex(sha256(utf8(text))) },
          ...{ size: 300 * list.length, signature: new Uint8Array(64) },
          ...{ atMs, confirmedMs: atMs, faults: [], programs: list.length },
          ...{ distribution: "debian", distributionVersion: "12" },
          rebootFor: "",
        },
      });
    }
    // One sync of the disk for each machine, not one for each write.
    await store.commit(writes);
  }
}

function machineRecord(
  number: number,
  { seed, nowMs }: { readonly seed: number; readonly nowMs: number },
): MachineRecord {
  const keys = keyPairFromSeed(sha256(utf8(`made ${seed} ${number}`)));
  const name = madeName(number);
  return {
    id: showMachine(machineOf(keys.publicKey)),
    publicKey: keys.publicKey,
    ...{ name, hostName: name, macs: [], system: "linux" },
    ...{ architecture: "x86_64", agentVersion: "0.1.0", address: null },
    status: "approved",
    firstSeenMs: nowMs - 100 * DAY_MS,
    lastSeenMs: nowMs - DAY_MS,
  };
}

if (import.meta.main) {
  const [directory, machines, programs, days] = Deno.args;
  if (directory === undefined) {
    console.error(
      "Usage: made_fleet.ts FLEET_DIRECTORY [MACHINES [PROGRAMS [DAYS,DAYS]]]",
    );
    Deno.exit(2);
  }
  const begunMs = performance.now();
  await makeFleet(directory, {
    ...(machines === undefined ? {} : { machines: Number(machines) }),
    ...(programs === undefined ? {} : { programs: Number(programs) }),
    ...(days === undefined ? {} : { listDays: days.split(",").map(Number) }),
  });
  const seconds = (performance.now() - begunMs) / 1_000;
  console.log(`made in ${seconds.toFixed(1)} s`);
}
