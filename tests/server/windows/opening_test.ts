/** When windows are open, and what the leaps of the local time do to them. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isOpenAt, openingOf } from "../../../lib/server/windows/opening.ts";
import {
  parseWindow,
  type Window,
} from "../../../lib/server/windows/window.ts";
import { valueOf } from "../../peo/unwrap.ts";

const windowOf = (text: string): Window => valueOf(parseWindow(text));
const at = (text: string) => Date.parse(text);

/** Every opening and closing from one moment to another, as UTC. */
function changes(text: string, from: string, to: string): string[] {
  const found: string[] = [];
  for (let ms = at(from);;) {
    const opening = openingOf([windowOf(text)], ms);
    const next = opening.isOpen ? opening.untilMs : opening.nextMs ?? Infinity;
    if (next > at(to)) return found;
    const word = opening.isOpen ? "shuts" : "opens";
    found.push(`${word} ${new Date(next).toISOString().slice(0, 16)}`);
    ms = next;
  }
}

// 2026-11-21 is a Saturday.
// deno-fmt-ignore
const OPEN: readonly [string, string, boolean][] = [
  ["Sat 20:00-23:00 UTC", "2026-11-21T19:59:59Z", false],
  ["Sat 20:00-23:00 UTC", "2026-11-21T20:00:00Z", true],
  ["Sat 20:00-23:00 UTC", "2026-11-21T22:59:59Z", true],
  ["Sat 20:00-23:00 UTC", "2026-11-21T23:00:00Z", false],
  ["Sat 20:00-23:00 UTC", "2026-11-22T21:00:00Z", false],
  ["Mon-Fri 18:30-06:00 UTC", "2026-11-20T23:00:00Z", true],
  ["Mon-Fri 18:30-06:00 UTC", "2026-11-21T05:59:00Z", true],
  ["Mon-Fri 18:30-06:00 UTC", "2026-11-21T18:30:00Z", false],
  ["Mon-Fri 18:30-06:00 UTC", "2026-11-23T05:00:00Z", false],
  ["fri-mon 10:00-11:00 UTC", "2026-11-22T10:30:00Z", true],
  ["fri-mon 10:00-11:00 UTC", "2026-11-24T10:30:00Z", false],
  ["Sat,Sun 0:00-24:00 UTC", "2026-11-22T23:59:59Z", true],
  ["Sat,Sun 0:00-24:00 UTC", "2026-11-23T00:00:00Z", false],
  ["22:00-24:00 UTC", "2026-11-24T23:30:00Z", true],
  ["Sat 20:00-23:00 Europe/Paris", "2026-11-21T19:30:00Z", true],
  ["Sat 20:00-23:00 Europe/Paris", "2026-11-21T22:30:00Z", false],
  ["Sat 20:00-23:00 Europe/Paris", "2026-07-18T18:30:00Z", true],
  ["Sat 20:00-23:00 America/New_York", "2026-11-22T01:30:00Z", true],
];

for (const [text, moment, wanted] of OPEN) {
  Deno.test(`isOpenAt: "${text}" is ${wanted ? "open" : "shut"} at ${moment}`, () => {
    assertEquals(isOpenAt(windowOf(text), at(moment)), wanted);
  });
}

Deno.test("openingOf without any window is open, and stays so", () => {
  assertEquals(openingOf([], 0), { isOpen: true, untilMs: Infinity });
});

Deno.test("openingOf several windows is the first opening and the last end", () => {
  const windows = ["Sat 20:00-23:00 UTC", "Wed 6:00-7:00 UTC"].map(windowOf);
  assertEquals(openingOf(windows, at("2026-11-22T00:00:00Z")), {
    isOpen: false,
    nextMs: at("2026-11-25T06:00:00Z"),
  });
  const both = ["6:00-7:00 UTC", "6:30-8:00 UTC"].map(windowOf);
  assertEquals(openingOf(both, at("2026-11-22T06:45:00Z")), {
    isOpen: true,
    untilMs: at("2026-11-22T08:00:00Z"),
  });
});

Deno.test("openingOf keeps the hours of the wall when the clocks change, N-02", () => {
  // Paris leaves summer time on 2026-10-25.
  assertEquals(
    changes("Sun 20:00-21:00 Europe/Paris", "2026-10-17", "2026-10-30"),
    ["opens 2026-10-18T18:00", "shuts 2026-10-18T19:00"]
      .concat("opens 2026-10-25T19:00", "shuts 2026-10-25T20:00"),
  );
});

Deno.test("openingOf opens at the leap when its hour is left out, N-02", () => {
  // Paris has no 02:00 to 03:00 on 2026-03-29, a Sunday: 01:00 UTC.
  assertEquals(
    changes("Sun 2:30-5:00 Europe/Paris", "2026-03-28", "2026-03-30"),
    ["opens 2026-03-29T01:00", "shuts 2026-03-29T03:00"],
  );
  assertEquals(
    changes("Sun 1:00-2:30 Europe/Paris", "2026-03-28", "2026-03-30"),
    ["opens 2026-03-29T00:00", "shuts 2026-03-29T01:00"],
  );
});

Deno.test("openingOf a window that lies in the hour left out opens a week later, N-02", () => {
  assertEquals(
    changes("Sun 2:00-3:00 Europe/Paris", "2026-03-28", "2026-04-06"),
    ["opens 2026-04-05T00:00", "shuts 2026-04-05T01:00"],
  );
});

Deno.test("openingOf opens twice in an hour that comes twice, N-02", () => {
  // On 2026-10-25 Paris has 02:00 to 03:00 from 00:00 and from 01:00 UTC.
  assertEquals(
    changes("Sun 2:00-2:30 Europe/Paris", "2026-10-24", "2026-10-26"),
    ["opens 2026-10-25T00:00", "shuts 2026-10-25T00:30"]
      .concat("opens 2026-10-25T01:00", "shuts 2026-10-25T01:30"),
  );
});

Deno.test("openingOf tells each change that a look at every minute finds", () => {
  const times = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
  const leaps = [
    ["Europe/Paris", "2026-03-29T01:00Z"],
    ["Europe/Paris", "2026-10-25T01:00Z"],
    ["America/New_York", "2026-11-01T06:00Z"],
    ["Australia/Lord_Howe", "2026-04-04T15:00Z"], // Half an hour.
    ["Pacific/Apia", "2011-12-30T10:00Z"], // A whole day.
    ["Asia/Kathmandu", "2026-05-05T05:05Z"], // None at all.
  ] as const;
  const days = ["daily", "Sun", "Fri-Sat", "Mon"];
  fc.assert(
    fc.property(
      fc.constantFrom(...leaps),
      fc.constantFrom(...days),
      fc.tuple(times, times).filter(([from, to]) => from !== to),
      fc.integer({ min: -30, max: 30 }),
      ([zone, leap], day, [from, to], hours) => {
        const show = (minute: number) =>
          `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
        const window = windowOf(`${day} ${show(from)}-${show(to)} ${zone}`);
        const startMs = at(leap) + hours * 3_600_000;
        const first = openingOf([window], startMs);
        const told = first.isOpen ? first.untilMs : first.nextMs ?? Infinity;
        for (let quarter = 0; quarter < 30 * 4; quarter++) {
          const ms = startMs + quarter * 900_000;
          const isSame = isOpenAt(window, ms) === first.isOpen;
          assertEquals(isSame, ms < told, new Date(ms).toISOString());
          if (!isSame) return;
        }
        assert(told > startMs);
      },
    ),
    { numRuns: 200, seed: 6 },
  );
});
