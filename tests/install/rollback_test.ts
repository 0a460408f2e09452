/**
 * Going back to the version from before the last update, by the machine alone.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import type { Result } from "../../lib/install/result.ts";
import {
  assertRefused,
  done,
  type House,
  removal,
  V1,
  V2,
  V3,
  wayBack,
  withHouse,
  withInstaller,
} from "./house.ts";
import { programOf, richProgram, withHooks } from "./packages.ts";

Deno.test("Installer.rollback goes back to the kept version, and keeps the one it came from", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V3, 2n);
    assertEquals(house.links(), {
      "tool-more": "tool/current/sbin/tool-more",
      tool: "tool/current/sbin/tool",
    });
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    assertEquals(house.holds(), "V1, V3 kept");
    assertEquals(house.links(), { tool: "tool/current/bin/tool" });
    assert(await installer.owns("tool", "1.0"));
    assert(!await installer.owns("tool", "3.0"));
    // And back again: what was gone back from is what is kept.
    assertEquals(await installer.rollback(wayBack(4n)), done("3.0"));
    assertEquals(house.holds(), "V3, V1 kept");
  });
});

Deno.test("Installer.rollback does the same order once, I-15", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    await installer.rollback(wayBack(3n));
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    assertEquals(house.holds(), "V1, V2 kept");
  });
});

Deno.test("Installer.rollback to a version by its name is for that version only", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    const other = await installer.rollback(wayBack(3n, "0.9"));
    assertRefused(other, "absent", /from tool 2.0 to 0.9: version 1.0 is kept/);
    assertEquals(await installer.rollback(wayBack(4n, "1.0")), done("1.0"));
    // It is what was asked for: asking again changes nothing.
    assertEquals(await installer.rollback(wayBack(5n, "1.0")), done("1.0"));
    assertEquals(house.holds(), "V1, V2 kept");
  });
});

Deno.test("Installer.rollback says why there is no way back", async () => {
  await withInstaller(async (installer, house) => {
    const absent = await installer.rollback(wayBack(1n));
    assertRefused(absent, "absent", /from tool: it is not installed/);
    await house.install(installer, V1, 2n);
    const first = await installer.rollback(wayBack(3n));
    assertRefused(first, "absent", /from tool 1.0: no other version is kept/);
    const fix = programOf(
      { "bin/tool": "#!fixed\n" },
      { version: "2.0", serial: 2 },
      { rollback: false },
    );
    await house.install(installer, fix, 4n);
    const hole = await installer.rollback(wayBack(5n));
    assertRefused(hole, "downgrade", /its package allows no way back/);
    assert(await installer.owns("tool", "2.0"));
  });
});

Deno.test("Installer.rollback to a version that lost a file is refused", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    await Deno.remove(`${house.root}/tool/1.0/readme`);
    const lost = await installer.rollback(wayBack(3n));
    assertRefused(lost, "absent", /1.0 is kept, but has lost its file readme/);
    await Deno.remove(`${house.root}/tool/1.0/ieo.json`);
    const more = await installer.rollback(wayBack(4n));
    assertRefused(more, "absent", /has lost its manifest/);
  });
});

Deno.test("Installer keeps exactly one version, and none after a removal", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    await house.install(installer, V3, 3n);
    assertEquals(house.holds(), "V3, V2 kept");
    await installer.remove(removal(4n));
    assertEquals(house.holds(), "none");
    assertEquals(house.links(), {});
  });
});

Deno.test("Installer.rollback works on a full disk, I-14", async () => {
  await withHouse(async (house) => {
    const disk = { ...realDisk(), spaceFree: () => Promise.resolve(1) };
    const roomy = await house.open();
    await house.install(roomy, V1, 1n);
    await house.install(roomy, V2, 2n);
    await roomy.close();
    const installer = await house.open(disk);
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    await installer.close();
  });
});

/** Which hooks ran, as `check of 1.0 after 2.0 (rollback)`. */
function hooksOf({ processes }: House): string[] {
  return processes.seen.map(({ hook, version, previous, step }) =>
    `${hook} of ${version} after ${previous} (${step})`
  );
}

Deno.test("Installer.rollback runs the kept version's postinstall and check, and brings back its packages", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, richProgram("1.0"), 1n);
    await house.install(installer, richProgram("2.0"), 2n);
    assertEquals(house.held(), { shared: "2.0", only2: "1" });
    house.processes.seen.length = 0;
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    assertEquals(house.held(), { only1: "1", shared: "1.0" });
    assertEquals(hooksOf(house), [
      "postinstall of 1.0 after 2.0 (rollback)",
      "check of 1.0 after 2.0 (rollback)",
    ]);
    assertEquals(house.links(), {
      only1: "tool/current/bin1/tool",
      tool: "tool/current/bin1/tool",
    });
  });
});

Deno.test("Installer.rollback whose check fails stays where it was, I-08", async () => {
  await withInstaller(async (installer, house) => {
    // Its check is good when it comes and bad when it is gone back to.
    const old = withHooks("1.0", { check: "ok" });
    await house.install(installer, old, 1n);
    await house.install(installer, V2, 2n);
    const manifest = `${house.root}/tool/1.0/ieo.json`;
    const text = await Deno.readTextFile(manifest);
    await Deno.writeTextFile(
      manifest,
      text.replace('hooks/ok"]', 'hooks/fail"]'),
    );
    const result: Result = await installer.rollback(wayBack(3n));
    assertRefused(result, "hook", /"check" of tool 1.0 ended with code 3/);
    assert(await installer.owns("tool", "2.0"));
    assertEquals(house.working()?.["bin/tool"], "#!two\n");
  });
});
