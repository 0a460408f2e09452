/**
 * Addresses that change under way, a narrow link, and doors that are shut.
 *
 * @module
 */

import type { MachinesView } from "../../lib/server/shapes/api_schema.ts";
import { Capture } from "../kit/capture.ts";
import { type LanHost, within } from "../kit/lan.ts";
import { LanFleet } from "../kit/lan_fleet.ts";
import { eventually, run } from "../kit/process.ts";
import { udpOf } from "./frames.ts";
import { SEP, SIP } from "./hostile_stage.ts";
import { check, type LanTest, told } from "./lan_test.ts";
import { framesOf } from "./pcap.ts";

/** What SeP promises: no datagram is longer, whatever it says (N-15). */
const DATAGRAM_BYTES_MAX = 1_200;
/** The least that IPv6 allows a link. */
const NARROW_MTU = "1280";
const PACKAGE_BYTES = 3_000_000;
/** How much has come when the address changes. */
const PART = 0.6;
/** Of the package, all that may be sent when a cut download goes on. */
const SENT_MAX = 1.35;
const CHECK_SECONDS = 5;

interface Net {
  readonly test: LanTest;
  readonly fleet: LanFleet;
  readonly server: LanHost;
  readonly m1: LanHost;
  readonly m2: LanHost;
}

export async function moveScenes(test: LanTest): Promise<void> {
  const { lan, programs, directory } = test;
  const bridge = await lan.makeSwitch("sw");
  const plug = (name: string, last: number) =>
    lan.makeHost(name, { bridge, address: `10.80.0.${last}/24` });
  const server = await plug("srv", 1);
  const m1 = await plug("m1", 11);
  const m2 = await plug("m2", 12);
  const fleet = await LanFleet.make({ programs, directory, server });
  test.fleet = fleet;
  const capture = await Capture.start({
    ...{ namespace: bridge, device: "br0", directory },
  });
  test.captures.push(capture);
  // No fragment gets through to m2, and no long frame from it.
  await ip(m2, "link", "set", m2.device, "mtu", NARROW_MTU);
  await iptables(m2, "-A", "INPUT", "-f", "-j", "DROP");
  const net: Net = { test, fleet, server, m1, m2 };
  await fleet.startServer();
  await moveInDiscovery(net);
  await moveInWork(net);
  await moveServer(net);
  await shutDoors(net);
  await judgeSizes(await capture.file());
}

/** The word that ends discovery is lost; meanwhile the machine moves (N-09). */
async function moveInDiscovery({ fleet, m1, m2 }: Net): Promise<void> {
  const lost = [
    ...["INPUT", "-p", "udp", "-m", "string", "--algo", "bm"],
    ...["--string", "[identifiant", "-j", "DROP"],
  ];
  await iptables(m1, "-I", ...lost);
  fleet.startAgent("m1", m1, ["--first-ping-after", "0"]);
  fleet.startAgent("m2", m2, ["--first-ping-after", "0"]);
  await fleet.enrolled("m2");
  await eventually("The server has introduced itself to m1", async () => {
    const { machines } = await fleet.json<MachinesView>("machines");
    return machines.length === 2 ? true : null;
  });
  await move(fleet, "m1", "10.80.0.21");
  await iptables(m1, "-D", ...lost);
  await fleet.enrolled("m1");
  await knowsOnly(fleet, ["10.80.0.12", "10.80.0.21"]);
  told("a machine moves in the middle of its discovery: found where it is");
}

/** In the middle of the transfer, and of the install behind it (N-09). */
async function moveInWork({ fleet, server }: Net): Promise<void> {
  const weight = { bytes: PACKAGE_BYTES, checkSeconds: CHECK_SECONDS };
  await fleet.publish("1.0", weight);
  const slow = ["rate", "8mbit", "burst", "32kbit", "latency", "400ms"];
  await tc(server, "add", "dev", server.device, "root", "tbf", ...slow);
  const before = await sentBytes(server);
  const order = await fleet.json<{ id: number }>(
    ...["install", "editor", "--on", "m1"],
  );
  const downloads = `${fleet.stateOf("m1")}/downloads`;
  await eventually("Much of the package is there", async () => {
    const bytes = await bytesIn(downloads);
    return bytes > PART * PACKAGE_BYTES ? true : null;
  }, { withinMs: 60_000, everyMs: 20 });
  await move(fleet, "m1", "10.80.0.22");
  await eventually("The package is checked", async () => {
    const path = `${fleet.directory}/m1/programs/editor/1.0/check`;
    return await Deno.lstat(path).then(() => true, () => null);
  }, { withinMs: 90_000, everyMs: 50 });
  await move(fleet, "m1", "10.80.0.23");
  await fleet.untilDone(order.id);
  await tc(server, "del", "dev", server.device, "root");
  const sent = await sentBytes(server) - before;
  check(
    sent < SENT_MAX * PACKAGE_BYTES,
    `${sent} bytes were sent for a package of ${PACKAGE_BYTES}`,
  );
  const installs = fleet.tailOf("m1").match(/An order is done .*install/g);
  check(installs?.length === 1, `m1 installed ${installs?.length} times`);
  await fleet.holds("m1", "1.0");
  await fleet.untilState("m1", "alive", 30_000);
  await knowsOnly(fleet, ["10.80.0.12", "10.80.0.23"]);
  told(
    "a machine moves in the middle of a transfer and of an install: " +
      `${sent} bytes for ${PACKAGE_BYTES}, one install`,
  );
}

