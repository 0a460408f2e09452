/** Magic packets, and who gets one. */

import { assertEquals } from "@std/assert";
import type { Address, Datagrams } from "../../../lib/host/datagrams.ts";
import { toHex } from "../../../lib/trust/bytes.ts";
import type { MachineState } from "../../../lib/server/shapes/api_schema.ts";
import { magicPacket } from "../../../lib/server/wake/magic_packet.ts";
import { WakeDesk } from "../../../lib/server/wake/wake_desk.ts";
import { realHost } from "../../../lib/host/real.ts";
import { machine } from "../examples.ts";

Deno.test("magicPacket is six bytes of 255 and the address sixteen times", () => {
  const packet = magicPacket("02:F1:00:00:00:0a");
  assertEquals(
    packet && toHex(packet),
    "f".repeat(12) + "02f10000000a".repeat(16),
  );
});

Deno.test("magicPacket of what is no MAC address is none", () => {
  for (
    const mac of ["", "02:f1:00:00:00", "02-f1-00-00-00-0a", "zz:f1:0:0:0:1"]
  ) {
    assertEquals(magicPacket(mac), null, mac);
  }
});

interface Sent {
  readonly mac: string;
  readonly to: Address;
}

/** Datagrams that are kept, on a clock that is real. */
function keeping(sent: Sent[]): Datagrams {
  return {
    open: () => ({
      address: { hostname: "0.0.0.0", port: 1 },
      async *receive() {},
      send(bytes, to) {
        sent.push({ mac: toHex(bytes.subarray(6, 12)), to });
        return Promise.resolve(true);
      },
      close() {},
    }),
  };
}

Deno.test("WakeDesk calls machines that are off, three times on each network, and leaves the others", async () => {
  const sent: Sent[] = [];
  const machines = [
    machine("ada", { macs: ["02:00:00:00:00:01", "02:00:00:00:00:02"] }),
    machine("bob", { macs: ["02:00:00:00:00:03"] }),
    machine("eve", { macs: [] }),
  ];
  const states: Record<string, MachineState> = {
    ada: "dead",
    bob: "alive",
    eve: "dead",
  };
  const desk = new WakeDesk({
    clock: realHost().clock,
    datagrams: keeping(sent),
    registry: {
      records: () => machines,
      stateOf: (id) =>
        states[machines.find((one) => one.id === id)?.name ?? ""] ?? null,
    },
    selection: { demand: (all) => Promise.resolve([...all]) },
    targets: () => [
      { hostname: "10.0.1.255", port: 2013 },
      { hostname: "10.0.2.255", port: 2013 },
      { hostname: "10.0.2.255", port: 4000 },
    ],
  });
  const woken = await desk.wake(["all"]);
  assertEquals(
    woken.map(({ name, macs, isAwake }) => [name, macs.length, isAwake]),
    [
      ["ada", 2, false],
      ["bob", 0, true],
      ["eve", 0, false],
    ],
  );
  assertEquals(sent.length, 2 * 2 * 3);
  assertEquals(
    new Set(sent.map(({ mac }) => mac)),
    new Set(["020000000001", "020000000002"]),
  );
  assertEquals(
    new Set(sent.map(({ to }) => `${to.hostname}:${to.port}`)),
    new Set(["10.0.1.255:9", "10.0.2.255:9"]),
  );
});
