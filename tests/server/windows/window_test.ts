/** Maintenance windows: what is one. */

import { assert, assertEquals } from "@std/assert";
import {
  faultOfWindow,
  parseWindow,
} from "../../../lib/server/windows/window.ts";
import { valueOf } from "../../peo/unwrap.ts";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

// deno-fmt-ignore
const GOOD: readonly [string, readonly number[], number, number, string][] = [
  ["Sat 20:00-23:00 Europe/Paris",       [6],             1_200, 1_380, "Europe/Paris"],
  ["saturday 20:00-23:00 UTC",           [6],             1_200, 1_380, "UTC"],
  ["Mon-Fri 18:30-06:00 Europe/Paris",   [1, 2, 3, 4, 5], 1_110,   360, "Europe/Paris"],
  ["fri-mon 0:00-24:00 UTC",             [5, 6, 7, 1],        0, 1_440, "UTC"],
  ["Mon,Wed, Fri-Sat 1:05-1:06 Etc/GMT-5", [1, 3, 5, 6],     65,    66, "Etc/GMT-5"],
  ["12:00-13:00 America/Montreal",       EVERY_DAY,         720,   780, "America/Montreal"],
  ["daily 22:00-02:00 UTC",              EVERY_DAY,       1_320,   120, "UTC"],
  ["  Sat   20:00 – 23:00   UTC ",       [6],             1_200, 1_380, "UTC"],
];

for (const [text, days, fromMinute, toMinute, zone] of GOOD) {
  Deno.test(`parseWindow reads "${text}"`, () => {
    const window = valueOf(parseWindow(text));
    assertEquals([...window.days], days);
    assertEquals(
      { ...window, days: 0 },
      { text, days: 0, fromMinute, toMinute, zone },
    );
    assertEquals(faultOfWindow(text), null);
  });
}

// deno-fmt-ignore
const WRONG: readonly [string, string][] = [
  ["",                              "it names no hours"],
  ["Sat",                           "it names no hours"],
  ["Sat 20-23 UTC",                 "it names no hours"],
  ["Sat 20:00 UTC",                 "is no time from and to"],
  ["Sat 20:00-21:00-22:00 UTC",     "is no time from and to"],
  ["Sta 20:00-21:00 UTC",           'no day is called "Sta"; did you mean Sat?'],
  ["Mon-,Tue 20:00-21:00 UTC",      'no day is called ""'],
  ["Mon-Tue-Wed 20:00-21:00 UTC",   '"Mon-Tue-Wed" is no run of days'],
  ["20:00-20:00 UTC",               "the whole day is 0:00-24:00"],
  ["24:00-06:00 UTC",               "holds no time of the day"],
  ["20:60-21:00 UTC",               "holds no time of the day"],
  ["25:00-26:00 UTC",               "holds no time of the day"],
  ["Sat 20:00-23:00",               'write "Sat 20:00-23:00 UTC"'],
  ["20:00-21:00 Europe/Pari",       'did you mean Europe/Paris'],
  ["20:00-21:00 UTC UTC",           "is one word too many"],
  ["20:00-21:00 2020-01-01T00:00Z[Europe/Paris]", "no time zone is called"],
  ["20:00-21:00 +01:00",            "no time zone is called"],
];

for (const [text, why] of WRONG) {
  Deno.test(`parseWindow refuses "${text}"`, () => {
    const found = faultOfWindow(text) ?? "";
    assert(found.includes(why), found);
    assert(found.startsWith(`"${text}" is no window`), found);
  });
}
