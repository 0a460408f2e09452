/** `init`, `publish` and `delegate`, on a real disk. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  refused,
  runServerCommand,
  withServer,
  writeApiFile,
} from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { withDirectory, withFleet } from "./fleet_directory.ts";
import { programView } from "./views.ts";

/** The serial of a fleet's delegation: bytes 68 to 75, high byte first. */
async function serialOf(directory: string): Promise<bigint> {
  const bytes = await Deno.readFile(`${directory}/delegation`);
  return new DataView(bytes.buffer).getBigUint64(68);
}

Deno.test("init makes a fleet, says what is what, and never twice", async () => {
  await withDirectory(async (directory) => {
    const first = await runServerCommand(["init", "--dir", directory]);
    assertEquals(first.code, 0);
    assertEquals(first.stderr, "");
    for (const file of ["join.json", "keys/fleet.key", "flottille.toml"]) {
      assert(first.stdout.includes(`${directory}/${file}`), first.stdout);
    }
    assert(first.stdout.includes("- Save a copy of"), first.stdout);
    const key = await Deno.readTextFile(`${directory}/keys/fleet.key`);
    const second = await runServerCommand(["init", "--dir", directory]);
    assertEquals(second.code, 3);
    assert(second.stderr.includes("is there already"), second.stderr);
    assertEquals(await Deno.readTextFile(`${directory}/keys/fleet.key`), key);
  });
});

Deno.test("init --json tells the files", async () => {
  await withDirectory(async (directory) => {
    const { stdout } = await runServerCommand(
      ["init", "--dir", directory, "--json"],
    );
    const { files } = JSON.parse(stdout);
    assert(
      files.some((one: { path: string }) => one.path.endsWith("join.json")),
    );
  });
});

Deno.test("delegate gives a new key and a higher serial", async () => {
  await withFleet(async (directory, config) => {
    const before = await serialOf(directory);
    const ran = await runServerCommand(
      ["delegate", "--config", config, "--json"],
    );
    assertEquals(ran.code, 0, ran.stderr);
    const after = await serialOf(directory);
    assert(after > before);
    assertEquals(JSON.parse(ran.stdout).serial, String(after));
  });
});

Deno.test("delegate without the fleet key ends with 3 and names it", async () => {
  await withFleet(async (directory, config) => {
    await Deno.remove(`${directory}/keys/fleet.key`);
    const ran = await runServerCommand(["delegate", "--config", config]);
    assertEquals(ran.code, 3);
    assert(ran.stderr.includes("keys/fleet.key"), ran.stderr);
  });
});

Deno.test("publish sends the bytes and the statement, with a bar", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const answers = { "POST /v1/programs": programView() };
  await withServer(answers, async (server) => {
    const file = `${server.directory}/a.ieo`;
    await Deno.writeFile(file, bytes);
    await Deno.writeFile(`${file}.sig`, Uint8Array.of(1, 2, 3, 250));
    const terminal = fakeTerminal({ interactive: true });
    const ran = await server.run(["publish", file], terminal);
    assertEquals(ran.code, 0, ran.stderr);
    assert(ran.stdout.startsWith("editor 1.0 is published (1.2 MB)\n"));
    assert(ran.stderr.includes("60.0 kB of 60.0 kB"), ran.stderr);
    const [asked] = server.asked;
    assertEquals(asked?.headers.get("flottille-statement"), "AQID-g");
    assertEquals(
      asked?.headers.get("content-type"),
      "application/octet-stream",
    );
    assertEquals(asked?.body, new TextDecoder().decode(bytes));
  });
});

Deno.test("publish passes on why the server refused", async () => {
  const answers = {
    "POST /v1/programs": refused(409, "editor 1.0 is published already"),
  };
  await withServer(answers, async (server) => {
    const file = `${server.directory}/a.ieo`;
    await Deno.writeTextFile(file, "x");
    await Deno.writeTextFile(`${file}.sig`, "x");
    const ran = await server.run(["publish", file]);
    assertEquals(ran.code, 7);
    assertEquals(ran.stderr, "error: editor 1.0 is published already\n");
  });
});

Deno.test("publish of a file without its statement ends with 5", async () => {
  await withServer({}, async (server) => {
    const file = `${server.directory}/a.ieo`;
    const absent = await server.run(["publish", file]);
    assertEquals(absent.code, 5);
    const noPackage = `error: There is no package "${file}"\n` +
      "  It is a file that pack made, NAME-VERSION.ieo\n";
    assertEquals(absent.stderr, noPackage);
    await Deno.writeTextFile(`${file}.sig`, "x");
    const half = await server.run(["publish", file]);
    assertEquals(half.code, 5);
    assertEquals(half.stderr, noPackage);
    const statement = await server.run(["publish", `${file}.sig`]);
    assertEquals(statement.code, 2);
    assertMatch(
      statement.stderr,
      /is a statement, not a package\n {2}Name the package: .*a\.ieo\n/,
    );
    await Deno.rename(`${file}.sig`, file);
    const alone = await server.run(["publish", file]);
    assertEquals(alone.code, 5);
    assertMatch(alone.stderr, /There is no statement ".*a\.ieo\.sig"/);
    assertEquals(server.asked, []);
  });
});

Deno.test("publish closes the file when the server is not there", async () => {
  await withServer({}, async (server) => {
    const file = `${server.directory}/a.ieo`;
    await Deno.writeTextFile(file, "x");
    await Deno.writeTextFile(`${file}.sig`, "x");
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const token = "x".repeat(43);
    await writeApiFile(server.directory, { port, token, pid: 1 });
    assertEquals((await server.run(["publish", file])).code, 4);
  });
});
