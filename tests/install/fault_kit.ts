/**
 * Orders on a disk that fails: what the tests of faults and of doubts share,
 * and the two questions that every scenario is asked.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { swiftDisk } from "./swift_disk.ts";
import { type House, withSwiftHouse } from "./house.ts";
import {
  ownedBy,
  type Rehearsal,
  rehearse,
  type Scenario,
  withCopy,
} from "./scenarios.ts";
import {
  failAt,
  type Injection,
  type Operation,
  systemError,
  WatchedDisk,
} from "./watched_disk.ts";

/** What an operation of the disk meets; null lets it be. */
export type Decide = (operation: Operation) => Injection | null;

/** A good disk. */
export const nothing: Decide = () => null;

/** What there is after an order was done on a failing disk. */
export interface Aftermath {
  readonly house: House;
  readonly installer: Installer;
  /** What was told. */
  readonly result: Result;
  /** Makes the disk good again. */
  readonly heal: () => void;
}

/** Does the order on a disk that decides like this while it is done. */
export async function actOn(
  scenario: Scenario,
  template: House,
  decide: Decide,
  check: (aftermath: Aftermath) => Promise<void>,
): Promise<void> {
  await withCopy(template, async (house) => {
    let present = nothing;
    const disk = new WatchedDisk(
      swiftDisk(),
      (operation) => present(operation),
    );
    try {
      const installer = await house.open(disk);
      present = decide;
      const result = await scenario.act(house, installer);
      const heal = () => void (present = nothing);
      await check({ house, installer, result, heal });
    } finally {
      disk.bury();
    }
  });
}

/** Any order closes what the one before it could not tidy up. */
export async function settleByAsking(installer: Installer): Promise<void> {
  await installer.remove({
    order: 99n,
    attempt: 1,
    name: "absent",
    version: "*",
  });
}

const REASONS = {
  EIO: "system",
  ENOSPC: "disk",
  EACCES: "denied",
  EROFS: "denied",
} as const;

/** An error of the system that is injected. */
export type Code = keyof typeof REASONS;

/** How often something failed, for whoever reads the tests' output. */
export const faults = { once: 0, forGood: 0 };

/** What `faults` says, in a line. */
export function faultsTold(of: string): string {
  return `install: ${faults.once} single faults and ${faults.forGood} full ` +
    `disks in orders of ${of}; all told truly, and all mended`;
}

/**
 * Defines the tests of faults for each scenario; `codesFor` says which errors
 * the n-th operation meets, when it changes something.
 */
export function testFaults(
  scenarios: readonly Scenario[],
  codesFor: (n: number) => readonly Code[],
): void {
  for (const scenario of scenarios) {
    const { title, prepare } = scenario;
    Deno.test(`Installer whose disk fails once during ${title} tells the truth, I-05, I-22`, async () => {
      await withSwiftHouse(async (template) => {
        await prepare(template);
        const rehearsal = await rehearse(scenario, template);
        const { operations } = rehearsal;
        for (const [index, { changes, kind }] of operations.entries()) {
          // What only looks cannot fill a disk.
          for (const code of changes ? codesFor(index) : ["EIO"] as const) {
            const half = kind === "write" && code === "ENOSPC";
            const decide = failAt(index + 1, code, half);
            faults.once++;
            await actOn(scenario, template, decide, async (room) => {
              room.heal();
              await assertTrue(scenario, rehearsal, room, code);
              // The next order is the same after most of them.
              if (faults.once % 5 > 0) await goOnQuickly(rehearsal, room);
              else await goOn(scenario, rehearsal, room, index % 3 === 0);
            });
          }
        }
      });
    });

    Deno.test(`Installer whose disk is full for good during ${title} goes back without space, I-05, I-14`, async () => {
      await withSwiftHouse(async (template) => {
        await prepare(template);
        const rehearsal = await rehearse(scenario, template);
        for (const [index, operation] of rehearsal.operations.entries()) {
          if (!needsSpace(operation)) continue;
          const n = index + 1;
          faults.forGood++;
          await actOn(scenario, template, fullFrom(n), async (room) => {
            await assertTrue(scenario, rehearsal, room, "ENOSPC");
            room.heal();
            await goOn(scenario, rehearsal, room, n % 2 === 0);
          });
        }
      });
    });
  }
}

const NEED_SPACE = ["create", "write", "make directory", "symlink"];

/** The system's manager has a disk of its own. */
function needsSpace({ kind, path }: Operation): boolean {
  return NEED_SPACE.includes(kind) && !path.includes("manager.json");
}

/** Everything that needs space fails from the n-th operation on. */
function fullFrom(n: number): Decide {
  let count = 0;
  return (operation) =>
    ++count >= n && needsSpace(operation)
      ? { error: systemError("ENOSPC"), half: operation.kind === "write" }
      : null;
}

/** What is told must be what is there; a failure has the error's word. */
async function assertTrue(
  { fails }: Scenario,
  { before, after }: Rehearsal,
  { house, installer, result }: Aftermath,
  code: Code,
): Promise<void> {
  if (!result.ok) assert([REASONS[code], fails].includes(result.reason));
  // What failed twice may be undone later; until then it is not told as done.
  if (!result.ok && fails !== undefined && installer.resultOf(9n, 1) === null) {
    return;
  }
  const { working, owned } = result.ok ? after : before;
  assertEquals(house.working(), working);
  assertEquals(await ownedBy(installer), owned);
}

/** The disk is good again: any other order leaves it tidy. */
async function goOnQuickly(
  { before, after }: Rehearsal,
  { house, installer, result }: Aftermath,
): Promise<void> {
  await settleByAsking(installer);
  const { snapshot } = result.ok ? after : before;
  assertEquals(house.snapshot(), snapshot);
}

/** The disk is good again: the next attempt must end right, and tidily. */
async function goOn(
  scenario: Scenario,
  { before, after, told }: Rehearsal,
  { house, installer, result }: Aftermath,
  restart: boolean,
): Promise<void> {
  let present = installer;
  if (restart) {
    await installer.close();
    present = await house.open(new WatchedDisk(swiftDisk()));
    const { snapshot } = result.ok ? after : before;
    assertEquals(house.snapshot(), snapshot);
  }
  // An attempt whose result is recorded is not done again.
  const attempt = result.ok ? 1 : 2;
  const again = await scenario.act(house, present, attempt);
  assertEquals(again.ok, told.ok);
  await settleByAsking(present);
  assertEquals(house.snapshot(), after.snapshot);
  await present.close();
}
