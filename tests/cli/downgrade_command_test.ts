/** `downgrade`, and `publish` of what it makes (I-16). */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromUtf8, toBase64Url } from "../../lib/trust/bytes.ts";
import { openDowngrade } from "../../lib/trust/downgrade.ts";
import { encodePrivateKeyPem } from "../../lib/trust/keys.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import { keyOf } from "../server/examples.ts";
import { WALL_START_MS } from "./fake_clock.ts";
import { refused, runServerCommand, withServer } from "./fake_server.ts";

const ANNA = keyOf("anna");
const LIST: PublishersList = {
  ...{ format: 1, version: 1, revoked: [] },
  ...{ issued: "2013-01-01T00:00:00Z", expires: "9999-01-01T00:00:00Z" },
  publishers: [{
    ...{ key: toBase64Url(ANNA.publicKey), names: ["*"], hooks: false },
  }],
};

/** Runs the test in a directory that holds nothing but a key. */
async function withKey(
  test: (directory: string, key: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const key = `${directory}/anna.key`;
  try {
    await Deno.writeTextFile(key, encodePrivateKeyPem(ANNA.seed), {
      mode: 0o600,
    });
    await test(directory, key);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function opened(path: string) {
  const read = openDowngrade(await Deno.readFile(path), LIST);
  if (!read.ok) throw new Error(read.fault);
  return read.value;
}

Deno.test("downgrade signs a statement without any server or fleet", () =>
  withKey(async (directory, key) => {
    const path = `${directory}/back`;
    const ran = await runServerCommand([
      ...["downgrade", "editor", "1.0", "1.1", "--key", key, "-o", path],
    ]);
    assertEquals([ran.code, ran.stderr], [0, ""]);
    assertMatch(ran.stdout, /back: machines may go back to editor 1\.0, 1\.1/);
    assertMatch(ran.stdout, /Next: flottille-server publish .*back\n$/);
    const statement = await opened(path);
    assertEquals(statement.name, "editor");
    assertEquals(statement.versions, ["1.0", "1.1"]);
    const weekMs = 7 * 86_400_000;
    assertEquals(statement.expiresMs - statement.issuedMs, weekMs);
    assert(statement.issuedMs >= WALL_START_MS);
  }));

Deno.test("downgrade --days says how long it holds, --json what was made", () =>
  withKey(async (directory, key) => {
    const path = `${directory}/back`;
    const ran = await runServerCommand([
      ...["downgrade", "editor", "1.0", "--days", "1", "--key", key],
      ...["--output", path, "--json"],
    ]);
    const { issued, expires, ...made } = JSON.parse(ran.stdout);
    assertEquals(made, { name: "editor", versions: ["1.0"], path });
    assertEquals(Date.parse(expires) - Date.parse(issued), 86_400_000);
  }));

// deno-fmt-ignore
const WRONG: readonly [string[], number, RegExp][] = [
  [["downgrade", "editor"],                             2, /VERSION/],
  [["downgrade", "Editor", "1.0", "--key", "x"],        2, /"Editor" cannot be a program's name/],
  [["downgrade", "editor", ">=1", "--key", "x"],        2, /">=1" cannot be a version/],
  [["downgrade", "editor", "1", "--days", "0"],         2, /--days must be a whole number, 1 to 366/],
  [["downgrade", "editor", "1", "--key", "none.key"],   3, /There is no publisher's key "none\.key"/],
];
for (const [args, code, sentence] of WRONG) {
  Deno.test(`${args.join(" ")} ends with ${code}`, async () => {
    const ran = await runServerCommand(args);
    assertEquals(ran.code, code, ran.stderr);
    assertMatch(ran.stderr, sentence);
  });
}

const VIEW = {
  name: "editor",
  versions: ["1.0"],
  expiresAt: new Date(WALL_START_MS + 3 * 86_400_000).toISOString(),
};

/** Makes a statement and publishes it to a server that answers so. */
async function published(answer: unknown) {
  let told = { code: -1, stdout: "", stderr: "" };
  let isWhole = false;
  await withKey(async (directory, key) => {
    // Whatever it is called: the content says what it is.
    const path = `${directory}/editor.ieo`;
    await runServerCommand([
      ...["downgrade", "editor", "1.0", "--key", key, "-o", path],
    ]);
    await withServer({ "POST /v1/downgrades": answer }, async (server) => {
      told = await server.run(["publish", path]);
      const sent = server.asked[0]?.body;
      isWhole = sent === fromUtf8(await Deno.readFile(path));
      assertEquals(server.asked.length, 1);
    });
  });
  return { ...told, isWhole };
}

Deno.test("publish knows a downgrade statement by its content", async () => {
  assertEquals(await published(VIEW), {
    code: 0,
    stdout: "Machines may go back to editor 1.0 until " +
      `${VIEW.expiresAt}, once each\n` +
      "Next: flottille-server install editor 1.0 --on WHERE\n",
    stderr: "",
    isWhole: true,
  });
});

Deno.test("publish says why a downgrade statement was refused", async () => {
  const error = "Cannot publish: the downgrade statement is signed by nobody";
  const { code, stderr } = await published(refused(422, error));
  assertEquals([code, stderr], [7, `error: ${error}\n`]);
});
