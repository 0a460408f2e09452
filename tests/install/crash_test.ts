/**
 * The agent is killed at every change it makes to the disk, before it and in
 * the middle of every write, in every change of a program; and again at every
 * change that the recovery makes. Afterwards a good disk must show the old
 * version or the new one, whole, alone, and truthfully told.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Installer } from "../../lib/install/installer.ts";
import { DISK } from "../ieo/samples.ts";
import {
  type Holding,
  type House,
  VERSION_OF,
  withSwiftHouse,
} from "./house.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";
import { type Operation, stopAt, WatchedDisk } from "./watched_disk.ts";

/** A disk that is buried at the end, as the process would be. */
async function withDisk(
  disk: WatchedDisk,
  use: (disk: WatchedDisk) => Promise<unknown>,
): Promise<void> {
  try {
    await use(disk);
  } catch {
    // The end of that world. What counts is what the next one finds.
  } finally {
    disk.bury();
  }
}

/** The changes that the order makes when nothing stops it. */
async function changesOf(
  scenario: Scenario,
  template: House,
): Promise<Operation[]> {
  return await withCopy(template, async (house) => {
    const disk = new WatchedDisk(DISK);
    const installer = await house.open(disk);
    const before = disk.operations.length;
    assertEquals(await scenario.act(house, installer), { ok: true });
    const made = disk.operations.slice(before);
    await installer.close();
    assertEquals(house.soleHolding(), scenario.after);
    return made.filter(({ changes }) => changes);
  });
}

async function withCopy<T>(
  template: House,
  use: (house: House) => Promise<T>,
): Promise<T> {
  return await withSwiftHouse(async ({ directory }) =>
    await use(template.copyTo(`${directory}/copy`))
  );
}

/** Runs the order in a world that stops at the n-th change of the order. */
async function crash(
  scenario: Scenario,
  house: House,
  n: number,
  half: boolean,
): Promise<void> {
  let decide = stopAt(Infinity);
  const disk = new WatchedDisk(DISK, (operation) => decide(operation));
  await withDisk(disk, async () => {
    const installer = await house.open(disk);
    decide = stopAt(n, half);
    await scenario.act(house, installer);
  });
}

/** Opens the installer on a good disk, and asks everything of it. */
async function judge(scenario: Scenario, house: House): Promise<void> {
  const installer = await house.open(new WatchedDisk(DISK));
  const holding = await assertOldOrNew(scenario, house, installer);
  const told = installer.resultOf(9n, 1);
  if (told !== null) {
    // The result was on the medium: then the change must be too.
    assertEquals(told, { ok: true });
    assertEquals(holding, scenario.after);
  }
  // The server asks again: the order ends right, whatever was done of it.
  assertEquals(await scenario.act(house, installer), { ok: true });
  assertEquals(house.soleHolding(), scenario.after);
  await installer.close();
}

async function assertOldOrNew(
  scenario: Scenario,
  house: House,
  installer: Installer,
): Promise<Holding> {
  const holding = house.soleHolding();
  assert(
    holding === scenario.before || holding === scenario.after,
    `It holds ${holding}`,
  );
  for (const version of ["1.0", "2.0"]) {
    const owns = await installer.owns("tool", version);
    assertEquals(owns, version === VERSION_OF[holding]);
  }
  return holding;
}

for (const scenario of SCENARIOS) {
  const { title, prepare } = scenario;
  Deno.test(`Installer killed at every change of ${title} holds old or new, I-01, I-15`, async () => {
    await withSwiftHouse(async (template) => {
      await prepare(template);
      const changes = await changesOf(scenario, template);
      assert(changes.length > 5);
      for (let n = 1; n <= changes.length; n++) {
        for (const half of [false, true]) {
          await withCopy(template, async (house) => {
            await crash(scenario, house, n, half);
            await judge(scenario, house);
          });
        }
      }
    });
  });

  Deno.test(`Installer killed at every change of recovering from ${title} holds old or new, I-02`, async () => {
    await withSwiftHouse(async (template) => {
      await prepare(template);
      const changes = await changesOf(scenario, template);
      for (const [index, change] of changes.entries()) {
        if (!isTelling(change)) continue;
        await withCopy(template, async (crashed) => {
          await crash(scenario, crashed, index + 1, false);
          await crashRecovery(scenario, crashed);
        });
      }
    });
  });
}

/** How far a file was unpacked makes no difference to a recovery. */
function isTelling({ kind, path }: Operation): boolean {
  return !path.includes("/.staging/") || kind === "sync tree" ||
    kind === "rename";
}

/** Kills the recovery at each of its changes, until it makes no more. */
async function crashRecovery(
  scenario: Scenario,
  crashed: House,
): Promise<void> {
  for (let n = 1; n < 100; n++) {
    const isThrough = await withCopy(crashed, async (house) => {
      let opened = false;
      const disk = new WatchedDisk(DISK, stopAt(n, n % 2 === 0));
      await withDisk(disk, async () => {
        await house.open(disk);
        opened = true;
      });
      if (n % 3 === 0) await judge(scenario, house);
      else await judgeQuickly(scenario, house);
      return opened;
    });
    if (isThrough) return;
  }
  throw new Error("The recovery makes more changes than can be");
}

/** As `judge`, without doing the order again. */
async function judgeQuickly(scenario: Scenario, house: House): Promise<void> {
  const installer = await house.open(new WatchedDisk(DISK));
  await assertOldOrNew(scenario, house, installer);
  await installer.close();
}
