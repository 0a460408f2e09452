/**
 * Native packages inside a transaction: what the manager is asked, what it is
 * brought back to, and that `owns` asks it too. The managers themselves are
 * tested elsewhere.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { DISK } from "../ieo/samples.ts";
import { FakeManager } from "./fake_machine.ts";
import {
  assertRefused,
  done,
  type House,
  removal,
  wayBack,
  withHouse,
  withInstaller,
} from "./house.ts";
import { hookThat, nativeIn, nativeText, programOf } from "./packages.ts";

/** A program of native packages, as `{lib: "1.0"}`. */
function program(
  version: string,
  packages: Readonly<Record<string, string>>,
  { name = "tool", check = "ok" as "ok" | "fail", file = "" } = {},
) {
  const all = Object.entries(packages).map(([name, version]) => (
    { ...nativeIn(name, version), text: nativeText(name, file || version) }
  ));
  const files = Object.fromEntries(all.map(({ path, text }) => [path, text]));
  return programOf(
    { ...files, "hooks/ok": "#!ok\n", "hooks/fail": "#!fail\n" },
    { name, version, serial: Number(version[0]) },
    {
      native: all.map(({ native }) => native),
      hooks: { check: hookThat(check) },
    },
  );
}

/** Makes the manager hold this, as somebody else would. */
function hold(house: House, held: Record<string, string>): void {
  Deno.writeTextFileSync(house.manager, JSON.stringify(held));
}

Deno.test("Installer hands native packages to the manager, updates and removes them", async () => {
  await withInstaller(async (installer, house) => {
    hold(house, { theirs: "1" });
    await house.install(installer, program("1.0", { lib: "1", old: "5" }), 1n);
    assertEquals(house.held(), { lib: "1", old: "5", theirs: "1" });
    await house.install(installer, program("2.0", { lib: "2", new: "7" }), 2n);
    assertEquals(house.held(), { lib: "2", new: "7", theirs: "1" });
    assertEquals(await installer.remove(removal(3n)), done(""));
    assertEquals(house.held(), { theirs: "1" });
  });
});

Deno.test("Installer.owns asks the system's manager too", async () => {
  await withInstaller(async (installer, house) => {
    const one = program("1.0", { lib: "1" });
    await house.install(installer, one, 1n);
    assert(await installer.owns("tool", "1.0"));
    for (const held of [{}, { lib: "2" }]) {
      hold(house, held as Record<string, string>);
      assert(!await installer.owns("tool", "1.0"));
      assert(!await installer.owns("tool", "*"));
    }
    // The same order again is no order for what is there already.
    hold(house, {});
    assertEquals(await house.install(installer, one, 2n), done("1.0"));
    assertEquals(house.held(), { lib: "1" });
    assert(await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer brings the manager back when the check fails, I-08", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, program("1.0", { lib: "1", old: "5" }), 1n);
    const next = { lib: "2", new: "7" };
    const bad = program("2.0", next, { check: "fail" });
    const failed = await house.install(installer, bad, 2n);
    assertRefused(failed, "hook", /"check" of tool 2.0/);
    assertEquals(house.held(), { lib: "1", old: "5" });
    assert(await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer brings the manager back when half of one package is installed", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, program("1.0", { lib: "1" }), 1n);
    const bad = program("2.0", { lib: "2", second: "9" });
    const broken = {
      ...bad.files,
      "second.deb": nativeText("second", "broken"),
    };
    const { native } = bad.manifest;
    const refused = programOf(broken, { version: "2.0", serial: 2 }, {
      native,
    });
    const failed = await house.install(installer, refused, 2n);
    assertRefused(failed, "package", /dpkg: error: it is broken/);
    assertEquals(house.held(), { lib: "1" });
    assert(await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer does not believe a manager that holds another version than was promised", async () => {
  await withInstaller(async (installer, house) => {
    const liar = program("1.0", { lib: "1" }, { file: "3" });
    const failed = await house.install(installer, liar, 1n);
    assertRefused(failed, "package", /manager holds 3 of it and not 1/);
    assertEquals(house.held(), {});
    assertEquals(house.working(), null);
  });
});

Deno.test("Installer.rollback brings back the packages of the kept version", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, program("1.0", { lib: "1", old: "5" }), 1n);
    await house.install(installer, program("2.0", { lib: "2", new: "7" }), 2n);
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    assertEquals(house.held(), { lib: "1", old: "5" });
    assert(await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer leaves to others what they changed in the manager", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, program("1.0", { lib: "1", old: "5" }), 1n);
    hold(house, { lib: "1", old: "6" });
    // Somebody updated `old`: it is theirs now, and stays.
    assertEquals(
      await house.install(installer, program("2.0", { lib: "2" }), 2n),
      done("2.0"),
    );
    assertEquals(house.held(), { lib: "2", old: "6" });
  });
});

Deno.test("Installer tells what it could not bring back, and then does not own it", async () => {
  await withHouse(async (house) => {
    const troubles: string[] = [];
    const manager = new FakeManager(DISK, house.manager);
    const installer = await house.open(realDisk(), {
      natives: {
        query: (one) => manager.query(one),
        isBroken: (one) => manager.isBroken(one),
        install: (one, path) => manager.install(one, path),
        remove: (one) => manager.remove(one),
        goBack: () =>
          Promise.resolve({
            ok: false,
            reason: "system",
            detail: "Cannot bring back lib 1: its manager is broken",
            output: "",
          }),
      },
      onTrouble: (sentence) => troubles.push(sentence),
    });
    await house.install(installer, program("1.0", { lib: "1" }), 1n);
    const bad = program("2.0", { lib: "2" }, { check: "fail" });
    const failed = await house.install(installer, bad, 2n);
    assertRefused(failed, "hook", /^Cannot bring back lib 1.*\n.*"check"/);
    assertEquals(installer.resultOf(2n, 1), failed);
    assertMatch(troubles.join(), /Cannot bring back lib 1/);
    assert(!await installer.owns("tool", "1.0"));
    await installer.close();
  });
});

Deno.test("Installer refuses a native package that belongs to another program, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, program("1.0", { lib: "1" }), 1n);
    const rival = program("2.0", { lib: "2" }, { name: "rival" });
    const refused = await house.install(installer, rival, 2n);
    assertRefused(
      refused,
      "conflict",
      /the deb lib, which belongs to tool 1.0/,
    );
  });
});
