/**
 * The installer on a good day: what is on the disk afterwards, and what is
 * told.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DISK } from "../ieo/samples.ts";
import { programOf, PUBLISHERS } from "./packages.ts";
import { systemError, WatchedDisk } from "./watched_disk.ts";
import {
  assertRefused,
  done,
  House,
  NOW_MS,
  removal,
  V1,
  V1_ANEW,
  V2,
  withHouse,
  withInstaller,
} from "./house.ts";

Deno.test("Installer installs a program and tells of it", async () => {
  await withInstaller(async (installer, house) => {
    assertEquals(await house.install(installer, V1, 1n), done("1.0"));
    assertEquals(house.holds(), "V1");
    assertEquals(await installer.programs(), [{
      name: "tool",
      version: "1.0",
      serial: 1,
      title: "",
      sha256: V1.ordered.sha256,
      files: 2,
      bytes: 12,
      installedAtMs: NOW_MS,
    }]);
    assert(await installer.owns("tool", "1.0"));
    assert(await installer.owns("tool", "*"));
    assert(!await installer.owns("tool", "2.0"));
    assert(!await installer.owns("other", "*"));
    assert(!await installer.owns("../programs/tool", "*"));
  });
});

Deno.test("Installer updates a program and keeps the version before", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await house.install(installer, V2, 2n), done("2.0"));
    assertEquals(house.holds(), "V2, V1 kept");
    assert(!await installer.owns("tool", "1.0"));
  });
});

Deno.test("Installer removes a program without a trace", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await installer.remove(removal(2n)), done(""));
    assertEquals(house.holds(), "none");
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
    assertEquals(second.resultOf(1n, 1), done("1.0"));
    assertEquals(second.resultOf(2n, 1)?.ok, false);
    assertEquals(second.resultOf(1n, 2), null);
    await second.close();
  });
});

Deno.test("Installer does the same order once, and a greater attempt again, I-15", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await installer.remove(removal(2n)), done(""));
    // Order 1 comes again: its result is told, and nothing is installed.
    assertEquals(await house.install(installer, V1, 1n), done("1.0"));
    assertEquals(house.holds(), "none");
    const again = await house.install(installer, V1, 1n, { attempt: 2 });
    assertEquals(again, done("1.0"));
    assertEquals(house.holds(), "V1");
  });
});

Deno.test("Installer leaves what is there already alone", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const record = `${house.root}/tool/1.0/ieo.installed.json`;
    const before = await Deno.readTextFile(record);
    const order = { order: 2n, attempt: 1, ...V1.ordered };
    assertEquals(await installer.already(order), done("1.0"));
    assertEquals(installer.resultOf(2n, 1), done("1.0"));
    assertEquals(await house.install(installer, V1, 3n), done("1.0"));
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
  Deno.test(`Installer installs anew over ${damage}, and keeps what it finds, I-18`, async () => {
    await withInstaller(async (installer, house) => {
      await house.install(installer, V1, 1n);
      const good = house.working();
      await inflict(`${house.root}/tool/1.0`);
      const order = { order: 2n, attempt: 1, ...V1.ordered };
      assertEquals(await installer.already(order), null);
      const result = await house.install(installer, V1, 2n);
      if (!result.ok) throw new Error(result.detail);
      assertEquals(house.working(), good);
      // What was changed is not lost; what was only missing is no news.
      const isChanged = !damage.includes("missing");
      assertEquals(/had changed in tool 1.0/.test(result.note), isChanged);
      const kept = Array.from(Deno.readDirSync(`${house.root}/.kept`));
      assertEquals(kept.length, isChanged ? 1 : 0);
    });
  });
}

Deno.test("Installer replaces a version that was published anew", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    assertEquals(await house.install(installer, V1_ANEW, 2n), done("1.0"));
    assertEquals(house.holds(), "V1 anew");
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
    assertEquals(first, done("1.0"));
    assertEquals(same, done("1.0"));
    assertRefused(other, "busy", /order 1 is being done/);
    // Not recorded: the same attempt is done when the machine is free.
    assertEquals(installer.resultOf(2n, 1), null);
    assertEquals(await installer.remove(removal(2n)), done(""));
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

Deno.test("Installer updates a program that runs, and the old one runs on, I-13", async () => {
  await withInstaller(async (installer, house) => {
    const sleeper = await Deno.readFile("/bin/sleep");
    const files = { "bin/sleep": sleeper };
    await house.install(installer, programOf(files), 1n);
    const path = `${house.root}/tool/current/bin/sleep`;
    await Deno.chmod(path, 0o755);
    const running = new Deno.Command(path, { args: ["60"] }).spawn();
    try {
      const next = programOf(files, { version: "2.0", serial: 2 });
      assertEquals(await house.install(installer, next, 2n), done("2.0"));
      const last = programOf(files, { version: "3.0", serial: 3 });
      assertEquals(await house.install(installer, last, 3n), done("3.0"));
      running.kill("SIGTERM");
      assertEquals((await running.status).signal, "SIGTERM");
    } finally {
      await running.status;
    }
  });
});

for (const code of ["EBUSY", "ETXTBSY"]) {
  Deno.test(`Installer whose target is in use (${code}) is busy, and the old version intact, I-13`, async () => {
    await withHouse(async (house) => {
      const disk = new WatchedDisk(
        DISK,
        ({ kind, path }) =>
          kind === "rename" && path.endsWith(" to " + `${house.root}/tool/2.0`)
            ? { error: systemError(code) }
            : null,
      );
      const installer = await house.open(disk);
      await house.install(installer, V1, 1n);
      const result = await house.install(installer, V2, 2n);
      assertRefused(result, "busy", new RegExp(code));
      assertEquals(house.holds(), "V1");
      await installer.close();
    });
  });
}

Deno.test("Installer whose paths are longer than the system takes goes back, I-22", async () => {
  await withHouse(async (house) => {
    const deep = `${house.directory}${`/${"d".repeat(200)}`.repeat(16)}`;
    const far = new House(deep);
    await Deno.mkdir(deep, { recursive: true });
    const installer = await far.open();
    const path = Array(4).fill("p".repeat(240)).join("/");
    const long = programOf({ [path]: "x" });
    const result = await far.install(installer, long, 1n);
    assertRefused(result, "system", /name too long/i);
    assertEquals(far.holds(), "none");
    await installer.close();
  });
});
