/**
 * What a store knows of the machines' lists, now and before: rules of the
 * suite.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import type { Store, Write } from "../../../lib/server/store/store.ts";
import { NOON_MS } from "../examples.ts";
import {
  ada,
  bob,
  listed,
  listRecord,
  put,
  putList,
  type Rule,
} from "./store_kit.ts";

const HOUR_MS = 3_600_000;
const EVERYTHING = { beforeMs: -1, listsMax: 1e6, linesMax: 1e6 };

const bash1 = listed("bash", "5.1");
const bash2 = listed("bash", "5.2");
const curl = listed("curl", "8.0");
const vim = listed("vim", "9.0");

/** A list that came so many hours after noon. */
function listAt(
  hours: number,
  programs: readonly ListedProgram[],
  machine = ada.id,
): Write[] {
  const atMs = NOON_MS + hours * HOUR_MS;
  return putList(machine, programs, { atMs, confirmedMs: atMs });
}

async function pruneAll(store: Store, retention: typeof EVERYTHING) {
  for (let pieces = 0; await store.prune(retention); pieces++) {
    assert(pieces < 1_000, "pruning must come to an end");
  }
}

async function namesAt(store: Store, hours: number | null): Promise<string[]> {
  const atMs = hours === null ? null : NOON_MS + hours * HOUR_MS;
  const programs = await store.listedPrograms(ada.id, atMs);
  return programs.map(({ name, version }) => `${name} ${version}`);
}

async function hoursOf(store: Store): Promise<number[]> {
  return (await store.listDates(ada.id))
    .map(({ atMs }) => (atMs - NOON_MS) / HOUR_MS);
}

