/** `doctor --repair` as a person types it. */

import { assert, assertEquals } from "@std/assert";
import { lossesOf, shownLoss } from "../../../lib/cli/doctor/losses.ts";
import { runServerCommand } from "../fake_server.ts";
import { withFleet } from "../fleet_directory.ts";

Deno.test("doctor --repair leaves a store alone that is whole", () =>
  withFleet(async (directory, config) => {
    const args = ["doctor", "--repair", "--yes", "--config", config];
    const { code, stdout } = await runServerCommand(args);
    assertEquals(code, 0);
    const data = [...Deno.readDirSync(`${directory}/data`)].map((e) => e.name);
    assertEquals(data.sort(), ["flottille.db", "lists", "packages"]);
    assertEquals(stdout, "The store is whole: there is nothing to repair\n");
  }));

Deno.test("doctor --repair makes no empty store in the place of a missing one, B-03", () =>
  withFleet(async (directory, config) => {
    await Deno.remove(`${directory}/data/flottille.db`);
    const args = ["doctor", "--repair", "--yes", "--config", config];
    const { code, stderr } = await runServerCommand(args);
    assertEquals(code, 1);
    assert(stderr.includes("There is nothing to save"), stderr);
    const left = [...Deno.readDirSync(`${directory}/data`)].map((e) => e.name);
    assertEquals(left.sort(), ["lists", "packages"]);
  }));

Deno.test("doctor --yes is refused without --repair", async () => {
  const { code, stderr } = await runServerCommand(["doctor", "--yes"]);
  assertEquals(code, 2);
  assert(stderr.includes("--yes is for --repair"), stderr);
});

Deno.test("lossesOf says what each hole means, and nothing where there is none", () => {
  const losses = lossesOf(
    new Map([
      ["machines", { taken: 12, lost: 3 }],
      ["orders", { taken: 7, lost: 0 }],
      ["tasks", { taken: 7, lost: null }],
    ]),
  );
  const by = new Map(losses.map((loss) => [loss.what, loss]));
  const shown = (what: string) => {
    const loss = by.get(what);
    return loss === undefined ? "" : shownLoss(loss);
  };
  assertEquals(shown("machines"), "12 kept, lines lost: 3 at most");
  assert(by.get("machines")?.means.includes("joins again"));
  assertEquals(shown("orders"), "7 kept, some lost: how many, nobody can tell");
  assertEquals(by.get("tags")?.means, "");
});
