/** Dates that a person types, in zones that leap. */

import { assert, assertEquals } from "@std/assert";
import {
  LOCAL_ZONE,
  showLocal,
  showLocalSecond,
  type Zone,
} from "../../lib/cli/local_time.ts";
import {
  isMomentLike,
  MOMENT_FORMS,
  parseMoment,
} from "../../lib/cli/moment_argument.ts";

const NOW_MS = Date.parse("2026-11-22T17:30:00.500Z");

/** A real zone, whatever the zone of the computer that tests. */
function zoneOf(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, hourCycle: "h23", era: "short" },
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  return (atMs) => {
    const parts = new Map(
      format.formatToParts(atMs).map(({ type, value }) => [type, value]),
    );
    const part = (name: string) => Number(parts.get(name as "year"));
    const wallMs = Date.UTC(
      ...[part("year"), part("month") - 1, part("day")] as [
        number,
        number,
        number,
      ],
      ...[part("hour"), part("minute"), part("second")],
    );
    return wallMs - Math.floor(atMs / 1_000) * 1_000;
  };
}

const UTC: Zone = () => 0;
const PARIS = zoneOf("Europe/Paris");
const NEW_YORK = zoneOf("America/New_York");

// deno-fmt-ignore
const GOOD: readonly [string, Zone, string][] = [
  ["now", UTC, "2026-11-22T17:30:00.500Z"],
  ["NOW", UTC, "2026-11-22T17:30:00.500Z"],
  ["3d", UTC, "2026-11-19T17:30:00.500Z"],
  ["12h", UTC, "2026-11-22T05:30:00.500Z"],
  ["30m", PARIS, "2026-11-22T17:00:00.500Z"],
  ["0d", UTC, "2026-11-22T17:30:00.500Z"],
  // A day, a minute, a second: the end of it.
  ["2026-11-01", UTC, "2026-11-01T23:59:59.999Z"],
  ["2026-11-1", UTC, "2026-11-01T23:59:59.999Z"],
  ["2026-11-01", PARIS, "2026-11-01T22:59:59.999Z"],
  ["2026-11-22", UTC, "2026-11-22T23:59:59.999Z"],
  ["2026-12-31".replace("2026", "2025"), UTC, "2025-12-31T23:59:59.999Z"],
  ["2024-02-29", UTC, "2024-02-29T23:59:59.999Z"],
  ["2026-11-01T14:30", UTC, "2026-11-01T14:30:59.999Z"],
  ["2026-11-01 14:30", UTC, "2026-11-01T14:30:59.999Z"],
  ["2026-11-01t14:30", PARIS, "2026-11-01T13:30:59.999Z"],
  ["2026-11-01T14:30Z", PARIS, "2026-11-01T14:30:59.999Z"],
  ["2026-11-01T14:30:05", PARIS, "2026-11-01T13:30:05.999Z"],
  ["2026-11-01T14:30:05z", PARIS, "2026-11-01T14:30:05.999Z"],
  // The day on which clocks leap has 23 or 25 hours.
  ["2026-03-29", PARIS, "2026-03-29T21:59:59.999Z"],
  ["2026-10-25", PARIS, "2026-10-25T22:59:59.999Z"],
  ["2026-03-28", PARIS, "2026-03-28T22:59:59.999Z"],
  ["2026-03-29T01:30", PARIS, "2026-03-29T00:30:59.999Z"],
  ["2026-03-29T02:30", PARIS, "2026-03-29T01:30:59.999Z"], // Left out.
  ["2026-03-29T03:30", PARIS, "2026-03-29T01:30:59.999Z"],
  ["2026-10-25T01:30", PARIS, "2026-10-24T23:30:59.999Z"],
  ["2026-10-25T03:30", PARIS, "2026-10-25T02:30:59.999Z"],
  ["2026-03-08T03:30", NEW_YORK, "2026-03-08T07:30:59.999Z"],
  ["2026-11-01T02:30", NEW_YORK, "2026-11-01T07:30:59.999Z"],
];

for (const [text, zone, iso] of GOOD) {
  Deno.test(`parseMoment reads "${text}" as ${iso}`, () => {
    const moment = parseMoment(text, { nowMs: NOW_MS, zone });
    assertEquals(moment, { ok: true, value: Date.parse(iso) });
  });
}

// deno-fmt-ignore
const BAD: readonly [string, string][] = [
  ["", '"" is no date'],
  ["yesterday", '"yesterday" is no date'],
  ["3w", '"3w" is no date'],
  ["-3d", '"-3d" is no date'],
  ["3", '"3" is no date'],
  ["01/11/2026", '"01/11/2026" is no date'],
  ["2026-11", '"2026-11" is no date'],
  ["2026-11-01T", '"2026-11-01T" is no date'],
  ["2026-11-01T14", '"2026-11-01T14" is no date'],
  ["2026-11-01T14:30+01:00", '"2026-11-01T14:30+01:00" is no date'],
  ["2026-13-01", '"2026-13-01" is no date: there is no month 13'],
  ["2026-00-01", '"2026-00-01" is no date: there is no month 0'],
  ["2026-02-29", '"2026-02-29" is no date: that month has 28 days'],
  ["2026-11-31", '"2026-11-31" is no date: that month has 30 days'],
  ["2026-11-00", '"2026-11-00" is no date: that month has 30 days'],
  ["2026-11-01T24:00", '"2026-11-01T24:00" is no date: there is no hour 24'],
  ["2026-11-01T10:60", '"2026-11-01T10:60" is no date: minutes and seconds go to 59'],
  ["1969-12-31", '"1969-12-31" is no date: it is before 1970'],
  ["99999d", '"99999d" is before 1970'],
  ["2026-11-23", '"2026-11-23" has not come yet; the newest list is that of now'],
  ["2027-11-01", '"2027-11-01" has not come yet; the newest list is that of now'],
];

for (const [text, fault] of BAD) {
  Deno.test(`parseMoment refuses "${text}"`, () => {
    const moment = parseMoment(text, { nowMs: NOW_MS, zone: UTC });
    assertEquals(moment, { ok: false, fault });
  });
}

Deno.test("parseMoment takes every form that MOMENT_FORMS tells of", () => {
  const forms = MOMENT_FORMS.match(/\d[-\dT:]*[dhm]?\b|now$/g) ?? [];
  assertEquals(forms.length, 6);
  for (const form of forms) {
    assert(parseMoment(form, { nowMs: NOW_MS, zone: UTC }).ok, form);
  }
});

Deno.test("isMomentLike knows what was meant as a date, and names", () => {
  for (const text of ["2026-13-01", "01/11/2026", "3d", "3 weeks", "now"]) {
    assert(isMomentLike(text), text);
  }
  for (const text of ["room-101", "lab", "pc-2026", "nowhere"]) {
    assert(!isMomentLike(text), text);
  }
});

Deno.test("showLocal shows a moment as a clock on the wall does", () => {
  assertEquals(showLocal(NOW_MS, PARIS), "2026-11-22 18:30");
  assertEquals(showLocal(NOW_MS, NEW_YORK), "2026-11-22 12:30");
  assertEquals(showLocalSecond(NOW_MS, UTC), "2026-11-22 17:30:00");
});

Deno.test("LOCAL_ZONE is that of this computer's dates", () => {
  const there = new Date(2026, 5, 1, 12, 0, 0).getTime();
  assertEquals(showLocal(there, LOCAL_ZONE), "2026-06-01 12:00");
});
