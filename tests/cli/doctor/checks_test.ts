/** Steps of the way that `doctor` looks at, with real sockets and disks. */

import { assert, assertEquals } from "@std/assert";
import { examineAgent } from "../../../lib/cli/doctor/agent_checks.ts";
import {
  checkEnvironment,
  checkInterfaces,
  checkRoom,
} from "../../../lib/cli/doctor/common_checks.ts";
import { fail, warn, well } from "../../../lib/cli/doctor/finding.ts";
import { report } from "../../../lib/cli/doctor/report.ts";
import { examineServer } from "../../../lib/cli/doctor/server_checks.ts";
import { Output } from "../../../lib/cli/output.ts";
import { realHost } from "../../../lib/host/real.ts";
import { FakeClock } from "../fake_clock.ts";
import { fakeTerminal } from "../fake_terminal.ts";

const HOST = realHost();

Deno.test("checkInterfaces says that IPv4 is missing, N-16", () => {
  const facts = { ...HOST.machine.facts(), interfaces: [] };
  const found = checkInterfaces({ machine: { facts: () => facts } });
  assertEquals(found.verdict, "wrong");
  assert(found.todo[0]?.includes("IPv4"), found.todo[0]);
});

Deno.test("checkEnvironment names the variables that widen the trust, K-14", () => {
  assertEquals(checkEnvironment({}).verdict, "ok");
  const found = checkEnvironment({ DENO_CERT: "/x" });
  assertEquals([found.verdict, ...found.todo], ["wrong", "unset DENO_CERT"]);
});

Deno.test("checkRoom says how much room there is, and that a directory is none", async () => {
  assertEquals((await checkRoom(HOST, "disk", "/nowhere")).verdict, "wrong");
  const disk = { ...HOST.disk, spaceFree: () => Promise.resolve(50 * 2 ** 20) };
  const little = await checkRoom({ disk }, "disk", "/");
  assertEquals([little.verdict, little.found], [
    "wrong",
    '50 MiB are free below "/"',
  ]);
});

Deno.test("examineAgent says that the join file is not there", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const findings = await examineAgent({
      host: HOST,
      stateDirectory: directory,
      programsDirectory: directory,
      environment: {},
    });
    const found = findings.find(({ step }) => step === "join file");
    assertEquals(found?.verdict, "wrong");
    assert(found?.todo.join().includes("--join"), found?.todo.join());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("examineServer ends at a config that cannot be used", async () => {
  const findings = await examineServer({
    host: HOST,
    configPath: "/nowhere/flottille.toml",
    environment: {},
  });
  const last = findings.at(-1);
  assertEquals([last?.step, last?.verdict], ["config", "wrong"]);
});

Deno.test("report ends badly when a step is wrong, and prints what to do", () => {
  const terminal = fakeTerminal();
  const output = new Output(terminal, new FakeClock());
  assertEquals(report(output, [well("a", "yes")], false), "ok");
  assertEquals(report(output, [warn("b", "soon", "do it")], false), "ok");
  assertEquals(report(output, [fail("c", "no", "do this")], false), "failed");
  const printed = terminal.stdout();
  for (
    const line of [
      "ok       a: yes\n",
      "warning  b: soon\n         do it\n",
      "wrong    c: no\n         do this\n",
      "All 1 steps are as they should be",
      "1 steps: 1 wrong",
    ]
  ) assert(printed.includes(line), printed);
});
