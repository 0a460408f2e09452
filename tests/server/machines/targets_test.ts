/** Where pings go, and what they tell. */

import { assertEquals } from "@std/assert";
import { showAddress } from "../../../lib/host/datagrams.ts";
import type { NetworkInterface } from "../../../lib/host/machine.ts";
import type { RoundTarget } from "../../../lib/sep/server_api.ts";
import { parseConfig } from "../../../lib/server/config/config.ts";
import { roundTargets, toldTo } from "../../../lib/server/machines/targets.ts";

const LAN: NetworkInterface = {
  name: "eth0",
  mac: "02:00:00:00:00:01",
  address: "192.168.1.5",
  broadcast: "192.168.1.255",
  loopback: false,
};
const LAB: NetworkInterface = {
  name: "eth1",
  mac: "02:00:00:00:00:02",
  address: "10.0.3.1",
  broadcast: "10.0.255.255",
  loopback: false,
};
const LOOPBACK: NetworkInterface = {
  name: "lo",
  mac: "00:00:00:00:00:00",
  address: "127.0.0.1",
  broadcast: "127.255.255.255",
  loopback: true,
};
const ALL = [LOOPBACK, LAN, LAB];

function network(options: string) {
  const config = parseConfig(`[network]\n${options}`, "/f/flottille.toml");
  if (!config.ok) throw new Error(config.fault.join());
  return config.value.network;
}

/** `to > told`. */
function shown({ to, sep, sip }: RoundTarget): string {
  return `${showAddress(to)} > ${showAddress(sep)} ${sip.port}`;
}

type Row = [options: string, interfaces: NetworkInterface[], targets: string[]];

const ROWS: Record<string, Row> = {
  "auto is every network but loopback": ["", ALL, [
    "192.168.1.255:2013 > 192.168.1.5:2013 3615",
    "10.0.255.255:2013 > 10.0.3.1:2013 3615",
  ]],
  "a server on one address uses that one's network": [
    'address = "10.0.3.1"',
    ALL,
    ["10.0.255.255:2013 > 10.0.3.1:2013 3615"],
  ],
  "loopback is used when it is configured": [
    'address = "127.0.0.1"\nbroadcast = ["127.255.255.255"]',
    ALL,
    ["127.255.255.255:2013 > 127.0.0.1:2013 3615"],
  ],
  "what is advertised wins": ['advertise = "192.168.1.9"', [LAB], [
    "10.0.255.255:2013 > 192.168.1.9:2013 3615",
  ]],
  "single machines are told the address on their network, N-14": [
    'broadcast = []\nmachines = ["192.168.1.77", "10.0.9.9:4000"]',
    ALL,
    [
      "192.168.1.77:2013 > 192.168.1.5:2013 3615",
      "10.0.9.9:4000 > 10.0.3.1:2013 3615",
    ],
  ],
  "a machine of no network of ours is told our first one's": [
    'broadcast = []\nmachines = ["172.16.0.1"]',
    ALL,
    ["172.16.0.1:2013 > 192.168.1.5:2013 3615"],
  ],
  "ports are the configured ones": [
    "sep_port = 4013\nsip_port = 4615",
    [LAN],
    ["192.168.1.255:4013 > 192.168.1.5:4013 4615"],
  ],
  "each target is pinged once": [
    'broadcast = ["auto", "192.168.1.255"]\nmachines = ["192.168.1.255"]',
    [LAN],
    ["192.168.1.255:2013 > 192.168.1.5:2013 3615"],
  ],
  "without a network there is nobody to ping": ["", [LOOPBACK], []],
};

for (const [rule, [options, interfaces, targets]] of Object.entries(ROWS)) {
  Deno.test(`roundTargets: ${rule}`, () => {
    assertEquals(
      roundTargets(network(options), interfaces).map(shown),
      targets,
    );
  });
}

Deno.test("toldTo follows a new address at once, N-11", () => {
  const moved = { ...LAN, address: "192.168.1.8" };
  const to = { hostname: "192.168.1.77", port: 2013 };
  assertEquals(toldTo(to, network(""), [moved]).sep.hostname, "192.168.1.8");
});
