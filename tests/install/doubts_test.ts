/**
 * Faults that leave something open: a failure that cannot be recorded at once,
 * a change that cannot be undone at once, a commit of which nobody knows
 * whether it is on the medium.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { swiftDisk } from "./swift_disk.ts";
import { actOn, type Decide, settleByAsking } from "./fault_kit.ts";
import { withSwiftHouse } from "./house.ts";
import { PLAIN_SCENARIOS, rehearse, withoutPath } from "./scenarios.ts";
import { systemError, WatchedDisk } from "./watched_disk.ts";

for (const scenario of PLAIN_SCENARIOS) {
  Deno.test(`Installer records the failure of ${scenario.title} that it could not begin`, async () => {
    await withSwiftHouse(async (template) => {
      await scenario.prepare(template);
      let fails = 1;
      const decide: Decide = ({ kind, path }) =>
        kind === "write" && path.endsWith("/journal") && fails-- > 0
          ? { error: systemError("EROFS"), half: true }
          : null;
      await actOn(scenario, template, decide, ({ installer, result }) => {
        assertEquals(result.ok, false);
        assertEquals(installer.resultOf(9n, 1), result);
        return Promise.resolve();
      });
    });
  });

  Deno.test(`Installer that could not undo ${scenario.title} does so before the next order`, async () => {
    await withSwiftHouse(async (template) => {
      await scenario.prepare(template);
      const { before } = await rehearse(scenario, template);
      let isBroken = false;
      // From the change of the programs on, nothing works any more.
      const decide: Decide = ({ kind, path }) => {
        isBroken ||= kind === "sync directory" && path.includes("/programs");
        return isBroken ? { error: systemError("EIO") } : null;
      };
      await actOn(scenario, template, decide, async (room) => {
        const { house, installer, result, heal } = room;
        assertEquals(result.ok, false);
        assertEquals(installer.resultOf(9n, 1), null);
        heal();
        await settleByAsking(installer);
        assertEquals(installer.resultOf(9n, 1), result);
        assertEquals(house.snapshot(), before.snapshot);
      });
    });
  });

  Deno.test(`Installer that cannot know whether ${scenario.title} was committed undoes nothing`, async () => {
    await withSwiftHouse(async (template) => {
      await scenario.prepare(template);
      const { after, told } = await rehearse(scenario, template);
      const decide = commitUnsure();
      await actOn(scenario, template, decide, async ({ house, result }) => {
        assertEquals(result.ok, false);
        // The process ends here. Its commit record is in the file, after all.
        const again = house.copyTo(`${house.directory}-again`);
        const installer = await again.open(new WatchedDisk(swiftDisk()));
        const recorded = installer.resultOf(9n, 1);
        assertEquals(recorded && withoutPath(recorded), told);
        assertEquals(again.snapshot(), after.snapshot);
        await installer.close();
      });
    });
  });
}

/** The commit record is written, its sync fails, and it cannot be cut off. */
function commitUnsure(): Decide {
  let written = 0;
  return ({ kind, path }) => {
    if (!path.endsWith("/journal")) return null;
    if (kind === "write") written++;
    const fails = written >= 2 && (kind === "sync" || kind === "truncate");
    return fails ? { error: systemError("EIO") } : null;
  };
}
