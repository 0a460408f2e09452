/**
 * The installer on a good day: what is on the disk afterwards, and what is
 * told.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DISK, PUBLISHERS } from "../ieo/samples.ts";
import {
  assertRefused,
  NOW_MS,
  removal,
  V1,
  V1_ANEW,
  V2,
  withHouse,
  withInstaller,
} from "./house.ts";
import { WatchedDisk } from "./watched_disk.ts";

Deno.test("Installer installs a program and tells of it", async () => {
  await withInstaller(async (installer, house) => {
    assertEquals(await house.install(installer, V1, 1n), { ok: true });
    assertEquals(house.soleHolding(), "V1");
    assertEquals(await installer.programs(), [{
      name: "tool",
      version: "1.0",
      serial: 1,
      title: "",
      sha256: V1.ordered.sha256,
      files: 2,
      bytes: 10,
      installedAtMs: NOW_MS,
    }]);
    assert(await installer.owns("tool", "1.0"));
    assert(await installer.owns("tool", "*"));
    assert(!await installer.owns("tool", "2.0"));
    assert(!await installer.owns("other", "*"));
    assert(!await installer.owns("../programs/tool", "*"));
  });
});

Deno.test("Installer updates a program and removes the old version", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await house.install(installer, V2, 2n), { ok: true });
    assertEquals(house.soleHolding(), "V2");
    assert(!await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer removes a program without a trace", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await installer.remove(removal(2n)), { ok: true });
    assertEquals(house.soleHolding(), "none");
    assertEquals(await installer.programs(), []);
  });
});

Deno.test("Installer keeps its results over a restart", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V1, 1n);
    await first.remove({ ...removal(2n), name: "absent" });
    await first.close();
    const second = await house.open();
    assertEquals(second.recovered, null);
    assertEquals(second.resultOf(1n, 1), { ok: true });
    assertEquals(second.resultOf(2n, 1)?.ok, false);
    assertEquals(second.resultOf(1n, 2), null);
    await second.close();
  });
});

Deno.test("Installer does the same order once, and a greater attempt again, I-15", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await installer.remove(removal(2n)), { ok: true });
    // Order 1 comes again: its result is told, and nothing is installed.
    assertEquals(await house.install(installer, V1, 1n), { ok: true });
    assertEquals(house.soleHolding(), "none");
    const again = await house.install(installer, V1, 1n, { attempt: 2 });
    assertEquals(again, { ok: true });
    assertEquals(house.soleHolding(), "V1");
  });
});

Deno.test("Installer leaves what is there already alone", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const record = `${house.root}/tool/1.0/ieo.installed.json`;
    const before = await Deno.readTextFile(record);
    const order = { order: 2n, attempt: 1, ...V1.ordered };
    assertEquals(await installer.already(order), { ok: true });
    assertEquals(installer.resultOf(2n, 1), { ok: true });
    assertEquals(await house.install(installer, V1, 3n), { ok: true });
    assertEquals(await Deno.readTextFile(record), before);
    const other = { order: 4n, attempt: 1, ...V2.ordered };
    assertEquals(await installer.already(other), null);
    assertEquals(installer.resultOf(4n, 1), null);
  });
});

const DAMAGES: Readonly<Record<string, (program: string) => Promise<void>>> = {
  "a changed file": (program) =>
    Deno.writeTextFile(`${program}/bin/tool`, "ONE\n"),
  "a file of another size": (program) =>
    Deno.writeTextFile(`${program}/readme`, "x"),
  "a missing file": (program) => Deno.remove(`${program}/readme`),
  "a file that became a symlink": async (program) => {
    await Deno.remove(`${program}/readme`);
    await Deno.symlink("/etc/hostname", `${program}/readme`);
  },
  "a missing manifest": (program) => Deno.remove(`${program}/ieo.json`),
  "a missing record": (program) => Deno.remove(`${program}/ieo.installed.json`),
};
for (const [damage, inflict] of Object.entries(DAMAGES)) {
  Deno.test(`Installer installs anew over ${damage}`, async () => {
    await withInstaller(async (installer, house) => {
      await house.install(installer, V1, 1n);
      await inflict(`${house.root}/tool/1.0`);
      const order = { order: 2n, attempt: 1, ...V1.ordered };
      assertEquals(await installer.already(order), null);
      assertEquals(await house.install(installer, V1, 2n), { ok: true });
      assertEquals(house.soleHolding(), "V1");
    });
  });
}

Deno.test("Installer replaces a version that was published anew", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await house.install(installer, V1_ANEW, 2n), { ok: true });
    assertEquals(house.soleHolding(), "V1 anew");
  });
});

Deno.test("Installer does one order at a time, C-17", async () => {
  await withInstaller(async (installer, house) => {
    const packagePath = `${house.directory}/package.ieo`;
    await Deno.writeFile(packagePath, V1.bytes);
    const request = {
      order: { order: 1n, attempt: 1, ...V1.ordered },
      packagePath,
      statement: V1.statement,
      publishers: PUBLISHERS,
    };
    const [first, same, other] = await Promise.all([
      installer.install(request),
      installer.install(request),
      installer.remove(removal(2n)),
    ]);
    assertEquals(first, { ok: true });
    assertEquals(same, { ok: true });
    assertRefused(other, "busy", /order 1 is being done/);
    // Not recorded: the same attempt is done when the machine is free.
    assertEquals(installer.resultOf(2n, 1), null);
    assertEquals(await installer.remove(removal(2n)), { ok: true });
  });
});

Deno.test("Installer records the failure of a download", async () => {
  await withInstaller(async (installer) => {
    const failed = { ok: false, reason: "network", detail: "Cut" } as const;
    const ordered = { order: 1n, attempt: 1 };
    assertEquals(await installer.fail(ordered, failed), failed);
    assertEquals(installer.resultOf(1n, 1), failed);
    const order = { ...ordered, ...V1.ordered };
    assertEquals(await installer.already(order), failed);
  });
});

Deno.test("Installer is alone in its state directory, I-20", async () => {
  await withInstaller(async (_installer, house) => {
    await assertRejects(
      () => house.open(),
      Error,
      "another agent holds",
    );
  });
});

Deno.test("Installer lists a program whose record was lost", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await Deno.remove(`${house.root}/tool/1.0/ieo.installed.json`);
    const [program] = await installer.programs();
    assertEquals(program?.name, "tool");
    assertEquals(program?.version, "1.0");
    assertEquals(program?.serial, 0);
  });
});

Deno.test("Installer syncs the tree, renames it, then syncs the names, I-06", async () => {
  await withHouse(async (house) => {
    const disk = new WatchedDisk(DISK);
    const installer = await house.open(disk);
    await house.install(installer, V1, 1n);
    const { root } = house;
    const places = disk.operations.map(({ kind, path }) => `${kind} ${path}`);
    const at = (wanted: string) => {
      const index = places.findLastIndex((place) => place.startsWith(wanted));
      assert(index >= 0, `There is no ${wanted}`);
      return index;
    };
    const order = [
      at(`write ${root}/.staging/`),
      at("sync tree "),
      at(`rename ${root}/.staging/`),
      places.indexOf(`sync directory ${root}/tool`, at("sync tree ")),
      at(`rename ${root}/tool/.forward`),
      at(`sync directory ${root}/tool`),
      // The commit record, on the medium before the order is told as done.
      places.indexOf(`write ${house.state}/journal`, at("rename ")),
      places.indexOf(`sync ${house.state}/journal`, at("rename ")),
    ];
    assertEquals(order, order.toSorted((a, b) => a - b), places.join("\n"));
    disk.bury();
  });
});
