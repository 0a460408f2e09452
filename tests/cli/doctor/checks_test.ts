/** Steps of the way that `doctor` looks at, with real sockets and disks. */

import { assert, assertEquals } from "@std/assert";
import { examineAgent } from "../../../lib/cli/doctor/agent_checks.ts";
import {
  checkClock,
  clockFault,
} from "../../../lib/cli/doctor/clock_checks.ts";
import {
  checkEnvironment,
  checkInterfaces,
  checkRoom,
} from "../../../lib/cli/doctor/common_checks.ts";
import { fail, warn, well } from "../../../lib/cli/doctor/finding.ts";
import { checkMembership } from "../../../lib/cli/doctor/membership.ts";
import { checkPort, holderIn } from "../../../lib/cli/doctor/port_checks.ts";
import { report } from "../../../lib/cli/doctor/report.ts";
import { examineServer } from "../../../lib/cli/doctor/server_checks.ts";
import {
  judgePublishers,
  judgeSecrets,
} from "../../../lib/cli/doctor/server_key_checks.ts";
import { checkTls } from "../../../lib/cli/doctor/tls_checks.ts";
import { Output } from "../../../lib/cli/output.ts";
import { realHost } from "../../../lib/host/real.ts";
import { makeCertificate } from "../../../lib/host/certificate.ts";
import { sha256 } from "../../../lib/trust/bytes.ts";
import { FakeClock } from "../fake_clock.ts";
import { fakeTerminal } from "../fake_terminal.ts";
import { withFleet } from "../fleet_directory.ts";

const HOST = realHost();
const NOW_MS = Date.UTC(2026, 10, 23);

Deno.test("checkInterfaces says that there is no IPv4, and IPv6 only, N-16", () => {
  const none = { ...HOST.machine.facts(), interfaces: [], ipv6: [] };
  const only = { ...none, ipv6: ["2001:db8::7"] };
  const [no, six] = [none, only].map((facts) =>
    checkInterfaces({ machine: { facts: () => facts } })
  );
  assertEquals([no?.verdict, six?.verdict], ["wrong", "wrong"]);
  assert(six?.found.includes("IPv6 only (2001:db8::7)"), six?.found);
  assert(!no?.found.includes("IPv6"), no?.found);
});

Deno.test("checkTls tells the fleet's certificate, another one, a program of another kind and nobody apart, N-16, K-14", async () => {
  const [own, other] = [await makeCertificate(), await makeCertificate()];
  const listener = HOST.streams.listen({
    at: { hostname: "127.0.0.1", port: 0 },
    certificatePem: own.certificatePem,
    privateKeyPem: own.privateKeyPem,
    handshakeDeadlineMs: 5_000,
    handshakesMax: 8,
  });
  const accepting = (async () => {
    for await (const stream of listener.accept()) stream.close();
  })();
  const at = listener.address;
  const good = await checkTls(HOST, at, sha256(own.certificateDer));
  const bad = await checkTls(HOST, at, sha256(other.certificateDer));
  listener.close();
  await accepting;
  const nobody = await checkTls(HOST, at, sha256(own.certificateDer));
  const plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing = (async () => {
    for await (const connection of plain) connection.close();
  })();
  const { hostname, port } = plain.addr;
  const strange = await checkTls(HOST, { hostname, port }, new Uint8Array(32));
  plain.close();
  await closing;
  assertEquals(good.verdict, "ok", good.found);
  for (
    const [finding, says] of [
      [bad, "another certificate"],
      [nobody, "refuses"],
      [strange, "no flottille-server"],
    ] as const
  ) {
    assertEquals(finding.verdict, "wrong");
    assert(finding.found.includes(says), finding.found);
  }
});

