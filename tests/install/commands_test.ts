/**
 * The commands of programs: links that the switch covers, whose places nobody
 * loses.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { Layout } from "../../lib/install/layout.ts";
import {
  linkCommands,
  settleCommands,
} from "../../lib/install/steps/commands.ts";
import { DISK } from "../ieo/samples.ts";
import {
  assertRefused,
  done,
  removal,
  V1,
  V2,
  V3,
  withHouse,
  withInstaller,
} from "./house.ts";
import { programOf } from "./packages.ts";

/** A program `other` that brings a command. */
function other(command: string) {
  return programOf(
    { "bin/x": "#!x\n" },
    { name: "other" },
    { bin: [{ name: command, path: "bin/x" }] },
  );
}

Deno.test("Installer links commands through the version in use, and unlinks them", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const command = `${house.commands}/tool`;
    assertEquals(await Deno.readTextFile(command), "#!one\n");
    await house.install(installer, V2, 2n);
    assertEquals(await Deno.readTextFile(command), "#!two\n");
    await house.install(installer, V3, 3n);
    assertEquals(await Deno.readTextFile(command), "#!three\n");
    assertEquals(house.links(), {
      "tool-more": "tool/current/sbin/tool-more",
      tool: "tool/current/sbin/tool",
    });
    await installer.remove(removal(4n));
    assertEquals(house.links(), {});
  });
});

Deno.test("Installer unlinks what a new version does not have any more", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V3, 1n);
    const next = programOf({ "a": "#!a\n" }, { version: "4.0", serial: 4 });
    assertEquals(await house.install(installer, next, 2n), done("4.0"));
    assertEquals(house.links(), {});
  });
});

Deno.test("Installer refuses a command that would hide the system's, of a publisher without hooks", async () => {
  await withInstaller(async (installer, house) => {
    const refused = await house.install(installer, other("sh"), 1n);
    assertRefused(
      refused,
      "conflict",
      /"sh" would hide the system's "\S+\/sh"/,
    );
    assertEquals(house.links(), {});
  });
});

Deno.test("Installer refuses a command whose place is taken, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await Deno.mkdir(house.commands);
    const place = `${house.commands}/tool`;
    await Deno.writeTextFile(place, "somebody's\n");
    const refused = await house.install(installer, V1, 1n);
    assertRefused(refused, "conflict", /commands\/tool is there already/);
    assertEquals(await Deno.readTextFile(place), "somebody's\n");
    assertEquals(house.holds(), "none");
    await Deno.remove(place);
    await house.install(installer, V1, 2n);
    // Another program's commands are as foreign as anything.
    const second = await house.install(installer, other("tool"), 3n);
    assertRefused(second, "conflict", /is not this program's/);
    assertEquals(await house.install(installer, other("x"), 4n), done("1.0"));
    await installer.remove(removal(5n));
    assertEquals(house.links(), { x: "other/current/bin/x" });
  });
});

Deno.test("Installer leaves alone what somebody put in a command's place", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const place = `${house.commands}/tool`;
    await Deno.remove(place);
    await Deno.writeTextFile(place, "somebody's\n");
    assertEquals(await installer.remove(removal(2n)), done(""));
    assertEquals(await Deno.readTextFile(place), "somebody's\n");
  });
});

Deno.test("Installer without a directory for commands says so", async () => {
  await withHouse(async (house) => {
    const installer = await house.open(DISK, { commandsDirectory: null });
    const result = await house.install(installer, V1, 1n);
    const note =
      "its commands are not linked: this agent has no directory for them";
    assertEquals(result, done("1.0", note));
    assertEquals(house.links(), {});
    await installer.close();
  });
});

Deno.test("linkCommands does not replace what was put there since the plan", async () => {
  await withHouse(async (house) => {
    await Deno.mkdir(house.commands, { recursive: true });
    await Deno.writeTextFile(`${house.commands}/tool`, "somebody's\n");
    const layout = new Layout(house.root, house.commands);
    const commands = [{ name: "tool", path: "bin/tool" }];
    const wanted = { name: "tool", commands };
    await assertRejects(() => linkCommands(DISK, layout, "1-1-1", wanted));
    await settleCommands(DISK, layout, "1-1-1", wanted);
    assertEquals(
      await Deno.readTextFile(`${house.commands}/tool`),
      "somebody's\n",
    );
  });
});
