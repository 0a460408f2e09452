/** `key` and `publishers`: who may sign, on whatever computer the keys are. */

import { assert, assertEquals } from "@std/assert";
import {
  KEY_FROM_OPENSSL,
  PASSPHRASE_OF_OPENSSL,
} from "../trust/openssl_key.ts";
import { runServerCommand } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { withDirectory, withFleet } from "./fleet_directory.ts";

/** The list as `publishers --json` tells it. */
interface ListView {
  readonly version: number;
  readonly expires: string;
  readonly publishers: readonly {
    readonly key: string;
    readonly names: readonly string[];
    readonly hooks: boolean;
  }[];
  readonly revoked: readonly string[];
}

/** Runs a command that must go well, and reads its JSON. */
async function tell(...args: string[]): Promise<ListView> {
  const ran = await runServerCommand([...args, "--json"]);
  assertEquals(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

/** Makes a key, and gives its public half. */
async function newKey(path: string): Promise<string> {
  const ran = await runServerCommand(["key", "new", path, "--json"]);
  assertEquals(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout).publicKey;
}

Deno.test("key new makes a key for its owner alone, and never writes over one", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/my.key`;
    const made = await runServerCommand(["key", "new", path]);
    assertEquals(made.code, 0, made.stderr);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    const [, key = ""] = /public key: ([0-9a-f]{64})\n/.exec(made.stdout) ?? [];
    assert(made.stdout.includes(`publishers add ${key} --names`), made.stdout);
    const shown = await runServerCommand(["key", "show", path]);
    assertEquals(shown.stdout, `${key}\n`);
    const again = await runServerCommand(["key", "new", path]);
    assertEquals(again.code, 3);
    assert(again.stderr.includes("never written over"), again.stderr);
  });
});

Deno.test("key new asks for a passphrase twice, and key show for it once", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/my.key`;
    const args = ["key", "new", path, "--passphrase"];
    const cases: [string[], number, string][] = [
      [["one", "two"], 2, "The two passphrases are not the same"],
      [[""], 2, "The passphrase is empty"],
      [[], 3, "this is no terminal"],
    ];
    for (const [hidden, code, part] of cases) {
      const ran = await runServerCommand(args, fakeTerminal({ hidden }));
      assertEquals(ran.code, code, ran.stderr);
      assert(ran.stderr.includes(part), ran.stderr);
      assertEquals(await Deno.stat(path).catch(() => null), null);
    }
    const made = await runServerCommand(
      args,
      fakeTerminal({ hidden: ["one", "one"] }),
    );
    assertEquals(made.code, 0, made.stderr);
    assert((await Deno.readTextFile(path)).includes("BEGIN ENCRYPTED"));
    const shown = await runServerCommand(
      ["key", "show", path],
      fakeTerminal({ hidden: ["one"] }),
    );
    assertEquals(shown.code, 0, shown.stderr);
    await Deno.writeTextFile(path, KEY_FROM_OPENSSL);
    const wrong = await runServerCommand(
      ["key", "show", path],
      fakeTerminal({ hidden: ["a", "b", "c", PASSPHRASE_OF_OPENSSL] }),
    );
    assertEquals(wrong.code, 3);
  });
});

Deno.test("key refuses a passphrase that others can read, K-02", async () => {
  await withDirectory(async (directory) => {
    const secret = `${directory}/secret`;
    await Deno.writeTextFile(secret, "one\n", { mode: 0o644 });
    const args = ["key", "new", `${directory}/a.key`, "--passphrase-file"];
    const open = await runServerCommand([...args, secret]);
    assertEquals(open.code, 3);
    assert(open.stderr.includes("chmod 600"), open.stderr);
    await Deno.chmod(secret, 0o600);
    assertEquals((await runServerCommand([...args, secret])).code, 0);
    await Deno.writeTextFile(secret, "\n");
    const empty = await runServerCommand([
      ...["key", "show", `${directory}/a.key`, "--passphrase-file", secret],
    ]);
    assertEquals(empty.code, 3);
    assert(empty.stderr.includes("is no passphrase"), empty.stderr);
  });
});

