/**
 * What other people and other programs do to a machine between two orders:
 * files given to other users, damaged or not to be deleted, a journal that was
 * lost, a key that was stolen. None of it may cost the machine its agent, the
 * owner a file, or anybody more rights than they had.
 *
 * @module
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { realProcesses } from "../../lib/host/real_processes.ts";
import { Journal } from "../../lib/install/journal/journal.ts";
import { environmentOfHook } from "../../lib/install/hooks.ts";
import { DISK, PUBLISHER, treeOf } from "../ieo/samples.ts";
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
import { nativeIn, nativeText, programOf, publishersOf } from "./packages.ts";
import { systemError, WatchedDisk } from "./watched_disk.ts";

const isRoot = Deno.uid() === 0;
const NOBODY = 65_534;

function editor(version: string) {
  const config = [{ path: "etc/conf", changed: "keep" as const }];
  const files = { "etc/conf": `conf ${version}\n` };
  return programOf(files, { version, serial: Number(version[0]) }, { config });
}

/** Owner, group and mode of a file of the version in use. */
function rightsOf(house: House, path: string) {
  const { uid, gid, mode } = Deno.statSync(
    `${house.root}/tool/current/${path}`,
  );
  return { uid, gid, mode: (mode ?? 0) & 0o7777 };
}

Deno.test({
  name:
    "Installer carries a changed file with its owner and without setuid, I-18, Z-05",
  ignore: !isRoot,
  async fn() {
    await withInstaller(async (installer, house) => {
      await house.install(installer, editor("1.0"), 1n);
      const place = `${house.root}/tool/1.0/etc/conf`;
      Deno.writeTextFileSync(place, "#!/bin/sh\nid\n");
      Deno.chownSync(place, NOBODY, NOBODY);
      Deno.chmodSync(place, 0o4750);
      await house.install(installer, editor("2.0"), 2n);
      const expected = { uid: NOBODY, gid: NOBODY, mode: 0o750 };
      assertEquals(rightsOf(house, "etc/conf"), expected);
    });
  },
});

Deno.test({
  name: "Installer runs the first and the last hook as the user they name",
  ignore: !isRoot,
  async fn() {
    await withHouse(async (house) => {
      Deno.chmodSync(house.directory, 0o755);
      const processes = realProcesses();
      const installer = await house.open(DISK, { processes });
      const run = ["hooks/who"] as const;
      const hook = { run, deadlineSeconds: 10, user: "nobody" };
      const program = programOf(
        { "hooks/who": '#!/bin/sh\n[ "$(id -un)" = nobody ]\n' },
        {},
        { hooks: { preinstall: hook, postremove: hook } },
      );
      const installed = await house.install(installer, program, 1n);
      assertEquals(installed, done("1.0"));
      assertEquals(await installer.remove(removal(2n)), done(""));
      await installer.close();
    });
  },
});

Deno.test("Installer keeps all of a version whose manifest cannot be read, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0"), 1n);
    house.change("etc/conf", "mine\n");
    house.change("ieo.json", "{}");
    await house.install(installer, editor("2.0"), 2n);
    const result = await house.install(installer, editor("3.0"), 3n);
    if (!result.ok) throw new Error(result.detail);
    assertMatch(result.note, /moved all of tool 1\.0 to .*manifest cannot be/);
    const kept = treeOf(`${house.root}/.kept`);
    assertEquals(kept["tool-1.0/etc/conf"], "mine\n");
  });
});

Deno.test("Installer reads no changed file that its size gives away, I-18", async () => {
  await withInstaller(async (installer, house) => {
    // Holes of 4 TiB: reading them would take hours.
    const grow = (version: string) =>
      Deno.truncateSync(`${house.root}/tool/${version}/etc/conf`, 2 ** 42);
    await house.install(installer, editor("1.0"), 1n);
    grow("1.0");
    const refused = await house.install(installer, editor("2.0"), 2n);
    assertRefused(refused, "disk", /needs 439\d+ bytes on the disk/);
    house.change("etc/conf", "mine\n");
    await house.install(installer, editor("2.0"), 3n);
    grow("1.0");
    const result = await house.install(installer, editor("3.0"), 4n);
    if (!result.ok) throw new Error(result.detail);
    const kept = Deno.statSync(`${house.root}/.kept/tool-1.0/etc/conf`);
    assertEquals(kept.size, 2 ** 42);
  });
});

