/**
 * What an agent says of itself, where the system's own words do not fit.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cutToBytes, macsOf } from "../../lib/agent/house.ts";

Deno.test("cutToBytes keeps whole characters, and as many as fit", () => {
  assertEquals(cutToBytes("école", 4), "éco");
  assertEquals(cutToBytes("école", 1), "");
  assertEquals(cutToBytes("room-101", 64), "room-101");
});

Deno.test("cutToBytes leaves nothing that a terminal obeys, D-10", () => {
  assertEquals(cutToBytes("a\x1b[2J\x00\u009b\ud800", 64), "a?[2J??\ufffd");
});

Deno.test("macsOf lists every interface once, virtual ones too, and no loopback, N-07", () => {
  const interfaces = ([
    ["lo", "00:00:00:00:00:00", "127.0.0.1"],
    ["eth0", "02:00:00:00:00:01", "10.0.0.2"],
    // Two addresses of one interface are two lines.
    ["eth0", "02:00:00:00:00:01", "192.168.4.2"],
    ["docker0", "02:42:00:00:00:01", "172.17.0.1"],
    ["vmnet8", "00:50:56:c0:00:08", "172.16.0.1"],
    ["vEthernet (WSL)", "00:15:5d:00:00:01", "172.20.0.1"],
    ["tun0", "00:00:00:00:00:00", "10.8.0.2"],
  ] as const).map(([name, mac, address]) => ({
    ...{ name, mac, address, broadcast: "", loopback: name === "lo" },
  }));
  assertEquals(macsOf({ interfaces }), [
    "02:00:00:00:00:01",
    "02:42:00:00:00:01",
    "00:50:56:c0:00:08",
    "00:15:5d:00:00:01",
  ]);
});