Deno.test("publishers shows, adds, changes, revokes and renews, K-07", async () => {
  await withFleet(async (directory, config) => {
    const own = ["--config", config];
    const first = await tell("publishers", ...own);
    assertEquals([first.version, first.publishers.length], [1, 1]);
    const key = await newKey(`${directory}/anna.key`);

    const added = await tell(
      ...["publishers", "add", key, "--names", "school-*"],
      ...["--names", "editor", ...own],
    );
    assertEquals([added.version, added.expires], [2, first.expires]);
    const anna = { key, names: ["school-*", "editor"], hooks: false };
    assertEquals(added.publishers[1], anna);

    const changed = await tell(
      ...["publishers", "add", key, "--names", "*", "--hooks", ...own],
    );
    assertEquals(changed.publishers.length, 2);
    assertEquals(changed.publishers[1], { key, names: ["*"], hooks: true });

    const file = `${directory}/a.ieo`;
    const packed = await runServerCommand([
      ...["pack", `${directory}/editor-1.0`, "-o", file],
      ...["--key", `${directory}/anna.key`],
    ]);
    assertEquals(packed.code, 0, packed.stderr);
    const good = await runServerCommand(["inspect", file, ...own]);
    assertEquals(good.code, 0, good.stderr);

    const gone = await tell("publishers", "revoke", key.slice(0, 8), ...own);
    assertEquals([gone.version, gone.revoked], [4, [key]]);
    assertEquals(gone.publishers.length, 1);
    const bad = await runServerCommand(["inspect", file, ...own]);
    assertEquals(bad.code, 1);
    assert(bad.stderr.includes("whose key was revoked"), bad.stderr);

    const renewed = await tell("publishers", "renew", "--years", "2", ...own);
    assertEquals(renewed.version, 5);
    assert(renewed.expires.startsWith("2028-01-02"), renewed.expires);
    const shown = await runServerCommand(["publishers", ...own]);
    assert(shown.stdout.includes(`${key}         `), shown.stdout);
  });
});

Deno.test("publishers takes the fleet key from elsewhere, and works without a fleet", async () => {
  await withFleet(async (directory, config) => {
    await withDirectory(async (stick) => {
      await Deno.rename(`${directory}/keys/fleet.key`, `${stick}/fleet.key`);
      const key = await newKey(`${stick}/anna.key`);
      const add = ["publishers", "add", key, "--names", "*"];
      const without = await runServerCommand([...add, "--config", config]);
      assertEquals(without.code, 3);
      assert(without.stderr.includes("--fleet-key FILE"), without.stderr);
      const fleetKey = ["--fleet-key", `${stick}/fleet.key`];
      const here = await tell(...add, "--config", config, ...fleetKey);
      assertEquals(here.version, 2);

      const list = `${stick}/publishers.json`;
      await Deno.copyFile(`${directory}/publishers.json`, list);
      const away = await tell(
        ...["publishers", "revoke", key, "--list", list, ...fleetKey],
      );
      assertEquals(away.version, 3);
      const shown = await tell("publishers", "--list", list, ...fleetKey);
      assertEquals(shown, away);
      await Deno.copyFile(list, `${directory}/publishers.json`);
      assertEquals(await tell("publishers", "--config", config), away);
    });
  });
});

Deno.test("publishers refuses what it cannot do, and changes nothing", async () => {
  await withFleet(async (directory, config) => {
    const key = await newKey(`${directory}/anna.key`);
    const before = await Deno.readFile(`${directory}/publishers.json`);
    const cases: [string[], number, string][] = [
      [["ad", key], 2, 'did you mean "add"?'],
      [["add"], 2, "KEY is missing"],
      [["add", key], 2, "--names PATTERN is missing"],
      [["add", "zzz", "--names", "*"], 2, '"zzz" is no publisher\'s key'],
      [["add", "0".repeat(64), "--names", "*"], 2, "is no publisher's key"],
      [["add", key, "--names", "School"], 2, "no pattern over program names"],
      [["revoke", key.slice(0, 8)], 5, "No key of the list begins with"],
      [["revoke", key.slice(0, 7)], 2, "is no publisher's key"],
      [["revoke", key, "--names", "*"], 2, "are for publishers add"],
      [["renew", key], 2, "one word too many"],
      [["renew", "--years", "0"], 2, "1 to 100"],
      [
        ["renew", "--fleet-key", `${directory}/anna.key`],
        3,
        "not the key of this fleet",
      ],
    ];
    for (const [args, code, part] of cases) {
      const ran = await runServerCommand(
        ["publishers", ...args, "--config", config],
      );
      assertEquals(ran.code, code, `${args.join(" ")}: ${ran.stderr}`);
      assert(ran.stderr.includes(part), ran.stderr);
    }
    assertEquals(await Deno.readFile(`${directory}/publishers.json`), before);
  });
});

Deno.test("publishers does not take back a revoked key, nor revoke it twice", async () => {
  await withFleet(async (directory, config) => {
    const own = ["--config", config];
    const key = await newKey(`${directory}/anna.key`);
    await tell("publishers", "revoke", key, ...own);
    const add = ["publishers", "add", key, "--names", "*", ...own];
    const added = await runServerCommand(add);
    assertEquals(added.code, 3);
    assert(added.stderr.includes("was revoked, for ever"), added.stderr);
    const again = await runServerCommand(["publishers", "revoke", key, ...own]);
    assert(again.stderr.includes("is revoked already"), again.stderr);
    const short = await runServerCommand(
      ["publishers", "revoke", key.slice(0, 8), ...own],
    );
    assert(short.stderr.includes("is revoked already"), short.stderr);
  });
});
