/**
 * Killing the agent: before every change that an order makes to the disk and in
 * the middle of every write; and then at every change that the recovery from
 * that makes. Afterwards a good disk must show the old version or the new one,
 * whole, alone, and truthfully told.
 *
 * A killed process leaves what was done until then, and that can be had without
 * killing it: the house is copied, as it stands, before each change. The copy
 * is what a new process finds. Copies that are alike to the last byte are
 * judged once: many kills lead to the same state, before and after a sync for
 * example. (`scripts/test_crash.ts` kills real agents.)
 *
 * @module
 */

import { assert, assertEquals, equal } from "@std/assert";
import { treeOf } from "../ieo/samples.ts";
import { swiftDisk } from "./swift_disk.ts";
import { House, withSwiftHouse } from "./house.ts";
import {
  ownedBy,
  type Rehearsal,
  rehearse,
  type Scenario,
  withCopy,
  withoutPath,
} from "./scenarios.ts";
import { type Operation, WatchedDisk } from "./watched_disk.ts";

/** How often the agent was killed, and how many states that made. */
export const kills = { inOrders: 0, inRecoveries: 0, states: 0 };

/** What `kills` says, in a line. */
export function killsTold(of: string): string {
  const { inOrders, inRecoveries, states } = kills;
  return `install: ${inOrders} kills in orders and ${inRecoveries} in ` +
    `recoveries, of ${of}; ${states} different states, all old or new`;
}

/** Defines the tests of killing for each scenario. */
export function testKills(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) {
    Deno.test(`Installer killed at every change of ${scenario.title}, and of recovering from that, holds old or new, I-01, I-02, I-11, I-15`, async () => {
      await withSwiftHouse(async (room) => {
        const template = new House(`${room.directory}/template`);
        await scenario.prepare(template);
        const rehearsal = await rehearse(scenario, template);
        const killed = await killInOrder(scenario, room, template);
        assert(killed.length > 5);
        for (const house of killed) {
          await withCopy(house, (copy) => judge(scenario, rehearsal, copy));
        }
        await killInRecoveries(scenario, rehearsal, room, killed);
      });
    });
  }
}

/** The houses that are left when the order is killed at each of its changes. */
async function killInOrder(
  scenario: Scenario,
  room: House,
  template: House,
): Promise<House[]> {
  const killed = new Graveyard(room, "order");
  await withCopy(template, async (house) => {
    const disk = new WatchedDisk(swiftDisk());
    const installer = await house.open(disk);
    disk.observe((operation) => {
      if (!operation.changes) return;
      kills.inOrders++;
      if (isTelling(operation)) killed.bury(house);
    });
    await scenario.act(house, installer);
    disk.bury();
  });
  return killed.houses;
}

/** Kills each recovery at each of its changes. */
async function killInRecoveries(
  scenario: Scenario,
  rehearsal: Rehearsal,
  room: House,
  crashed: readonly House[],
): Promise<void> {
  const killed = new Graveyard(room, "recovery");
  for (const house of crashed) {
    const first = killed.houses.length;
    await withCopy(house, async (copy) => {
      const disk = new WatchedDisk(swiftDisk());
      disk.observe((operation) => {
        if (!operation.changes) return;
        kills.inRecoveries++;
        killed.bury(copy);
      });
      await copy.open(disk);
      disk.bury();
    });
    for (const [n, found] of killed.houses.slice(first).entries()) {
      if (n % 4 === 0) await judge(scenario, rehearsal, found);
      else await judgeQuickly(rehearsal, found);
    }
  }
}

/**
 * How far a file was unpacked makes no difference to a recovery: of a staged
 * tree the first changes stand for all.
 */
function isTelling({ kind, path }: Operation): boolean {
  return !/\.staging\/[^/]+\/.+\//.test(path) || kind === "rename";
}

/** Copies of houses in which the agent was killed, each state once. */
export class Graveyard {
  readonly graves: { readonly house: House; readonly moment: number }[] = [];
  readonly #states = new Set<string>();
  readonly #place: string;

  constructor(room: House, name: string) {
    this.#place = `${room.directory}/${name}`;
  }

  get houses(): House[] {
    return this.graves.map(({ house }) => house);
  }

  bury(house: House, moment = 0): void {
    const state = JSON.stringify(treeOf(house.directory))
      .replaceAll(house.directory, "");
    if (this.#states.has(state)) return;
    this.#states.add(state);
    kills.states++;
    const copy = house.copyTo(`${this.#place}-${this.graves.length}`);
    this.graves.push({ house: copy, moment });
  }
}

/** Opens the installer on a good disk, and asks everything of it. */
export async function judge(
  scenario: Scenario,
  rehearsal: Rehearsal,
  house: House,
): Promise<void> {
  const { after, told } = rehearsal;
  const installer = await house.open(new WatchedDisk(swiftDisk()));
  const isDone = await assertOldOrNew(rehearsal, house, installer);
  // The result was on the medium: then the change must be too.
  const recorded = installer.resultOf(9n, 1);
  if (recorded !== null) {
    assertEquals(withoutPath(recorded), told);
    assert(isDone);
  }
  // The server asks again: the order ends right, whatever was done of it.
  const again = await scenario.act(house, installer);
  assertEquals(withoutPath(again), told);
  assertEquals(house.snapshot(), after.snapshot);
  await installer.close();
}

/** @returns whether it is as the order wants it. */
export async function assertOldOrNew(
  { before, after }: Rehearsal,
  house: House,
  installer: Parameters<typeof ownedBy>[0],
): Promise<boolean> {
  assert(installer.recovered?.row.verdict !== "leave");
  const found = house.snapshot();
  const isDone = equal(found, after.snapshot);
  if (!isDone) assertEquals(found, before.snapshot);
  const { owned } = isDone ? after : before;
  assertEquals(await ownedBy(installer), owned);
  return isDone;
}

/** As `judge`, without doing the order again. */
async function judgeQuickly(
  rehearsal: Rehearsal,
  house: House,
): Promise<void> {
  const installer = await house.open(new WatchedDisk(swiftDisk()));
  await assertOldOrNew(rehearsal, house, installer);
  await installer.close();
}
