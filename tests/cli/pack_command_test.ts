/** `pack`: a directory, a `.deb` and an `.rpm`, on a real disk. */

import { assert, assertEquals } from "@std/assert";
import { debOf, rpmOf } from "../ieo/native_kit.ts";
import {
  KEY_FROM_OPENSSL,
  PASSPHRASE_OF_OPENSSL,
} from "../trust/openssl_key.ts";
import { runServerCommand } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { withFleet } from "./fleet_directory.ts";
import { readStatementOf } from "./statement_reader.ts";

Deno.test("pack makes a package and its statement from NAME-VERSION", async () => {
  await withFleet(async (directory, config) => {
    const file = `${directory}/editor.ieo`;
    const source = `${directory}/editor-1.0/`;
    const ran = await runServerCommand([
      ...["pack", source, "-o", file],
      ...["--title", "The editor", "--serial", "7", "--config", config],
    ]);
    assertEquals(ran.stderr, "");
    assertEquals(ran.code, 0);
    const lines = ran.stdout.split("\n");
    assertEquals(lines.slice(0, 3), [
      `Packing editor 1.0 from ${source}:`,
      "  title    The editor",
      "  content  2 files, 16 B",
    ]);
    assert(lines[3]?.startsWith(`${file}: editor 1.0, 2 files, `), lines[3]);
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
    const file = `${directory}/a.ieo`;
    const ran = await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", file],
      ...["--key", key, "--json"],
    ]);
    assertEquals(ran.code, 0, ran.stderr);
    const told = JSON.parse(ran.stdout);
    assertEquals([told.name, told.files, told.content], ["editor", 2, 16]);
    assertEquals([told.path, told.statement], [file, `${file}.sig`]);
    assertEquals(told.warnings, []);
  });
});

Deno.test("pack opens a key by the passphrase that is typed, or stands in a file", async () => {
  await withFleet(async (directory) => {
    const key = `${directory}/safe.key`;
    await Deno.writeTextFile(key, KEY_FROM_OPENSSL, { mode: 0o600 });
    const args = ["pack", `${directory}/editor-1.0`, "--key", key, "-o"];
    const typed = await runServerCommand(
      [...args, `${directory}/a.ieo`],
      fakeTerminal({ hidden: ["wrong", PASSPHRASE_OF_OPENSSL] }),
    );
    assertEquals(typed.code, 0, typed.stderr);
    assert(typed.stderr.includes("does not open with this passphrase"));
    const secret = `${directory}/passphrase`;
    const lines = `${PASSPHRASE_OF_OPENSSL}\nnot this\n`;
    await Deno.writeTextFile(secret, lines, { mode: 0o600 });
    const read = await runServerCommand([
      ...args,
      `${directory}/b.ieo`,
      ...["--passphrase-file", secret],
    ]);
    assertEquals(read.code, 0, read.stderr);
    const nobody = await runServerCommand([...args, `${directory}/c.ieo`]);
    assertEquals(nobody.code, 3);
    assert(nobody.stderr.includes("--passphrase-file FILE"), nobody.stderr);
  });
});

Deno.test("pack reads ieo.toml, warns, and says what it will contain", async () => {
  await withFleet(async (directory, config) => {
    const program = `${directory}/tool`;
    await Deno.mkdir(`${program}/bin`, { recursive: true });
    await Deno.writeTextFile(`${program}/bin/tool`, "#!/bin/sh\n");
    await Deno.chmod(`${program}/bin/tool`, 0o777);
    await Deno.writeTextFile(
      `${program}/ieo.toml`,
      `name = "tool"
version = "2.0"
bin = { tool = "bin/tool" }
requires = ["editor >=1"]
[hooks]
check = ["bin/tool", "--version"]
`,
    );
    const file = `${directory}/tool.ieo`;
    const args = ["pack", program, "-o", file, "--config", config];
    const dry = await runServerCommand([...args, "--dry-run"]);
    assertEquals(dry.code, 0, dry.stderr);
    assertEquals(await Deno.stat(file).catch(() => null), null);
    for (
      const part of [
        "  commands    tool\n",
        "  hook check  bin/tool --version (60 s)\n",
        "  requires    editor >=1\n",
      ]
    ) assert(dry.stdout.includes(part), dry.stdout);
    assertEquals(
      dry.stderr.split("\n").map((line) => line.slice(0, 45)),
      [
        'warning: "bin/tool" can be written by everybod',
        "warning: The hook check names no deadline, so",
        "",
      ].map((line) => line.slice(0, 45)),
    );
    const ran = await runServerCommand([...args, "--json", "--serial", "4"]);
    assertEquals(ran.code, 0, ran.stderr);
    const told = JSON.parse(ran.stdout);
    assertEquals(
      told.warnings.map(({ code }: { code: string }) => code),
      ["writable", "deadline"],
    );
    const inspected = await runServerCommand(
      ["inspect", file, "--config", config],
    );
    assertEquals(inspected.code, 0, inspected.stderr + inspected.stdout);
  });
});