export const HISTORY_RULES: Record<string, Rule> = {
  async "keeps everything that a list says of a program"(store, reopen) {
    const whole = {
      ...{ ...bash2, architecture: "amd64", supplier: "The GNU project" },
      ...{ licence: "GPL-3.0-or-later", sourcePackage: "bash-src" },
      ...{ sourceVersion: "5.2-1", installedAtS: 1_700_000_000 },
      sizeBytes: 7_000_000_000,
    };
    const bare = { ...listed("odd", ""), purl: "pkg:generic/odd" };
    await store.commit([put(ada), ...putList(ada.id, [bare, whole])]);
    const again = await reopen();
    assertEquals(await again.listedPrograms(ada.id, null), [whole, bare]);
    const list = listRecord(ada.id, { programs: 2 });
    assertEquals(await again.lists(), [list]);
    assertEquals(await again.listAt(ada.id, null), list);
  },

  async "tells a machine's list as it was at a date"(store, reopen) {
    await store.commit([put(ada), put(bob), ...listAt(0, [bash1, curl])]);
    await store.commit(listAt(1, [bash2, curl]));
    await store.commit(listAt(0, [vim], bob.id));
    await store.commit(listAt(2, [bash1, vim]));
    const again = await reopen();
    assertEquals(await namesAt(again, -1), []);
    assertEquals(await namesAt(again, 0), ["bash 5.1", "curl 8.0"]);
    assertEquals(await namesAt(again, 0.5), ["bash 5.1", "curl 8.0"]);
    assertEquals(await namesAt(again, 1), ["bash 5.2", "curl 8.0"]);
    assertEquals(await namesAt(again, 1.9), ["bash 5.2", "curl 8.0"]);
    assertEquals(await namesAt(again, 2), ["bash 5.1", "vim 9.0"]);
    assertEquals(await namesAt(again, null), ["bash 5.1", "vim 9.0"]);
    assertEquals(await hoursOf(again), [2, 1, 0]);
    assertEquals(await again.listAt(ada.id, NOON_MS - 1), null);
    const second = await again.listAt(ada.id, NOON_MS + 1.5 * HOUR_MS);
    assertEquals(second?.atMs, NOON_MS + HOUR_MS);
    assertEquals((await again.lists()).length, 2);
  },

  async "gives the lists of one machine growing dates, N-03"(store) {
    await store.commit([put(ada), ...listAt(2, [bash1])]);
    // The clock went back by two hours.
    await store.commit(listAt(0, [bash2]));
    await store.commit(listAt(0, []));
    const dates = (await store.listDates(ada.id)).map(({ atMs }) => atMs);
    const two = NOON_MS + 2 * HOUR_MS;
    assertEquals(dates, [two + 2, two + 1, two]);
    assertEquals(await namesAt(store, 2), ["bash 5.1"]);
    assertEquals(await namesAt(store, null), []);
    const newest = await store.listAt(ada.id, null);
    assertEquals(newest?.confirmedMs, two + 2);
  },

  async "shows no list before it is whole, S-17"(store, reopen) {
    const part: Write = {
      kind: "list part",
      machine: ada.id,
      programs: [vim],
    };
    await store.commit([put(ada), ...listAt(0, [bash1])]);
    await store.commit([part]);
    assertEquals(await namesAt(store, null), ["bash 5.1"]);
    assertEquals(await store.programsNamed("vim"), []);
    await store.commit([{ kind: "list dropped", machine: ada.id }]);
    await store.commit(listAt(1, [curl]));
    assertEquals(await namesAt(store, null), ["curl 8.0"]);
    // What a server that ended has put aside is no part of the next list.
    await store.commit([part]);
    const again = await reopen();
    assertEquals(await namesAt(again, null), ["curl 8.0"]);
    await again.commit(listAt(2, [bash2]));
    assertEquals(await namesAt(again, null), ["bash 5.2"]);
  },

  async "takes the parts of several machines at once"(store) {
    const part = (machine: string, programs: ListedProgram[]): Write => ({
      ...{ kind: "list part", machine, programs },
    });
    await store.commit([put(ada), put(bob), part(ada.id, [bash1])]);
    await store.commit([part(bob.id, [bash1, vim]), part(ada.id, [curl])]);
    await store.commit([{ kind: "list", list: listRecord(ada.id) }]);
    assertEquals(await namesAt(store, null), ["bash 5.1", "curl 8.0"]);
    assertEquals(await store.listedPrograms(bob.id, null), []);
    await store.commit([{ kind: "list", list: listRecord(bob.id) }]);
    assertEquals(await store.listedPrograms(bob.id, null), [bash1, vim]);
  },

  async "refuses a list of a machine it does not know"(store) {
    await assertRejects(() => store.commit(putList(ada.id, [bash1])));
    await assertRejects(() => store.commit(putList(ada.id, [])));
    assertEquals(await store.lists(), []);
  },

  async "notes that a list still holds"(store, reopen) {
    await store.commit([put(ada), ...listAt(0, [bash1]), ...listAt(1, [])]);
    const confirm = (atMs: number): Write => ({
      ...{ kind: "list confirmed", machine: ada.id, atMs },
    });
    await store.commit([confirm(NOON_MS + 3 * HOUR_MS), confirm(0)]);
    const dates = await (await reopen()).listDates(ada.id);
    assertEquals(
      dates.map(({ confirmedMs }) => (confirmedMs - NOON_MS) / HOUR_MS),
      [3, 0],
    );
  },

  async "knows that a program was installed again"(store) {
    const then = { ...bash1, installedAtS: 1_000 };
    const again = { ...bash1, installedAtS: 2_000 };
    await store.commit([put(ada), ...listAt(0, [then, curl])]);
    await store.commit(listAt(1, [again, curl]));
    assertEquals(await store.listedPrograms(ada.id, NOON_MS), [then, curl]);
    assertEquals(await store.listedPrograms(ada.id, null), [again, curl]);
  },

  async "forgets lists that were replaced long ago"(store, reopen) {
    await store.commit([put(ada), put(bob), ...listAt(0, [bash1, curl])]);
    await store.commit(listAt(1, [bash2, curl]));
    await store.commit(listAt(2, [bash2, vim]));
    const beforeMs = NOON_MS + 1.5 * HOUR_MS;
    await pruneAll(store, { ...EVERYTHING, beforeMs });
    const again = await reopen();
    // What held at that moment can still be told.
    assertEquals(await hoursOf(again), [2, 1]);
    assertEquals(await namesAt(again, 0.5), []);
    assertEquals(await namesAt(again, 1.6), ["bash 5.2", "curl 8.0"]);
    assertEquals(await namesAt(again, null), ["bash 5.2", "vim 9.0"]);
  },

  async "never forgets what is now, however old"(store) {
    await store.commit([put(ada), ...listAt(0, [bash1]), ...listAt(1, [vim])]);
    const nothing = { beforeMs: NOON_MS * 2, listsMax: 0, linesMax: 0 };
    await pruneAll(store, nothing);
    assertEquals(await hoursOf(store), [1]);
    assertEquals(await namesAt(store, null), ["vim 9.0"]);
    assertEquals(await namesAt(store, 0), []);
    await pruneAll(store, nothing);
    await store.commit(listAt(2, [vim, curl]));
    assertEquals(await namesAt(store, 1), ["vim 9.0"]);
  },

  async "keeps so many past lists of a machine, the newest"(store) {
    await store.commit([put(ada)]);
    for (let hour = 0; hour < 6; hour++) {
      await store.commit(listAt(hour, [listed("bash", String(hour))]));
    }
    await pruneAll(store, { ...EVERYTHING, listsMax: 3 });
    assertEquals(await hoursOf(store), [5, 4, 3, 2]);
    assertEquals(await namesAt(store, 2), ["bash 2"]);
    assertEquals(await namesAt(store, 1), []);
  },

  async "keeps so many past lines of a machine"(store) {
    await store.commit([put(ada)]);
    for (let hour = 0; hour < 6; hour++) {
      const version = String(hour);
      await store.commit(
        listAt(hour, [listed("bash", version), listed("curl", version)]),
      );
    }
    // The lists of hours 4 and 3 have two lines each that are past.
    await pruneAll(store, { ...EVERYTHING, linesMax: 5 });
    assertEquals(await hoursOf(store), [5, 4, 3]);
    assertEquals(await namesAt(store, 3), ["bash 3", "curl 3"]);
    await pruneAll(store, { ...EVERYTHING, linesMax: 4 });
    assertEquals(await hoursOf(store), [5, 4, 3]);
  },

  async "tells one moment through a snapshot, whatever comes"(store) {
    await store.commit([put(ada), put(bob), ...listAt(0, [bash1, curl])]);
    const snapshot = await store.snapshot();
    await store.commit([...listAt(1, [vim]), ...listAt(1, [vim], bob.id)]);
    const nothing = { beforeMs: NOON_MS * 2, listsMax: 0, linesMax: 0 };
    await pruneAll(store, nothing);
    assertEquals([...snapshot.lists.keys()], [ada.id]);
    assertEquals(snapshot.lists.get(ada.id)?.programs, 2);
    const held = await snapshot.held(ada.id);
    const programs = await snapshot.programs(held.map(({ number }) => number));
    const byNumber = new Map(
      programs.map(({ number, program }) => [number, program]),
    );
    assertEquals(held.map(({ number }) => byNumber.get(number)), [bash1, curl]);
    assertEquals(await snapshot.held(bob.id), []);
    snapshot.close();
    snapshot.close();
    await pruneAll(store, nothing);
    assertEquals(await hoursOf(store), [1]);
  },

  async "finds programs by name, whatever the case, and their holders"(store) {
    const dated = { ...bash1, installedAtS: 5 };
    const upper = listed("BASH", "5.2");
    await store.commit([put(ada), put(bob), ...listAt(0, [dated, vim])]);
    await store.commit([
      ...listAt(0, [upper, bash1], bob.id),
      ...listAt(1, [dated, curl]),
    ]);
    const found = await store.programsNamed("Bash");
    assertEquals(found.map(({ program }) => program), [bash1, upper]);
    const [lower = 0, higher = 0] = found.map(({ number }) => number);
    assertEquals(await store.holders([higher, lower, 999]), [
      { number: lower, machine: ada.id, installedAtS: 5 },
      { number: lower, machine: bob.id, installedAtS: null },
      { number: higher, machine: bob.id, installedAtS: null },
    ]);
    // It is history only.
    assertEquals(await store.programsNamed("vim"), []);
    assertEquals(await store.programNames("", 2), ["BASH", "bash"]);
    assertEquals(await store.programNames("bash", 9), ["curl", "vim"]);
  },

  async "tells the fleet's programs once, in pages"(store) {
    const sold = { ...bob, status: "revoked" as const };
    await store.commit([put(ada), put(bob), ...listAt(0, [bash1, vim])]);
    await store.commit(listAt(0, [bash1, curl], bob.id));
    const all = async () => {
      const told: string[] = [];
      for (let after: number | null = 0; after !== null;) {
        const { programs, next } = await store.fleetPrograms(after, 2);
        for (const { program, machines } of programs) {
          told.push(`${program.name} ${machines}`);
        }
        after = next;
      }
      return told.sort();
    };
    assertEquals(await all(), ["bash 2", "curl 1", "vim 1"]);
    await store.commit([put(sold)]);
    assertEquals(await all(), ["bash 1", "vim 1"]);
  },
};
