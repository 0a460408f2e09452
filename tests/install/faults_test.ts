/**
 * The disk fails at every operation of every change of a plain program, with
 * every error, once or for good. The order then fails with the word for that
 * error and the machine is as before, or it is done and the machine is as
 * ordered; and the next order goes well.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { failureOf } from "../../lib/install/result.ts";
import { DISK } from "../ieo/samples.ts";
import { swiftDisk } from "./swift_disk.ts";
import { faultsTold, nothing, testFaults } from "./fault_kit.ts";
import { type House, withSwiftHouse } from "./house.ts";
import { PLAIN_SCENARIOS, rehearse, type Scenario } from "./scenarios.ts";
import { failAt, stopAt, WatchedDisk } from "./watched_disk.ts";

testFaults(PLAIN_SCENARIOS, () => ["EIO", "ENOSPC", "EACCES", "EROFS"]);

Deno.test("faultsTold counts the faults with plain programs", () => {
  console.log(faultsTold("plain programs"));
});

Deno.test("Installer.open on a disk that fails once can be repeated, I-02, I-05", async () => {
  const [, update] = PLAIN_SCENARIOS;
  if (update === undefined) throw new Error("There is no update");
  await withSwiftHouse(async (template) => {
    await update.prepare(template);
    const { changes } = await rehearse(update, template);
    const switched = changes.findLastIndex(({ kind, path }) =>
      kind === "rename" && path.endsWith("/current")
    );
    const committed = changes.findLastIndex(({ kind, path }) =>
      kind === "sync" && path.endsWith("/journal")
    );
    // Before the switch, after it, and after the commit.
    for (const crashAt of [switched, switched + 2, committed]) {
      await withSwiftHouse(async ({ directory }) => {
        const crashed = template.copyTo(`${directory}/crashed`);
        await crash(update, crashed, crashAt);
        for (let n = 1; n < 100; n++) {
          const house = crashed.copyTo(`${directory}/${n}`);
          const disk = new WatchedDisk(swiftDisk(), failAt(n, "EIO"));
          await house.open(disk).then((opened) => opened.close(), () => {});
          disk.bury();
          const again = await house.open(new WatchedDisk(swiftDisk()));
          const holds = crashAt === committed ? "V2, V1 kept" : "V1";
          assertEquals(house.holds(), holds);
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
  const disk = new WatchedDisk(swiftDisk(), (operation) => decide(operation));
  const installer = await house.open(disk);
  decide = stopAt(n);
  await scenario.act(house, installer).catch(() => {});
  disk.bury();
}

Deno.test("failureOf names the errors of the real disk, I-22", async () => {
  const full = await DISK.open("/dev/full", { write: true });
  const cases = [
    [() => full.write(new Uint8Array(1)), "disk"],
    [() => DISK.makeDirectory("/sys/kernel/flottille"), "denied"],
    [() => DISK.makeDirectory(`/dev/shm/${"x".repeat(300)}`), "system"],
  ] as const;
  for (const [act, reason] of cases) {
    const error = await act().then(() => null, (error: unknown) => error);
    assertEquals(failureOf(error, "Cannot try").reason, reason);
  }
  full.close();
  const told = new Error("Cannot sync: sync: error: No space left on device");
  assertEquals(failureOf(told, "Cannot try").reason, "disk");
});