Deno.test("checkPort names who has a port, and what chooses another one, N-16", async () => {
  const socket = HOST.datagrams.open({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.address;
  const udp = { protocol: "udp", port } as const;
  const at = { hostname: "127.0.0.1", option: "--sep-port" };
  try {
    const taken = await checkPort(HOST, udp, at);
    assertEquals(taken.verdict, "wrong");
    assert(taken.todo[0]?.includes("--sep-port"), taken.todo[0]);
  } finally {
    socket.close();
  }
  assertEquals((await checkPort(HOST, udp, at)).verdict, "ok");
  const tcp = { protocol: "tcp", port } as const;
  assertEquals((await checkPort(HOST, tcp, at)).verdict, "ok");
  const elsewhere = { ...at, hostname: "192.0.2.1" };
  const far = await checkPort(HOST, udp, elsewhere);
  assert(far.found.includes("no address of this computer"), far.found);
});

Deno.test("holderIn reads what ss prints", () => {
  const line = "UNCONN 0 0 0.0.0.0:2013 0.0.0.0:* " +
    'users:(("dnsmasq",pid=412,fd=5))';
  assertEquals(holderIn(line), "dnsmasq (process 412)");
  assertEquals(holderIn("UNCONN 0 0 0.0.0.0:2013 0.0.0.0:*"), null);
});

Deno.test("checkEnvironment names the variables that widen the trust, K-14", () => {
  assertEquals(checkEnvironment({}).verdict, "ok");
  const found = checkEnvironment({ DENO_CERT: "/x" });
  assertEquals([found.verdict, ...found.todo], ["wrong", "unset DENO_CERT"]);
});

Deno.test("clockFault notices a dead battery, and a clock behind what was signed, N-02", async () => {
  const signed = { ms: NOW_MS, what: "the list was signed" };
  assertEquals(clockFault(NOW_MS, [signed]), null);
  assertEquals(clockFault(NOW_MS - 60_000, [signed]), null);
  const late = clockFault(NOW_MS - 3_600_000, [signed]) ?? "";
  assert(late.includes("the list was signed on 2026-11-23"), late);
  const clock = { ...HOST.clock, wallMs: () => 0 };
  const dead = await checkClock({ ...HOST, clock }, []);
  assertEquals(dead.verdict, "wrong");
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

Deno.test("judgePublishers warns a month before the list expires, N-04", () => {
  const day = 86_400_000;
  const verdicts = [0, 10, 40].map((days) =>
    judgePublishers(NOW_MS + days * day, NOW_MS).verdict
  );
  assertEquals(verdicts, ["wrong", "warning", "ok"]);
});

Deno.test("judgeSecrets warns where no secret is good any more, K-04", () => {
  const verdictOf = (...expires: (number | null)[]) =>
    judgeSecrets(expires.map((expiresMs) => ({ expiresMs })), NOW_MS).verdict;
  assertEquals(verdictOf(NOW_MS - 1, null), "ok");
  assertEquals(verdictOf(NOW_MS - 1), "warning");
  assertEquals(verdictOf(), "warning");
});

Deno.test("checkMembership says what to do for each word of the server", () => {
  const of = (reason: string) =>
    checkMembership({ membership: "refused", reason });
  for (const reason of ["secret", "expired", "used", "revoked", "double"]) {
    const { verdict, found, todo } = of(reason);
    assertEquals(verdict, "wrong");
    assert(todo.length > 0 && !found.endsWith(`: ${reason}`), found);
  }
  assert(of("toString").found.endsWith(": toString"));
});

Deno.test("examineAgent says that the machine has not joined, and looks no further", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const findings = await examineAgent({
      host: HOST,
      stateDirectory: directory,
      programsDirectory: directory,
      environment: {},
      address: "127.0.0.1",
      sepPort: 45_013,
    });
    const join = findings.find(({ step }) => step === "join file");
    assertEquals(join?.verdict, "wrong");
    assert(join?.todo[0]?.includes("--join"));
    assertEquals(findings.some(({ step }) => step === "server"), false);
    assertEquals([...Deno.readDirSync(directory)], [], "it makes nothing");
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

Deno.test("examineServer names every file that others may read, K-02", () =>
  withFleet(async (directory, configPath) => {
    for (const name of ["server.key", "sip.key"]) {
      await Deno.chmod(`${directory}/keys/${name}`, 0o644);
    }
    // Nothing may leave this computer.
    await Deno.writeTextFile(
      configPath,
      `[network]
       address = "127.0.0.1"
       sep_port = 45014
       sip_port = 45015
       broadcast = []`,
    );
    const findings = await examineServer({
      ...{ host: HOST, configPath, environment: {} },
    });
    const open = findings.find(({ step }) => step === "permissions");
    assertEquals(open?.verdict, "wrong");
    const mend = open?.todo.at(-1) ?? "";
    assert(mend.includes("server.key") && mend.includes("sip.key"), mend);
  }));

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
      "1 steps: 1 wrong, 0 warnings",
    ]
  ) assert(printed.includes(line), printed);
});
