/**
 * The disk fails at every operation of every change, once or for good. The
 * order then fails with the word for that error and the machine is as before,
 * or it is done and the machine is as ordered; and the next order goes well.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { failureOf } from "../../lib/install/result.ts";
import { DISK } from "../ieo/samples.ts";
import {
  actOn,
  type Aftermath,
  type Decide,
  nothing,
  operationsOf,
  settleByAsking,
} from "./fault_kit.ts";
import { type House, VERSION_OF, withSwiftHouse } from "./house.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";
import { failAt, stopAt, systemError, WatchedDisk } from "./watched_disk.ts";

const REASONS = {
  EIO: "system",
  ENOSPC: "disk",
  EACCES: "denied",
  EROFS: "denied",
} as const;
type Code = keyof typeof REASONS;

const TURNS = ["ENOSPC", "EACCES", "EROFS"] as const;

/**
 * Which errors an operation meets. What only looks cannot fill a disk; and the
 * errors of writing, which differ only in their word, take turns.
 */
function codesFor(index: number, changes: boolean): readonly Code[] {
  const turn = TURNS[index % TURNS.length] ?? "ENOSPC";
  return changes ? ["EIO", turn] : ["EIO"];
}

/** What is told must be what is there; a failure has the error's word. */
async function assertTrue(
  scenario: Scenario,
  { house, installer, result }: Aftermath,
  code: Code,
): Promise<void> {
  if (!result.ok) assertEquals(result.reason, REASONS[code]);
  const expected = result.ok ? scenario.after : scenario.before;
  assertEquals(house.working(), expected);
  for (const version of ["1.0", "2.0"]) {
    const owns = await installer.owns("tool", version);
    assertEquals(owns, version === VERSION_OF[expected]);
  }
}

for (const scenario of SCENARIOS) {
  const { title, prepare } = scenario;
  Deno.test(`Installer whose disk fails once during ${title} tells the truth, I-05`, async () => {
    await withSwiftHouse(async (template) => {
      await prepare(template);
      const operations = await operationsOf(scenario, template);
      for (const [index, { changes, kind }] of operations.entries()) {
        for (const code of codesFor(index, changes)) {
          const half = kind === "write" && code === "ENOSPC";
          const decide = failAt(index + 1, code, half);
          await actOn(scenario, template, decide, async (room) => {
            room.heal();
            await assertTrue(scenario, room, code);
            await goOn(scenario, room, index % 2 === 0);
          });
        }
      }
    });
  });

  Deno.test(`Installer whose disk is full for good during ${title} goes back without space, I-05, I-14`, async () => {
    await withSwiftHouse(async (template) => {
      await prepare(template);
      const operations = await operationsOf(scenario, template);
      for (const [index, { kind }] of operations.entries()) {
        if (!NEED_SPACE.includes(kind)) continue;
        const n = index + 1;
        await actOn(scenario, template, fullFrom(n), async (room) => {
          await assertTrue(scenario, room, "ENOSPC");
          room.heal();
          await goOn(scenario, room, n % 2 === 0);
        });
      }
    });
  });
}

const NEED_SPACE = ["create", "write", "make directory", "symlink"];

/** Everything that needs space fails from the n-th operation on. */
function fullFrom(n: number): Decide {
  let count = 0;
  return ({ kind }) =>
    ++count >= n && NEED_SPACE.includes(kind)
      ? { error: systemError("ENOSPC"), half: kind === "write" }
      : null;
}

/** The disk is good again: the next attempt must end right, and tidily. */
async function goOn(
  scenario: Scenario,
  { house, installer, result }: Aftermath,
  restart: boolean,
): Promise<void> {
  let present = installer;
  if (restart) {
    await installer.close();
    present = await house.open(new WatchedDisk(DISK));
    assertEquals(
      house.soleHolding(),
      result.ok ? scenario.after : scenario.before,
    );
  }
  // An attempt whose result is recorded is not done again.
  const attempt = result.ok ? 1 : 2;
  assertEquals(await scenario.act(house, present, attempt), { ok: true });
  await settleByAsking(present);
  assertEquals(house.soleHolding(), scenario.after);
  await present.close();
}

Deno.test("Installer.open on a disk that fails once can be repeated, I-02, I-05", async () => {
  const [, update] = SCENARIOS;
  if (update === undefined) throw new Error("There is no update");
  await withSwiftHouse(async (template) => {
    await update.prepare(template);
    const operations = await operationsOf(update, template);
    const changes = operations.filter((operation) => operation.changes);
    const switched = changes.findLastIndex(({ kind, path }) =>
      kind === "rename" && path.endsWith("/current")
    );
    // Before the switch, after it, and after the commit.
    for (const crashAt of [switched, switched + 2, switched + 5]) {
      await withSwiftHouse(async ({ directory }) => {
        const crashed = template.copyTo(`${directory}/crashed`);
        await crash(update, crashed, crashAt);
        for (let n = 1; n < 100; n++) {
          const house = crashed.copyTo(`${directory}/${n}`);
          const disk = new WatchedDisk(DISK, failAt(n, "EIO"));
          await house.open(disk).then((opened) => opened.close(), () => {});
          disk.bury();
          const again = await house.open(new WatchedDisk(DISK));
          const holding = house.soleHolding();
          assertEquals(holding, crashAt === switched + 5 ? "V2" : "V1");
          await again.close();
          if (disk.operations.length < n) return;
        }
        throw new Error("Opening takes more operations than can be");
      });
    }
  });
});

async function crash(
  scenario: Scenario,
  house: House,
  n: number,
): Promise<void> {
  let decide = nothing;
  const disk = new WatchedDisk(DISK, (operation) => decide(operation));
  const installer = await house.open(disk);
  decide = stopAt(n);
  await scenario.act(house, installer).catch(() => {});
  disk.bury();
}

Deno.test("failureOf names the errors of the real disk", async () => {
  const full = await DISK.open("/dev/full", { write: true });
  const cases = [
    [() => full.write(new Uint8Array(1)), "disk"],
    [() => DISK.makeDirectory("/sys/kernel/flottille"), "denied"],
    [() => DISK.makeDirectory(`/tmp/${"x".repeat(300)}`), "system"],
  ] as const;
  for (const [act, reason] of cases) {
    const error = await act().then(() => null, (error: unknown) => error);
    assertEquals(failureOf(error, "Cannot try").reason, reason);
  }
  full.close();
  const told = new Error("Cannot sync: sync: error: No space left on device");
  assertEquals(failureOf(told, "Cannot try").reason, "disk");
});
