/** When a kernel's settings are too small for a fleet, and what is said. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  type KernelSettings,
  UNTOLD_SETTINGS,
} from "../../../lib/host/kernel.ts";
import type { NetworkInterface } from "../../../lib/host/machine.ts";
import { KernelAlarm } from "../../../lib/server/machines/kernel_alarm.ts";
import {
  type FleetSize,
  kernelWarnings,
} from "../../../lib/server/machines/kernel_settings.ts";
import type { MachineRecord } from "../../../lib/server/shapes/machine.ts";

/** Those of a Debian that nobody has touched. */
const DEFAULTS: KernelSettings = {
  receiveBufferBytes: 212_992,
  neighboursMax: 1_024,
  openFilesMax: 524_288,
};

function size(machines: number, more: Partial<FleetSize> = {}): FleetSize {
  return { machines, neighbours: machines, openFiles: 1_280, ...more };
}

type Row = [settings: Partial<KernelSettings>, FleetSize, said: string[]];

const ROWS: Record<string, Row> = {
  "nothing of a server without machines": [{}, size(0), []],
  "nothing of a school": [{}, size(400), []],
  "the buffer that 463 answers in half a second need": [
    {},
    size(463),
    ["receiveBufferBytes: 213351 > 212992"],
  ],
  "a full neighbour table, before it is full": [
    { receiveBufferBytes: 1_048_576 },
    size(897),
    ["neighboursMax: 1025 > 1024"],
  ],
  "nothing of neighbours behind routers": [
    { receiveBufferBytes: 1_048_576 },
    size(10_000, { neighbours: 0 }),
    [],
  ],
  "no more of the buffer for 10,000 than for 1,000, because W grows": [
    { receiveBufferBytes: 460_800, neighboursMax: null },
    size(10_000),
    [],
  ],
  "too few open files, whatever the fleet": [
    { openFilesMax: 1_024 },
    size(1),
    ["openFilesMax: 1280 > 1024"],
  ],
  "nothing where the system tells nothing": [
    UNTOLD_SETTINGS,
    size(10_000),
    [],
  ],
};

for (const [name, [settings, fleet, said]] of Object.entries(ROWS)) {
  Deno.test(`kernelWarnings says ${name}, F-12`, () => {
    const warnings = kernelWarnings({ ...DEFAULTS, ...settings }, fleet);
    assertEquals(
      warnings.map(({ setting, fields }) =>
        `${setting}: ${fields.needed} > ${fields.is}`
      ),
      said,
    );
  });
}

Deno.test("kernelWarnings names lines that mend what they warn of, F-12", () => {
  const small = { receiveBufferBytes: 1, neighboursMax: 1, openFilesMax: 1 };
  const fleet = size(10_000);
  const warnings = kernelWarnings(small, fleet);
  assertEquals(warnings.map(({ fields }) => fields.now), [
    "sysctl -w net.core.rmem_default=1048576, then start the server again",
    "sysctl -w net.ipv4.neigh.default.gc_thresh1=8192 " +
    "net.ipv4.neigh.default.gc_thresh2=16384 " +
    "net.ipv4.neigh.default.gc_thresh3=32768",
    "ulimit -n 4096, then start the server again",
  ]);
  for (const { fields: { always } } of warnings.slice(0, 2)) {
    assertMatch(always, /\/etc\/sysctl\.d\//);
  }
  const mended = {
    receiveBufferBytes: 1_048_576,
    neighboursMax: 32_768,
    openFilesMax: 4_096,
  };
  assertEquals(kernelWarnings(mended, fleet), []);
});

const LAN: NetworkInterface = {
  name: "eth0",
  mac: "02:00:00:00:00:01",
  address: "10.0.0.1",
  broadcast: "10.0.255.255",
  loopback: false,
};

/** A fleet that grows on the table of a kernel; the lines of the log. */
function growing(net: string, settings: KernelSettings) {
  const records: MachineRecord[] = [];
  const lines: string[] = [];
  let now = settings;
  const looks = { interfaces: 0 };
  const alarm = new KernelAlarm({
    kernel: { settings: () => now },
    log: (level, message, { machines } = {}) =>
      lines.push(`${level} at ${machines}: ${message.slice(0, 35)}`),
    registry: {
      get size() {
        return records.length;
      },
      records: () => records,
    },
    interfaces: () => {
      looks.interfaces++;
      return [LAN];
    },
    transfersMax: 64,
  });
  return {
    ...{ lines, looks },
    change: (to: KernelSettings) => void (now = to),
    grow(to: number) {
      while (records.length < to) {
        const number = records.length;
        const hostname = `${net}.${number >> 8}.${number & 255}`;
        const address = { hostname, port: 2_013 };
        records.push({ address } as MachineRecord);
        alarm.look();
      }
    },
  };
}

const WIDE = { ...DEFAULTS, receiveBufferBytes: 4_194_304 };
const NEIGHBOURS = "warning at 897: The kernel's neighbour table is too";

Deno.test("KernelAlarm warns once, when the fleet outgrows the kernel, F-12", () => {
  const { grow, lines } = growing("10.0", WIDE);
  grow(896);
  assertEquals(lines, []);
  grow(3_000);
  assertEquals(lines, [NEIGHBOURS]);
});

Deno.test("KernelAlarm says nothing of a table that was made larger, F-12", () => {
  const { change, grow, lines } = growing("10.0", WIDE);
  grow(896);
  change({ ...WIDE, neighboursMax: 32_768 });
  grow(3_000);
  assertEquals(lines, []);
});

Deno.test("KernelAlarm looks seldom for machines behind routers, F-12", () => {
  const { grow, lines, looks } = growing("10.9", WIDE);
  grow(4_000);
  assertEquals(lines, []);
  // Each look goes through the whole fleet.
  assertEquals(looks.interfaces < 40, true);
});

Deno.test("KernelAlarm speaks at the start of a server, F-12", () => {
  const { lines } = growing("10.0", { ...WIDE, openFilesMax: 1_024 });
  assertEquals(lines, ["warning at 0: The server may open too few files: "]);
});