/** The next ping carries the server's new address (N-11). */
async function moveServer({ fleet, server }: Net): Promise<void> {
  await changeAddress(server, server.address, "10.80.0.3");
  for (const name of ["m1", "m2"]) {
    await eventually(`${name} follows its server`, async () => {
      const { server: found } = await fleet.agentStatus(name);
      return found === `10.80.0.3:${SEP}` ? true : null;
    }, { withinMs: 30_000 });
  }
  await fleet.ok("install", "editor", "--on", "m2", "--wait");
  await fleet.holds("m2", "1.0");
  told("the server moves: its machines follow, and fetch from where it is");
}

/** Somebody's firewall: what is said must name the step that fails (N-16). */
async function shutDoors({ fleet, server, m2 }: Net): Promise<void> {
  const tcp = ["INPUT", "-p", "tcp", "--dport", String(SIP)];
  await iptables(server, "-I", ...tcp, "-j", "REJECT");
  await fleet.ok("remove", "editor", "--on", "m1", "--wait");
  const { id } = await fleet.json<{ id: number }>(
    ...["install", "editor", "--on", "m1"],
  );
  await eventually("The machine says which door is shut", () => {
    const isSaid = fleet.tailOf("m1").includes(`10.80.0.3:${SIP}`);
    return Promise.resolve(isSaid ? true : null);
  });
  await iptables(server, "-D", ...tcp, "-j", "REJECT");
  await fleet.untilDone(id);
  told(`port ${SIP} is shut: the machine's log names it; the order waits`);
  const udp = ["INPUT", "-p", "udp", "--dport", String(SEP), "-j", "DROP"];
  await iptables(m2, "-I", ...udp);
  await eventually("The machine says that nobody answers", () => {
    const isSaid = fleet.tailOf("m2").includes("The server does not answer");
    return Promise.resolve(isSaid ? true : null);
  }, { withinMs: 40_000 });
  await fleet.untilState("m2", "dead", 40_000);
  await iptables(m2, "-D", ...udp);
  await fleet.untilState("m2", "alive", 40_000);
  told(`port ${SEP} is shut: both ends say so, and find each other after it`);
}

async function judgeSizes(path: string): Promise<void> {
  const frames = await framesOf(path);
  const sizes = frames.flatMap((frame) => udpOf(frame)?.payload.length ?? []);
  const longest = Math.max(...sizes);
  const fragments = frames.filter(isFragment).length;
  check(
    sizes.length > 0 && longest <= DATAGRAM_BYTES_MAX && fragments === 0,
    `the longest datagram has ${longest} bytes; ${fragments} fragments`,
  );
  told(
    `a link of ${NARROW_MTU} bytes: ${sizes.length} datagrams, the longest ` +
      `of ${longest} bytes, no fragment`,
  );
}

function isFragment(frame: Uint8Array): boolean {
  const isIp = frame[12] === 0x08 && frame[13] === 0x00;
  return isIp && ((frame[20] ?? 0) & 0x3f | (frame[21] ?? 0)) !== 0;
}

async function knowsOnly(
  fleet: LanFleet,
  wanted: readonly string[],
): Promise<void> {
  const { machines } = await fleet.json<MachinesView>("machines");
  const found = machines.map(({ address }) => address.split(":")[0]).sort();
  check(
    found.join() === [...wanted].sort().join(),
    `the server knows ${found}, not ${wanted}`,
  );
}

async function move(fleet: LanFleet, name: string, to: string): Promise<void> {
  const host = fleet.host(name);
  await changeAddress(host, host.address, to);
  fleet.moved(name, to);
}

async function changeAddress(host: LanHost, from: string, to: string) {
  const { device } = host;
  await ip(host, "address", "del", `${from}/24`, "dev", device);
  await ip(host, "address", "add", `${to}/24`, "broadcast", "+", "dev", device);
}

async function bytesIn(directory: string): Promise<number> {
  let bytes = 0;
  const all = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  for (const { name } of all) {
    const stat = await Deno.stat(`${directory}/${name}`).catch(() => null);
    bytes += stat?.size ?? 0;
  }
  return bytes;
}

async function sentBytes(host: LanHost): Promise<number> {
  const path = `/sys/class/net/${host.device}/statistics/tx_bytes`;
  return Number(await inside(host, "cat", path));
}

async function ip(host: LanHost, ...args: string[]): Promise<void> {
  await inside(host, "ip", ...args);
}

async function tc(host: LanHost, ...args: string[]): Promise<void> {
  await inside(host, "tc", "qdisc", ...args);
}

async function iptables(host: LanHost, ...args: string[]): Promise<void> {
  await inside(host, "iptables", ...args);
}

async function inside({ namespace }: LanHost, ...command: string[]) {
  const { code, stdout, stderr } = await run(within(namespace, command));
  check(code === 0, `${command.join(" ")}: ${stderr}`);
  return stdout;
}
