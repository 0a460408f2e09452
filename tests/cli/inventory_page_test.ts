/** What docs/inventory.md tells people to type. */

import { assert, assertEquals } from "@std/assert";
import { parseMoment } from "../../lib/cli/moment_argument.ts";
import { SERVER_COMMANDS } from "../../lib/cli/server_main.ts";
import { SOURCES } from "../../lib/peo/sources.ts";
import { sha256, toHex, utf8 } from "../../lib/trust/bytes.ts";
import {
  encodePublicKeyPem,
  keyPairFromSeed,
  machineOf,
  showMachine,
} from "../../lib/trust/keys.ts";
import { signList } from "../../lib/trust/list_statement.ts";
import { withDirectory } from "./fleet_directory.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../docs/inventory.md", import.meta.url),
);

/** The blocks of the page that begin with these fences. */
function blocksOf(fence: string): string[] {
  return PAGE.split(`\n${fence}\n`).slice(1)
    .map((rest) => rest.split("\n```")[0] ?? "");
}

const BASENC = "/usr/bin/basenc";
const hasTools = await Deno.stat(BASENC).then(() => true, () => false);

Deno.test({
  name: "signList is verified by the commands of the page, with openssl alone",
  ignore: !hasTools,
  async fn() {
    const [script = ""] = blocksOf("```sh");
    const key = keyPairFromSeed(new Uint8Array(32).fill(3));
    const machine = machineOf(key.publicKey);
    const document = utf8('{"bomFormat":"CycloneDX"}\n');
    const size = document.length;
    const hash = toHex(sha256(document));
    await withDirectory(async (cwd) => {
      const path = `${cwd}/room-101.peo`;
      await Deno.writeFile(path, document);
      await Deno.writeTextFile(
        `${path}.pub`,
        encodePublicKeyPem(key.publicKey),
      );
      await Deno.writeFile(
        `${path}.sig`,
        signList(key, { machine, sha256: hash, size }),
      );
      const good = await shell(script, cwd);
      assertEquals(good.split("\n"), [
        "Signature Verified Successfully",
        showMachine(machine),
        "",
      ]);
      await Deno.writeFile(path, utf8('{"bomFormat":"CycloneDY"}\n'));
      const bad = await shell(script, cwd);
      assert(bad.startsWith("Signature Verification Failure"), bad);
    });
  },
});

async function shell(script: string, cwd: string): Promise<string> {
  const command = new Deno.Command("/bin/sh", { args: ["-c", script], cwd });
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout);
}

Deno.test("SERVER_COMMANDS can read every command line of the page", () => {
  const lines = blocksOf("```").flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/^\$ /, "").replace(/ +[#>] .*$/, ""))
    .filter((line) => line.startsWith("flottille-server "));
  assert(lines.length > 8, `${lines.length} lines`);
  for (const line of lines) {
    const words = line.match(/'[^']*'|\S+/g) ?? [];
    const [, name, ...args] = words.map((word) => word.replaceAll("'", ""));
    const command = SERVER_COMMANDS.find((one) => one.name === name);
    const read = command?.read(args);
    assert(read?.ok, `${line}: ${read?.ok === false ? read.fault : "unknown"}`);
  }
});

Deno.test("parseMoment takes every date that the page tells of", () => {
  const [, told = ""] = /A date is ([^]*?) The list that/.exec(PAGE) ?? [];
  const forms = [...told.matchAll(/`([^`]+)`/g)].map(([, form = ""]) => form)
    .filter((form) => form !== "Z");
  assertEquals(forms.length, 7);
  const context = { nowMs: Date.UTC(2026, 11, 1), zone: () => 0 };
  for (const form of forms) assert(parseMoment(form, context).ok, form);
});

Deno.test("SOURCES are all in the table of the page, with their systems", () => {
  const SYSTEMS = { linux: "Linux", darwin: "macOS", windows: "Windows" };
  for (const { name, systems, isOptional } of SOURCES) {
    const [, told = ""] = new RegExp(`^\\| \`${name}\` +\\| ([^|]*)\\|`, "m")
      .exec(PAGE) ?? [];
    assert(told !== "", `"${name}" is not in the table`);
    assertEquals(told.includes("if wanted"), isOptional === true, name);
    if (told.startsWith("all")) continue;
    for (const [system, word] of Object.entries(SYSTEMS)) {
      assertEquals(told.includes(word), systems.includes(system), name);
    }
  }
});