Deno.test("pack takes a .deb and an .rpm as they are, and stores them", async () => {
  await withFleet(async (directory, config) => {
    await Deno.writeFile(`${directory}/tool.deb`, debOf());
    await Deno.writeFile(`${directory}/tool.rpm`, rpmOf());
    const cases = [["tool.deb", "tool", "1.0-3"], [
      "tool.rpm",
      "tool",
      "1.0~rc1-3.el9",
    ]] as const;
    for (const [name, program, version] of cases) {
      const file = `${directory}/${name}.ieo`;
      const ran = await runServerCommand([
        ...["pack", `${directory}/${name}`, "-o", file],
        ...["--config", config, "--json"],
      ]);
      assertEquals(ran.code, 0, ran.stderr);
      const told = JSON.parse(ran.stdout);
      assertEquals([told.name, told.version], [program, version]);
      assertEquals(told.files, 1);
      const bytes = await Deno.readFile(file);
      const content = await Deno.readFile(`${directory}/${name}`);
      assert(bytes.length > content.length);
      const found = new TextDecoder("latin1").decode(bytes);
      assert(found.includes(new TextDecoder("latin1").decode(content)));
    }
  });
});

Deno.test("pack makes the same bytes of the same input, at each level", async () => {
  await withFleet(async (directory, config) => {
    const text = "words and words\n".repeat(9_000);
    await Deno.writeTextFile(`${directory}/editor-1.0/text`, text);
    const made = async (name: string, ...more: string[]) => {
      const file = `${directory}/${name}.ieo`;
      const ran = await runServerCommand([
        ...["pack", `${directory}/editor-1.0`, "-o", file, "--serial", "1"],
        ...["--config", config, ...more],
      ]);
      assertEquals(ran.code, 0, ran.stderr);
      assert(ran.stdout.includes(" % of 144.0 kB)") || more.includes("0"));
      return await Deno.readFile(file);
    };
    const one = await made("one");
    assertEquals(await made("two"), one);
    const fast = await made("three", "--fast");
    assertEquals(await made("four", "--level", "1"), fast);
    assert((await made("five", "--level", "0")).length > text.length);
  });
});

Deno.test("pack shows a bar on a terminal", async () => {
  await withFleet(async (directory, config) => {
    const terminal = fakeTerminal({ interactive: true });
    const ran = await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", `${directory}/a.ieo`],
      ...["--config", config],
    ], terminal);
    assertEquals(ran.code, 0, ran.stderr);
    assert(ran.stderr.includes("Packing editor ["), ran.stderr);
  });
});

Deno.test("pack refuses what it cannot pack, and leaves no file", async () => {
  await withFleet(async (directory, config) => {
    await Deno.writeTextFile(`${directory}/setup.msi`, "x");
    await Deno.writeTextFile(`${directory}/cut.deb`, "!<arch>\n");
    await Deno.mkdir(`${directory}/bad-1`);
    await Deno.writeTextFile(`${directory}/bad-1/ieo.toml`, 'nam = "a"');
    await Deno.mkdir(`${directory}/open-1`);
    await Deno.copyFile(
      `${directory}/keys/publisher.key`,
      `${directory}/open-1/my.key`,
    );
    const program = `${directory}/editor-1.0`;
    const cases: [string[], number, string][] = [
      [[`${directory}/editor-9.9`], 5, "editor-9.9"],
      [[`${directory}/keys`], 2, "does not say which program"],
      [
        [`${directory}/setup.msi`],
        2,
        "Put it into a directory with an ieo.toml",
      ],
      [[`${directory}/cut.deb`], 1, "no Debian package"],
      [
        [`${directory}/bad-1`],
        1,
        'line 1: "nam" is no field of ieo.toml; did you mean name?',
      ],
      [[program, "--name", "Editor"], 2, "cannot be a program's name"],
      [[program, "--fast", "--level", "9"], 2, "give one of them"],
      [[program, "--level", "10"], 2, "0 to 9"],
      [[program, "--key", "/no.key"], 3, "/no.key"],
      [[program, "--key", config], 3, "flottille.toml"],
      [
        [`${directory}/open-1`, "--key", `${directory}/open-1/my.key`],
        2,
        "the key itself would be packed",
      ],
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

Deno.test("pack refuses to write into the directory it packs", async () => {
  await withFleet(async (directory, config) => {
    const program = `${directory}/editor-1.0`;
    const ran = await runServerCommand([
      ...["pack", program, "-o", `${program}/a.ieo`, "--config", config],
    ]);
    assertEquals(ran.code, 1);
    assert(ran.stderr.includes("choose another place"), ran.stderr);
  });
});