Deno.test("Installer starts beside a file that cannot be deleted, and says so with each order, I-01", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V1, 1n);
    await house.install(first, V2, 2n);
    await first.close();
    let isHeld = true;
    const disk = new WatchedDisk(
      DISK,
      ({ kind, path }) =>
        isHeld && kind === "remove" && path.endsWith("/readme")
          ? { error: systemError("EPERM") }
          : null,
    );
    const second = await house.open(disk);
    assertEquals(await house.install(second, V3, 3n), done("3.0"));
    await second.close();
    const troubles: string[] = [];
    const third = await house.open(disk, {
      onTrouble: (sentence) => troubles.push(sentence),
    });
    assertMatch(troubles[0] ?? "", /^Cannot close what the last run left open/);
    assertEquals(await third.owns("tool", "3.0"), true);
    const refused = await third.remove(removal(4n));
    assertRefused(refused, "denied", /^Cannot remove tool: EPERM/);
    isHeld = false;
    assertEquals(await third.remove(removal(4n)), done(""));
    assertEquals(treeOf(`${house.root}/.trash`), {});
    await third.close();
  });
});

Deno.test("Installer deletes nothing that a lost journal may have spoken of, I-01", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V1, 1n);
    await first.close();
    // A removal that was killed after it had taken the program away.
    Deno.renameSync(`${house.root}/tool`, `${house.root}/.trash/5-2-1.removed`);
    Deno.removeSync(`${house.state}/journal`);
    await (await house.open()).close();
    await (await house.open()).close();
    const kept = treeOf(`${house.root}/.kept`);
    assertEquals(kept["lost-5-2-1.removed/1.0/bin/tool"], "#!one\n");
  });
});

Deno.test("Installer refuses an order that its journal could not be read after", async () => {
  await withHouse(async (house) => {
    const installer = await house.open();
    const long = "1".repeat(300);
    Deno.writeTextFileSync(house.manager, JSON.stringify({ lib: long }));
    const { native, path } = nativeIn("lib", "2");
    const files = { [path]: nativeText("lib", "2") };
    const program = programOf(files, {}, { native: [native] });
    const refused = await house.install(installer, program, 1n);
    assertRefused(
      refused,
      "system",
      /journal cannot hold "begin".*native\[0\]/,
    );
    await installer.close();
    await (await house.open()).close();
  });
});

Deno.test("Journal.append writes nothing that could not be read again", async () => {
  await withHouse(async (house) => {
    const path = `${house.directory}/journal`;
    const journal = await Journal.open(DISK, path);
    const before = Deno.readTextFileSync(path);
    await assertRejects(
      () => journal.append({ do: "end", id: "no transaction" }),
      Error,
      'The journal cannot hold "end"',
    );
    assertEquals(Deno.readTextFileSync(path), before);
    journal.close();
  });
});

Deno.test("Installer.rollback runs nothing of a publisher that was revoked, K-07", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    const publishers = publishersOf([], [PUBLISHER]);
    const refused = await installer.rollback(wayBack(3n), publishers);
    assertRefused(refused, "revoked", /1\.0 is kept, but its publisher's key/);
    assertEquals(await installer.owns("tool", "2.0"), true);
    assertEquals(await installer.rollback(wayBack(4n)), done("1.0"));
  });
});

Deno.test("Hooks find the system's commands before those that programs brought, S-12", () => {
  const { PATH = "" } = environmentOfHook({
    name: "check",
    directory: "/",
    environment: {
      program: "a",
      version: "1",
      previous: null,
      step: "install",
    },
  });
  const places = PATH.split(":");
  assertEquals(places.indexOf("/usr/local/bin") > places.indexOf("/bin"), true);
});
