/**
 * The hostile machine stands between the server and its machines by ARP.
 *
 * @module
 */

import { makeCertificate } from "../../lib/host/certificate.ts";
import { within } from "../kit/lan.ts";
import { run } from "../kit/process.ts";
import { type Deed, TRAP } from "./attack_between.ts";
import type { HostileLan } from "./hostile_lan.ts";
import { pause, SIP } from "./hostile_stage.ts";
import { check, told } from "./lan_test.ts";

/** Bytes from the server, by which greeting and handshake are over. */
const AFTER = 100_000;
const PACKAGE_BYTES = 400_000;
/** How soon a kernel asks again who has an address, for the test's sake. */
const ARP_MS = 2_000;
/** How long nothing gets through. */
const SHUT_MS = 4_000;

/** Each deed, whether an order can end while it is done, and whether CI does. */
// deno-fmt-ignore
const DEEDS: readonly (readonly [deed: Deed, ends: boolean, always: boolean])[] = [
  ["forward",         true,  false],
  ["alter bytes",     true,  false],
  ["cut",             true,  true],
  ["alter datagrams", false, true],
  ["own certificate", false, false],
  ["drop",            false, false],
];

export async function betweenScenes(lan: HostileLan): Promise<void> {
  await prepare(lan);
  await lan.fleet.publish("3.0", { bytes: PACKAGE_BYTES });
  for (const [deed, ends, always] of DEEDS) {
    if (always || lan.test.thorough) await through(lan, deed, ends);
  }
}

/** A machine is discovered and another gets an order meanwhile. */
async function through(
  lan: HostileLan,
  deed: Deed,
  ends: boolean,
): Promise<void> {
  const { fleet } = lan;
  const own = await makeCertificate();
  await lan.order(["m2"], ["remove", "editor"], {});
  let order = 0;
  const { passed, trapped, read } = await lan.attack("between", {
    deed,
    after: AFTER,
    certificate: own.certificatePem,
    privateKey: own.privateKeyPem,
  }, async () => {
    await fleet.restartAgent("m3");
    order = await lan.give(["install", "editor", "3.0", "--on", "m2"]);
    if (ends) await fleet.untilDone(order);
    else await pause(lan.test.thorough ? 10 * SHUT_MS : SHUT_MS);
  });
  await fleet.untilDone(order);
  lan.expected.set("m2", { editor: "3.0" });
  check(read === 0, `a server with another certificate read ${read} bytes`);
  check(passed > 0, `nothing passed the machine between (${deed})`);
  const isTrapping = deed !== "drop" && deed !== "alter datagrams";
  check(!isTrapping || trapped > 0, `no connection was caught (${deed})`);
  await lan.judge(`between, ${deed}`);
  told(
    `between by ARP, ${deed}: ${passed} datagrams and ${trapped} connections ` +
      `in its hands; the order ends ${ends ? "all the same" : "afterwards"}`,
  );
}

/** The hostile kernel forwards what is not ours, and traps what is. */
async function prepare({ hostile, fleet, expected }: HostileLan) {
  const inside = async (namespace: string, ...command: string[]) => {
    const { code, stderr } = await run(within(namespace, command));
    check(code === 0, `${command.join(" ")}: ${stderr}`);
  };
  const { namespace } = hostile;
  const set = (where: string, setting: string) =>
    inside(where, "sysctl", "-q", "-w", setting);
  await set(namespace, "net.ipv4.ip_forward=1");
  await set(namespace, "net.ipv4.conf.all.send_redirects=0");
  await set(namespace, "net.ipv4.conf.eth0.send_redirects=0");
  await inside(
    ...[namespace, "iptables", "-A", "FORWARD", "-p", "udp"] as const,
    ...["-j", "DROP"],
  );
  await inside(
    ...[namespace, "iptables", "-t", "nat", "-A", "PREROUTING"] as const,
    ...["-p", "tcp", "--dport", String(SIP)],
    ...["-j", "REDIRECT", "--to-ports", String(TRAP)],
  );
  const ends = [...expected.keys()].map((name) => fleet.host(name));
  for (const { namespace: end } of [fleet.serverHost, ...ends]) {
    await set(end, `net.ipv4.neigh.eth0.base_reachable_time_ms=${ARP_MS}`);
    await set(end, "net.ipv4.neigh.eth0.delay_first_probe_time=1");
  }
}
