/**
 * When hooks are run, what they are told, and what their failing does. How a
 * hook is run is tested with `hooks.ts`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  assertRefused,
  done,
  type House,
  removal,
  withHouse,
  withInstaller,
} from "./house.ts";
import { LAST_LINE } from "./fake_machine.ts";
import { type HookEnd, withHooks } from "./packages.ts";

const ALL = {
  preinstall: "ok",
  postinstall: "ok",
  check: "ok",
  preremove: "ok",
  postremove: "ok",
} as const;

/** The hooks that ran, and where: in the staged, the placed, the taken tree. */
function seenIn({ processes, root }: House): string[] {
  return processes.seen.map(({ hook, step, version, previous, directory }) => {
    const place = directory.slice(root.length + 1)
      .replace(/^\.(staging|trash)\/.*/, "$1");
    return `${step} ${previous || "-"} ${version}: ${hook} in ${place}`;
  });
}

Deno.test("Installer runs hooks in their order, in their own version's tree", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, withHooks("1.0", ALL), 1n);
    await house.install(installer, withHooks("2.0", ALL), 2n);
    await installer.remove(removal(3n));
    assertEquals(seenIn(house), [
      "install - 1.0: preinstall in staging",
      "install - 1.0: postinstall in tool/1.0",
      "install - 1.0: check in tool/1.0",
      "update 1.0 2.0: preinstall in staging",
      "update 1.0 2.0: postinstall in tool/2.0",
      "update 1.0 2.0: check in tool/2.0",
      "remove - 2.0: preremove in tool/2.0",
      "remove - 2.0: postremove in trash",
    ]);
    assertEquals(house.processes.ended, []);
  });
});

const FAILING = [
  ["preinstall", "fail", "hook", "I-07"],
  ["preinstall", "late", "deadline", "I-09"],
  ["postinstall", "fail", "hook", "I-08"],
  ["postinstall", "late", "deadline", "I-09"],
  ["check", "fail", "hook", "I-08"],
  ["check", "late", "deadline", "I-09"],
] as const;

for (const [name, end, reason, fault] of FAILING) {
  Deno.test(`Installer whose ${name} hook ends with "${end}" goes back, ${fault}`, async () => {
    await withInstaller(async (installer, house) => {
      await house.install(installer, withHooks("1.0", ALL), 1n);
      const { snapshot, ran } = before(house);
      const ends: Record<string, HookEnd> = { ...ALL, [name]: end };
      const bad = withHooks("2.0", ends);
      const result = await house.install(installer, bad, 2n);
      assertRefused(result, reason, new RegExp(`hook "${name}" of tool 2.0`));
      assertEquals(house.snapshot(), snapshot);
      assertEquals(await installer.owns("tool", "1.0"), true);
      // The version before was never stopped: nothing of its is run again.
      const versions = house.processes.seen.slice(ran).map((s) => s.version);
      assertEquals([...new Set(versions)], ["2.0"]);
      // What the hooks may have left running is ended.
      assertEquals(house.processes.ended.length > 0, true);
    });
  });
}

function before(house: House) {
  return { snapshot: house.snapshot(), ran: house.processes.seen.length };
}

Deno.test("Installer whose first install fails in a hook leaves nothing, I-08", async () => {
  await withInstaller(async (installer, house) => {
    const bad = withHooks("1.0", { check: "fail" });
    const result = await house.install(installer, bad, 1n);
    assertRefused(result, "hook", new RegExp(`\\n${LAST_LINE}$`));
    assertEquals(house.holds(), "none");
    assertEquals(installer.resultOf(1n, 1), result);
  });
});

for (const name of ["preremove", "postremove"] as const) {
  Deno.test(`Installer whose ${name} hook fails puts the program back, I-08`, async () => {
    await withInstaller(async (installer, house) => {
      const program = withHooks("1.0", { ...ALL, [name]: "fail" });
      await house.install(installer, program, 1n);
      const { snapshot } = before(house);
      const result = await installer.remove(removal(2n));
      assertRefused(result, "hook", new RegExp(`"${name}" of tool 1.0`));
      assertEquals(house.snapshot(), snapshot);
      assertEquals(await installer.owns("tool", "1.0"), true);
    });
  });
}

Deno.test("Installer recovers without running a hook, I-08, I-11", async () => {
  await withHouse(async (house) => {
    const installer = await house.open();
    await house.install(installer, withHooks("1.0", ALL), 1n);
    const result = await house.install(installer, withHooks("2.0", ALL), 2n);
    assertEquals(result, done("2.0"));
    await installer.close();
    // As a machine that was rebooted by a hook: begun, and no commit.
    const journal = `${house.state}/journal`;
    const lines = (await Deno.readTextFile(journal)).trimEnd().split("\n");
    const commit = lines.findLastIndex((line) => line.includes('"commit"'));
    const cut = lines.slice(0, commit).map((line) => `${line}\n`).join("");
    await Deno.writeTextFile(journal, cut);
    const again = await house.open();
    assertEquals(again.recovered?.row.label, "G");
    assertEquals(house.processes.seen, []);
    assertEquals(house.processes.ended.length, 1);
    assertEquals(await again.owns("tool", "1.0"), true);
    assertEquals(house.working()?.["bin/tool"], "#!1.0\n");
    await again.close();
  });
});
