/**
 * `doctor` of both programs on a network that is broken in one place at a
 * time: `deno task test:doctor [--executables]` (Linux, root, nftables). Each
 * time the step that fails must be the one that is called wrong, and no other
 * step of the way (N-16).
 *
 * @module
 */

import type { Finding } from "../lib/cli/doctor/finding.ts";
import { Lan, type LanHost, within } from "./kit/lan.ts";
import { eventually, type Ran, run, Running } from "./kit/process.ts";
import { fromDist, fromSources, type Programs } from "./kit/programs.ts";

/** Steps that are about the network; the others may be as they like. */
const WAY = [
  "network",
  "address",
  "broadcast",
  "firewall",
  "name",
  "sending",
  "server",
  "UDP 2013",
  "TCP 3615",
  "fleet",
];

/** What is looked at, and where. */
interface Site {
  readonly programs: Programs;
  readonly directory: string;
  readonly server: LanHost;
  readonly machine: LanHost;
}

function demand(holds: boolean, sentence: string, found: unknown): void {
  if (!holds) {
    throw new Error(`not so: ${sentence}\n${JSON.stringify(found, null, 1)}`);
  }
  console.log(`  ${sentence}`);
}

async function must(command: readonly string[]): Promise<Ran> {
  const ran = await run(command);
  if (ran.code === 0) return ran;
  throw new Error(`${command.join(" ")}: ${ran.stdout}${ran.stderr}`);
}

/** The findings of a doctor. */
async function doctor(
  { programs, directory, server, machine }: Site,
  side: "server" | "agent",
  ...more: string[]
): Promise<Finding[]> {
  const [at, args] = side === "server"
    ? [server, ["--config", `${directory}/fleet/flottille.toml`]]
    : [machine, ["--state", `${directory}/state`]];
  const command = [...programs[side], "doctor", "--json", ...args, ...more];
  const { code, stdout, stderr } = await run(within(at.namespace, command));
  if (stdout === "") throw new Error(stderr);
  const { wrong, findings } = JSON.parse(stdout);
  const isRight = code === (wrong === 0 ? 0 : 1);
  if (!isRight) throw new Error(`It ended with ${code}: ${stdout}`);
  return findings;
}

/** The steps of the way that are wrong, as `STEP: what was found`. */
function wrongOf(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ step, verdict }) => verdict === "wrong" && WAY.includes(step))
    .map(({ step, found }) => `${step}: ${found}`);
}

/** Exactly these steps are wrong, and say so. */
function demandWrong(
  sentence: string,
  findings: readonly Finding[],
  ...expected: RegExp[]
): void {
  const wrong = wrongOf(findings);
  const isRight = wrong.length === expected.length &&
    expected.every((one, at) => one.test(wrong[at] ?? ""));
  demand(isRight, sentence, { wrong, findings });
}

/** A ruleset in the namespace, as long as the work goes on. */
async function behindRules(
  { namespace }: LanHost,
  policy: string,
  rules: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const nft = (...args: string[]) => must(within(namespace, ["nft", ...args]));
  await nft("add", "table", "inet", "walls");
  const chain = `{ type filter hook input priority 0 ; policy ${policy} ; }`;
  await nft("add", "chain", "inet", "walls", "input", chain);
  const always = ["iif lo accept", "ct state established,related accept"];
  for (const rule of [...always, ...rules]) {
    await nft("add", "rule", "inet", "walls", "input", ...rule.split(" "));
  }
  try {
    await work();
  } finally {
    await nft("flush", "ruleset");
  }
}

