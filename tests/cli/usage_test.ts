/** Mistyped command lines, and the help of each command. */

import { assert, assertEquals } from "@std/assert";
import { SERVER_COMMANDS } from "../../lib/cli/server_main.ts";
import { runServerCommand } from "./fake_server.ts";

// deno-fmt-ignore
const MISTYPED: readonly [string, string][] = [
  ["", "There is no command"],
  ["instal editor", 'There is no command "instal"; did you mean "install"?'],
  ["machine", 'There is no command "machine"; did you mean "machines"?'],
  ["order", 'There is no command "order"; did you mean "orders"?'],
  ["frobnicate", 'There is no command "frobnicate"'],
  ["help instal", 'There is no command "instal"; did you mean "install"?'],
  ["install --on all", "NAME is missing"],
  ["has editor --on all", "VERSION is missing"],
  ["install editor", "--on WHERE is missing; to mean every machine: --on all"],
  ["install editor --onn all", 'There is no option "--onn" here; did you mean "--on"?'],
  ["install editor --on all --jsn", 'There is no option "--jsn" here; did you mean "--json"?'],
  ["install editor --on all --wiat", 'There is no option "--wiat" here; did you mean "--wait"?'],
  ["install editor 1.0 extra --on all", 'There is one word too many: "extra"'],
  ["machines all", 'There is one word too many: "all"'],
  ["orders seven", 'ID must be a whole number, 1 or more, not "seven"'],
  ["orders 0", 'ID must be a whole number, 1 or more, not "0"'],
  ["collect --on all --wait --timeout 0", '--timeout must be a whole number, 1 to 604800, not "0"'],
  ["collect --on all --wait --timeout -1", '--timeout must be a whole number, 1 to 604800, not "-1"'],
  ["collect --on all --timeout 5", "--timeout is for --wait, which is missing"],
  ["status --config", "--config needs a value: --config FILE"],
  ["status --config a --config b", "--config is given twice"],
  ["status --json --json", "--json is given twice"],
  ["install editor --on --config a", "--on needs a value: --on WHERE"],
  ["collect --on all --wait --timeout", "--timeout needs a value: --timeout SECONDS"],
  ["run --log-level", "--log-level needs a value: --log-level LEVEL"],
  ["downgrade editor", "VERSION is missing"],
  ["rename lab", "NAME is missing"],
  ["list", "MACHINE is missing"],
  ["cancel", "ID is missing"],
  ["publish", "FILE is missing"],
  ["pack", "SOURCE is missing"],
  ["run --confg x", 'There is no option "--confg" here; did you mean "--config"?'],
];

for (const [line, sentence] of MISTYPED) {
  Deno.test(`flottille-server ${line} says what is wrong`, async () => {
    const args = line.split(" ").filter((word) => word !== "");
    const { code, stdout, stderr } = await runServerCommand(args);
    const [first, ...advice] = stderr.split("\n");
    assertEquals(first, `error: ${sentence}`);
    assert(advice.some((one) => one.includes("--help")), stderr);
    assertEquals(code, 2);
    assertEquals(stdout, "");
  });
}

Deno.test("Every command's help has a usage, an example and the exit codes", async () => {
  for (const { name } of SERVER_COMMANDS) {
    const { code, stdout } = await runServerCommand([name, "--help"]);
    assertEquals(code, 0);
    assert(stdout.startsWith(`Usage: flottille-server ${name}`), name);
    assert(stdout.includes("\nExamples:\n  flottille-server "), name);
    assert(stdout.includes("\nExit codes:\n    0  "), name);
    for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  }
});

Deno.test("Every example of a help can be read by its own parser", () => {
  for (const command of SERVER_COMMANDS) {
    const { examples = [] } = command.help("flottille-server");
    assert(examples.length > 0, command.name);
    for (const [line] of examples) {
      const words = line.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
      const [, name, ...args] = words.map((word) => word.replaceAll("'", ""));
      assertEquals(name, command.name);
      const read = command.read(args);
      assert(read.ok, `${line}: ${read.ok ? "" : read.fault}`);
    }
  }
});

Deno.test("help COMMAND is COMMAND --help, even with other options", async () => {
  const { stdout } = await runServerCommand(["help", "install"]);
  assertEquals((await runServerCommand(["install", "--help"])).stdout, stdout);
  assertEquals((await runServerCommand(["install", "x", "-h"])).stdout, stdout);
});

Deno.test("The help fits narrow and wide terminals", async () => {
  const { fakeTerminal } = await import("./fake_terminal.ts");
  for (const columns of [50, 80, 300]) {
    const terminal = fakeTerminal({ columns });
    const { stdout } = await runServerCommand(["run", "--help"], terminal);
    for (const line of stdout.split("\n")) {
      const isExample = line.startsWith("  flottille-server");
      const isCode = /^ {1,4}\d+ {2}/.test(line);
      if (isExample || isCode) continue;
      assert(line.length <= Math.min(columns, 80), line);
    }
  }
});

const HELP_PATH = new URL("./server_help.txt", import.meta.url);

Deno.test("The help of the whole program is the one in server_help.txt", async () => {
  const pages: string[] = [];
  for (const name of ["", ...SERVER_COMMANDS.map((one) => one.name)]) {
    const args = name === "" ? ["--help"] : [name, "--help"];
    const { stdout } = await runServerCommand(args);
    // The exit codes are the same on each page.
    pages.push(name === "" ? stdout : stdout.split("\nExit codes:")[0] ?? "");
  }
  const found = pages.join(`\n${"-".repeat(79)}\n`);
  if (Deno.env.get("UPDATE_HELP") === "1") {
    await Deno.writeTextFile(HELP_PATH, found);
  }
  const message = "The help changed: if it should, run with UPDATE_HELP=1";
  assertEquals(found, await Deno.readTextFile(HELP_PATH), message);
});
