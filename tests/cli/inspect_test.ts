/** `inspect`: what it shows, and which code it ends with. */

import { assert, assertEquals } from "@std/assert";
import { runServerCommand } from "./fake_server.ts";
import { withFleet } from "./fleet_directory.ts";

/** A fleet with a package of its program. */
async function withPackage(
  then: (directory: string, config: string, file: string) => Promise<void>,
): Promise<void> {
  await withFleet(async (directory, config) => {
    const file = `${directory}/editor.ieo`;
    const ran = await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", file, "--serial", "7"],
      ...["--title", "The Editor", "--config", config],
    ]);
    assertEquals(ran.code, 0, ran.stderr);
    await then(directory, config, file);
  });
}

Deno.test("inspect shows a package, and ends with 0 when every check holds", async () => {
  await withPackage(async (_, config, file) => {
    const ran = await runServerCommand([
      ...["inspect", file, "--files", "--config", config],
    ]);
    assertEquals(ran.code, 0, ran.stderr);
    assertEquals(ran.stderr, "");
    const lines = ran.stdout.split("\n");
    assertEquals(lines[0], `${file}: editor 1.0, serial 7`);
    assertEquals(lines.filter((line) => line.includes(" holds ")).length, 12);
    assert(ran.stdout.includes("The Editor"), ran.stdout);
    assert(ran.stdout.includes("bin/editor"), ran.stdout);
  });
});

Deno.test("inspect without a fleet says what it did not check, and ends with 1", async () => {
  await withPackage(async (directory, _, file) => {
    const list = `${directory}/publishers.json`;
    const alone = await runServerCommand(["inspect", file]);
    assertEquals(alone.code, 1);
    const unknown = alone.stdout.split("\n")
      .filter((line) => line.includes("not checked"));
    assertEquals(unknown.length, 4);
    assert(alone.stderr.includes("--publishers LIST"), alone.stderr);
    assert(unknown[0]?.endsWith("there is no publishers' list to ask"));
    const copy = await runServerCommand(
      ["inspect", file, "--publishers", list],
    );
    assertEquals(copy.code, 0, copy.stderr);
  });
});

Deno.test("inspect names each check that does not hold, in full", async () => {
  await withPackage(async (directory, config, file) => {
    const bytes = await Deno.readFile(file);
    await Deno.writeFile(file, bytes.subarray(0, bytes.length - 1));
    const ran = await runServerCommand(["inspect", file, "--config", config]);
    assertEquals(ran.code, 1);
    assertEquals(
      ran.stderr,
      `error: size: Cannot trust editor 1.0: its file has ${
        bytes.length - 1
      } bytes and not ${bytes.length}\n`,
    );
    assert(/^size +does not hold$/m.test(ran.stdout), ran.stdout);
    await Deno.writeTextFile(`${directory}/publishers.json`, "{}");
    const bad = await runServerCommand(["inspect", file, "--config", config]);
    assertEquals(bad.code, 3);
    assert(bad.stderr.includes("publishers.json"), bad.stderr);
  });
});

Deno.test("inspect --json tells the checks, the statement and the manifest", async () => {
  await withPackage(async (_, config, file) => {
    const ran = await runServerCommand(
      ["inspect", file, "--json", "--config", config],
    );
    const told = JSON.parse(ran.stdout);
    assertEquals(told.holds, true);
    assertEquals(told.checks.length, 12);
    assertEquals(told.statement.serial, 7);
    assertEquals(told.manifest.title, "The Editor");
    assertEquals(told.manifest.files, 2);
    assertEquals(told.publisher.length, 64);
    const full = await runServerCommand(
      ["inspect", file, "--json", "--files", "--config", config],
    );
    assertEquals(JSON.parse(full.stdout).manifest.files[0].path, "bin/editor");
  });
});

Deno.test("inspect says which file is missing", async () => {
  await withPackage(async (directory, _, file) => {
    const cases: [string[], string][] = [
      [[file, "--publishers", `${directory}/none`], `${directory}/none`],
      [[`${directory}/none.ieo`], `no package "${directory}/none.ieo"`],
    ];
    for (const [args, part] of cases) {
      const ran = await runServerCommand(["inspect", ...args]);
      assertEquals(ran.code, 5, ran.stderr);
      assert(ran.stderr.includes(part), ran.stderr);
    }
    await Deno.remove(file);
    const ran = await runServerCommand(["inspect", file]);
    assertEquals(ran.code, 5);
    assert(ran.stderr.startsWith(`error: There is no package "${file}"\n`));
  });
});
