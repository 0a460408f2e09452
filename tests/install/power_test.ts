/**
 * The power goes at every moment of every change: what no sync had covered is
 * lost, or only the contents are and the names are not, or all but the last of
 * it. Afterwards the machine holds old or new, no file is empty that should not
 * be, and an order whose result was told is done.
 *
 * @module
 */

import { assert } from "@std/assert";
import { swiftDisk } from "./swift_disk.ts";
import { assertOldOrNew, Graveyard, judge, kills } from "./crash_kit.ts";
import { House, withSwiftHouse } from "./house.ts";
import { LUCKS, PowerDisk } from "./power_disk.ts";
import { rehearse, type Scenario, SCENARIOS, withCopy } from "./scenarios.ts";

let cuts = 0;

for (const scenario of SCENARIOS) {
  Deno.test(`Installer whose power goes at any moment of ${scenario.title} holds old or new, I-03`, async () => {
    await withSwiftHouse(async (room) => {
      const template = new House(`${room.directory}/template`);
      await scenario.prepare(template);
      const rehearsal = await rehearse(scenario, template);
      const found = new Graveyard(room, "dark");
      const toldFrom = await cutPower(scenario, template, found);
      for (const [n, { house, moment }] of found.graves.entries()) {
        if (n % 8 === 0) await judge(scenario, rehearsal, house);
        else {
          const installer = await house.open(swiftDisk());
          const isDone = await assertOldOrNew(rehearsal, house, installer);
          assert(
            isDone || moment < toldFrom,
            "It was told as done, and is not",
          );
          await installer.close();
        }
      }
    });
  });
}

/** @returns from which moment on the result was on the medium. */
async function cutPower(
  scenario: Scenario,
  template: House,
  found: Graveyard,
): Promise<number> {
  return await withCopy(template, async (house) => {
    const power = new PowerDisk(swiftDisk());
    const installer = await house.open(power.disk);
    // What opening changed is on the medium.
    power.forget();
    const before = house.copyTo(`${house.directory}-before`);
    await scenario.act(house, installer);
    for (let moment = 0; moment <= power.length; moment++) {
      for (const luck of LUCKS) {
        cuts++;
        await withCopy(before, (dark) => {
          power.cut(
            moment,
            luck,
            (path) => path.replace(house.directory, dark.directory),
          );
          found.bury(dark, moment);
          return Promise.resolve();
        });
      }
    }
    power.disk.bury();
    return power.length;
  });
}

Deno.test("Installer's power cuts of every scenario are counted", () => {
  console.log(
    `install: ${cuts} power cuts; ${kills.states} different states, all old ` +
      "or new",
  );
});