async function scenes(site: Site): Promise<void> {
  const { server, machine, directory } = site;
  const join = ["--join", `${directory}/fleet/join.json`];
  const named = [...join, "--server", server.address];
  demandWrong(
    "all is well: nothing on the server's way is wrong",
    await doctor(site, "server"),
  );
  demandWrong(
    "all is well: nothing on the machine's way, before it joins",
    await doctor(site, "agent", ...join),
  );
  await behindRules(server, "drop", ["tcp dport 3615 accept"], async () => {
    demandWrong(
      "UDP 2013 is dropped at the server: the machine says that nobody answers",
      await doctor(site, "agent", ...named),
      /^server: nobody answers; called were 10\.78\.0\.255:2013.*10\.78\.0\.1/,
    );
    demandWrong(
      "... and the server names the chain that drops it",
      await doctor(site, "server"),
      /^firewall: it keeps out UDP 2013 \(chain inet walls input/,
    );
  });
  await behindRules(server, "accept", ["tcp dport 3615 drop"], async () => {
    demandWrong(
      "TCP 3615 is dropped at the server: the machine names it",
      await doctor(site, "agent", ...join),
      /^TCP 3615: 10\.78\.0\.1:3615 does not answer: a firewall drops it/,
    );
    demandWrong(
      "... and the server names the rule",
      await doctor(site, "server"),
      /^firewall: it keeps out TCP 3615 .*"tcp dport 3615 drop"/,
    );
  });
  await behindRules(server, "accept", ["tcp dport 3615 reject"], async () => {
    demandWrong(
      "TCP 3615 is rejected: the machine says that it is refused",
      await doctor(site, "agent", ...join),
      /^TCP 3615: 10\.78\.0\.1:3615 refuses/,
    );
  });
  await behindRules(machine, "drop", [], async () => {
    // The answer to a broadcast is no answer, for a firewall.
    demandWrong(
      "UDP 2013 is dropped at the machine: it names its own firewall",
      await doctor(site, "agent", ...join),
      /^firewall: it keeps out UDP 2013/,
      /^server: nobody answers/,
    );
  });
  await strangers(site, join);
  await withoutIpv4(site, join);
}

/** Another program on a port; a false certificate; another fleet. */
async function strangers(site: Site, join: string[]): Promise<void> {
  const { machine, server, directory, programs } = site;
  const script = "Deno.listenDatagram({ transport: 'udp', port: 2013, " +
    "hostname: '0.0.0.0' }); setTimeout(() => {}, 60_000);";
  const path = `${directory}/taker.ts`;
  await Deno.writeTextFile(path, script);
  const flags = ["--allow-net", "--unstable-net", "--quiet", "--no-config"];
  const taking = [Deno.execPath(), "run", ...flags, path];
  const taker = new Running("taker", within(machine.namespace, taking), "/");
  try {
    const findings = await eventually("The port is taken", async () => {
      const found = await doctor(site, "agent", ...join);
      return wrongOf(found).length > 0 ? found : null;
    });
    demandWrong(
      "UDP 2013 has another program: it is named",
      findings,
      /^UDP 2013: deno \(process \d+\) has 0\.0\.0\.0:2013/,
    );
  } finally {
    await taker.kill();
  }
  const other = `${directory}/other`;
  await must([...programs.server, "init", "--dir", other]);
  demandWrong(
    "the join file of another fleet: nobody answers, and its server is refused",
    await doctor(
      site,
      ...["agent", "--join", `${other}/join.json`] as const,
      ...["--server", server.address],
    ),
    /^server: nobody answers/,
    /^TCP 3615: 10\.78\.0\.1:3615 shows another certificate/,
  );
}

/** N-16, its first half. */
async function withoutIpv4(site: Site, join: string[]): Promise<void> {
  const { namespace, device } = site.machine;
  const ip = (...args: string[]) => must(["ip", "-n", namespace, ...args]);
  await ip("address", "flush", "dev", device);
  demandWrong(
    "no IPv4 at all: the network is what is wrong",
    await doctor(site, "agent", ...join),
    /^network: no interface but loopback has an IPv4 address/,
    /^server: there is nobody to call/,
  );
  await ip("address", "add", "2001:db8::7/64", "dev", device, "nodad");
  demandWrong(
    "IPv6 only: that is what is said",
    await doctor(site, "agent", ...join),
    /^network: this computer has IPv6 only \(2001:db8::7\)/,
    /^server: there is nobody to call/,
  );
}

async function main(): Promise<number> {
  const isDist = Deno.args.includes("--executables");
  const programs = isDist ? fromDist() : fromSources();
  const lan = new Lan("fldoc");
  const directory = await Deno.makeTempDir({ prefix: "flottille-doctor-" });
  let running: Running | null = null;
  const begunMs = performance.now();
  try {
    const bridge = await lan.makeSwitch("lan");
    const host = (name: string, address: string) =>
      lan.makeHost(name, { bridge, address });
    const server = await host("server", "10.78.0.1/24");
    const machine = await host("machine", "10.78.0.2/24");
    const fleet = `${directory}/fleet`;
    await must([...programs.server, "init", "--dir", fleet]);
    const site = { programs, directory, server, machine };
    demandWrong(
      "the server is off: that is what is wrong",
      await doctor(site, "server"),
      /^server: The server is not running/,
    );
    const config = ["--config", `${fleet}/flottille.toml`];
    const command = [...programs.server, "run", ...config];
    const line = within(server.namespace, command);
    running = new Running("server", line, directory);
    await eventually("The server runs", async () => {
      const status = [...programs.server, "status", ...config];
      const { code } = await run(within(server.namespace, status));
      return code === 0 ? true : null;
    });
    await scenes(site);
    const took = ((performance.now() - begunMs) / 1_000).toFixed(0);
    console.log(`\ntest:doctor: ok, ${took} s`);
    return 0;
  } finally {
    await running?.kill();
    await lan.end();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.exit(await main());
