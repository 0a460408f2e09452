/** `init`, `pack`, `publish` and `delegate`, on a real disk. */

import { assert, assertEquals } from "@std/assert";
import { readStatementOf } from "./statement_reader.ts";
import {
  refused,
  runServerCommand,
  withServer,
  writeApiFile,
} from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { programView } from "./views.ts";

/** A directory that is gone afterwards. */
async function withDirectory(
  then: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await then(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A fleet and a program's directory in it. */
async function withFleet(
  then: (directory: string, config: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const made = await runServerCommand(["init", "--dir", directory]);
    assertEquals(made.code, 0, made.stderr);
    await Deno.mkdir(`${directory}/editor-1.0/bin`, { recursive: true });
    await Deno.writeTextFile(
      `${directory}/editor-1.0/bin/editor`,
      "#!/bin/sh\n",
    );
    await Deno.writeTextFile(`${directory}/editor-1.0/readme`, "Hello\n");
    await then(directory, `${directory}/flottille.toml`);
  });
}

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

Deno.test("pack makes a package and its statement from NAME-VERSION", async () => {
  await withFleet(async (directory, config) => {
    const file = `${directory}/editor.ieo`;
    const ran = await runServerCommand([
      ...["pack", `${directory}/editor-1.0/`, "-o", file],
      ...["--title", "The editor", "--serial", "7", "--config", config],
    ]);
    assertEquals(ran.stderr, "");
    assertEquals(ran.code, 0);
    assert(ran.stdout.startsWith(`${file}: editor 1.0, 2 files, `), ran.stdout);
    const statement = await readStatementOf(`${file}.sig`);
    const { size } = await Deno.stat(file);
    assertEquals(
      [statement.name, statement.version, statement.serial, statement.size],
      ["editor", "1.0", 7, size],
    );
  });
});

Deno.test("pack takes the time for a serial, so that later is higher", async () => {
  await withFleet(async (directory, config) => {
    const file = `${directory}/editor.ieo`;
    await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", file, "--config", config],
    ]);
    const { serial } = await readStatementOf(`${file}.sig`);
    assertEquals(serial, Date.UTC(2026, 0, 2, 3, 4, 5));
  });
});

Deno.test("pack takes a key from elsewhere, and then no config", async () => {
  await withFleet(async (directory) => {
    const key = `${directory}/elsewhere.key`;
    await Deno.rename(`${directory}/keys/publisher.key`, key);
    await Deno.remove(`${directory}/flottille.toml`);
    const ran = await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", `${directory}/a.ieo`],
      ...["--key", key, "--json"],
    ]);
    assertEquals(ran.code, 0, ran.stderr);
    assertEquals(JSON.parse(ran.stdout).name, "editor");
  });
});

Deno.test("pack refuses what it cannot pack, and leaves no file", async () => {
  await withFleet(async (directory, config) => {
    const cases: [string[], number, string][] = [
      [[`${directory}/editor-9.9`], 1, "editor-9.9"],
      [[`${directory}/keys`], 2, "does not say which program"],
      [[`${directory}/editor-1.0`, "--key", "/no.key"], 3, "/no.key"],
      [[`${directory}/editor-1.0`, "--key", config], 3, "flottille.toml"],
    ];
    for (const [args, code, part] of cases) {
      const file = `${directory}/a.ieo`;
      const ran = await runServerCommand([
        ...["pack", ...args, "-o", file, "--config", config],
      ]);
      assertEquals(ran.code, code, ran.stderr);
      assert(ran.stderr.includes(part), ran.stderr);
      const left = await Deno.stat(file).catch(() => null);
      assertEquals(left, null);
    }
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
    await Deno.writeTextFile(`${file}.sig`, "x");
    const half = await server.run(["publish", file]);
    assertEquals(half.code, 5);
    assertEquals(half.stderr, `error: There is no file "${file}"\n`);
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
