/** The agent's command line, against a local door that is made up. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { AGENT_DEFAULTS } from "../../lib/agent/options.ts";
import { readArguments } from "../../lib/cli/agent_arguments.ts";
import { AGENT_COMMANDS, RUN } from "../../lib/cli/agent_commands.ts";
import { agentMain } from "../../lib/cli/agent_main.ts";
import { readRunRequest } from "../../lib/cli/agent_options.ts";
import { CliFailure } from "../../lib/cli/failure.ts";
import { realHost } from "../../lib/host/real.ts";
import { ask, run, STATUS } from "./agent_kit.ts";
import { fakeTerminal } from "./fake_terminal.ts";

Deno.test("status prints what the agent says of itself", async () => {
  assertEquals(await ask(["status"]), {
    code: 0,
    stdout: [
      "Machine   workshop-3 (q7Jx9fTaAAAAAAAAAAAAAA)",
      "Agent     flottille-agent 0.1.0",
      "Fleet     accepted",
      "Server    192.168.1.5:2013, heard 7 s ago",
      "Doing     nothing",
      "Programs  editor 2.0 (1.0 kept), viewer 1.0",
      "Dropped   12 filter",
      "",
    ].join("\n"),
    stderr: "",
  });
});

Deno.test("status of an agent that has found nobody yet says so", async () => {
  const status = () =>
    Promise.resolve({
      ...STATUS,
      membership: "pending",
      reason: "pending",
      server: null,
      heardSecondsAgo: null,
      programs: [],
    });
  const { stdout } = await ask(["status"], { status });
  assert(stdout.includes("Fleet     waits for the owner's approval\n"));
  assert(stdout.includes("Reason    pending\n"));
  assert(stdout.includes("Server    none heard yet\n"));
  assert(stdout.includes("Programs  none\n"));
});

Deno.test("status --json prints the answer itself", async () => {
  const { stdout } = await ask(["status", "--json"]);
  assertEquals(JSON.parse(stdout), STATUS);
});

Deno.test("send-list says what became of it", async () => {
  const sent = (outcome: string, because?: string) => () =>
    Promise.resolve({ outcome, ...(because ? { because } : {}) });
  assertEquals((await ask(["send-list"])).stdout, "The list was sent\n");
  const same = await ask(["send-list"], { "send-list": sent("unchanged") });
  assertEquals(same.code, 0);
  assertEquals(same.stdout, "The server has this very list already\n");
  const bad = await ask(["send-list"], {
    "send-list": sent("failed", "The server did not answer"),
  });
  assertEquals(bad, {
    code: 1,
    stdout: "",
    stderr: "error: The server did not answer\n",
  });
});

Deno.test("An agent that does not run ends every question but list with 4", async () => {
  const directory = await Deno.makeTempDir();
  try {
    for (const line of ["status", "send-list", "rollback editor"]) {
      const ran = await run([...line.split(" "), "--state", directory]);
      assertEquals(ran.code, 4);
      assert(ran.stderr.startsWith("error: No agent runs"), ran.stderr);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("An agent's file that others can read is not used, K-02", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/local.json`, "{}", { mode: 0o644 });
    await Deno.chmod(`${directory}/local.json`, 0o644);
    const ran = await run(["status", "--state", directory]);
    assertEquals(ran.code, 3);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("run without a join file at its first start ends with 3", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const terminal = fakeTerminal();
    const ran = await run(["run", "--state", directory], terminal);
    assertEquals(ran.code, 3);
    assert(ran.stderr.startsWith("error: "), ran.stderr);
    assertEquals(terminal.listeners(), 0);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("run refuses an environment that widens the trust, K-14", async () => {
  const terminal = fakeTerminal();
  const host = { ...realHost(), terminal };
  const environment = { SSL_CERT_FILE: "/tmp/x.pem" };
  assertEquals(await agentMain(host, ["run"], { environment }), 3);
  assert(terminal.stderr().includes("SSL_CERT_FILE"), terminal.stderr());
});

// deno-fmt-ignore
const MISTYPED: readonly [string, string][] = [
  ["", "There is no command"],
  ["rnu", 'There is no command "rnu"; did you mean "run"?'],
  ["sendlist", 'There is no command "sendlist"; did you mean "send-list"?'],
  ["help stat", 'There is no command "stat"'],
  ["run --jion x", 'There is no option "--jion" here; did you mean "--join"?'],
  ["run -x", 'There is no option "-x" here'],
  ["run join.json", 'There is one word too many: "join.json"'],
  ["rollback", "rollback needs a NAME"],
  ["rollback --json", "rollback needs a NAME"],
  ["rollback editor 1.0 2.0", 'There is one word too many: "2.0"'],
  ["rolback editor", 'There is no command "rolback"; did you mean "rollback"?'],
  ["run --join", "--join needs a value: --join FILE"],
  ["run --join=", "--join needs a value: --join FILE"],
  ["run --join a --join b", "--join is given twice"],
  ["status --json=yes", "--json takes no value"],
  ["status --server x", 'There is no option "--server" here'],
  ["run --sep-port 0", '--sep-port must be a whole number, 1 to 65535, not "0"'],
  ["run --sep-port 65536", '--sep-port must be a whole number, 1 to 65535, not "65536"'],
  ["run --sep-port 2e3", '--sep-port must be a whole number, 1 to 65535, not "2e3"'],
  ["run --ping-every 0", '--ping-every must be a whole number, 1 to 86400, not "0"'],
  ["run --address workshop", '--address must be an IPv4 address such as 192.168.1.5, not "workshop"'],
  ["run --broadcast 1.2.3.256", '--broadcast must be an IPv4 address such as 192.168.1.5, not "1.2.3.256"'],
  ["run --server a:b:c", '--server must be HOST or HOST:PORT, not "a:b:c"'],
  ["run --executable e", '--executable must be a whole path, not "e"'],
  ["run --log-level loud", '--log-level must be debug, info, warning, error, not "loud"'],
];

for (const [line, sentence] of MISTYPED) {
  Deno.test(`flottille-agent ${line} says what is wrong, K-13`, async () => {
    const args = line.split(" ").filter((word) => word !== "");
    const { code, stdout, stderr } = await run(args);
    const [first, ...advice] = stderr.split("\n");
    assertEquals(first, `error: ${sentence}`);
    assert(advice.some((one) => one.includes("--help")), stderr);
    assertEquals(code, 2);
    assertEquals(stdout, "");
  });
}

Deno.test("readRunRequest gives the defaults when nothing is said", () => {
  const request = readRunRequest(readArguments(RUN, []));
  assertEquals(request, {
    options: AGENT_DEFAULTS,
    logLevel: "info",
    logFormat: "text",
  });
});

Deno.test("readRunRequest takes every option", () => {
  const line = "--join j --state s --programs=p --address 127.0.0.2 " +
    "--sep-port 1 --broadcast 127.255.255.255 --broadcast 10.0.0.255 " +
    "--shared-broadcast 127.255.255.255 --server a:1 --server b.example " +
    "--ping-every 5 --first-ping-after 0 --dpkg-status d --log-level debug " +
    "--commands c --native-root n --executable /e --defer login " +
    "--log-format json";
  assertEquals(readRunRequest(readArguments(RUN, line.split(" "))), {
    options: {
      joinPath: "j",
      stateDirectory: "s",
      programsDirectory: "p",
      commandsDirectory: "c",
      nativeRoot: "n",
      executable: "/e",
      address: "127.0.0.2",
      sepPort: 1,
      broadcast: ["127.255.255.255", "10.0.0.255"],
      sharedBroadcastAddress: "127.255.255.255",
      servers: ["a:1", "b.example"],
      pingEverySeconds: 5,
      firstPingAfterSeconds: 0,
      dpkgStatusPath: "d",
      spared: ["login"],
    },
    logLevel: "debug",
    logFormat: "json",
  });
  for (const { name } of RUN.options) assert(line.includes(name), name);
});

// deno-fmt-ignore
const DEFERS: readonly [string, readonly string[] | string][] = [
  ["--defer use", ["use"]],
  ["--defer login --defer use", ["use", "login"]],
  ["--defer never", []],
  ["--defer never --defer use", "--defer never and another --defer exclude each other"],
  ["--defer exam", '--defer must be use, login or never, not "exam"'],
];

for (const [line, wanted] of DEFERS) {
  Deno.test(`readRunRequest takes "${line}"`, () => {
    const read = () =>
      readRunRequest(readArguments(RUN, line.split(" "))).options.spared;
    if (typeof wanted !== "string") return assertEquals(read(), wanted);
    assertThrows(read, CliFailure, wanted);
  });
}

Deno.test("readRunRequest links commands among the system's for its own programs only", () => {
  const commandsOf = (line: string) =>
    readRunRequest(readArguments(RUN, line.split(" "))).options
      .commandsDirectory;
  const { programsDirectory, commandsDirectory } = AGENT_DEFAULTS;
  assertEquals(commandsOf("--programs elsewhere"), null);
  assertEquals(
    commandsOf(`--programs ${programsDirectory}`),
    commandsDirectory,
  );
  assertEquals(commandsOf("--commands here"), "here");
});

const HELP_PATH = new URL("./agent_help.txt", import.meta.url);

Deno.test("The help of the whole program is the one in agent_help.txt", async () => {
  const pages: string[] = [];
  for (const name of ["", ...AGENT_COMMANDS.map((one) => one.name)]) {
    const args = name === "" ? ["--help"] : [name, "--help"];
    const { code, stdout } = await run(args);
    assertEquals(code, 0);
    pages.push(name === "" ? stdout : stdout.split("\nExit codes:")[0] ?? "");
  }
  const found = pages.join(`\n${"-".repeat(79)}\n`);
  for (const line of found.split("\n")) assert(line.length <= 80, line);
  if (Deno.env.get("UPDATE_HELP") === "1") {
    await Deno.writeTextFile(HELP_PATH, found);
  }
  const message = "The help changed: if it should, run with UPDATE_HELP=1";
  assertEquals(found, await Deno.readTextFile(HELP_PATH), message);
});
