/** What waves are, as somebody writes them. */

import { assertEquals } from "@std/assert";
import {
  allowancesOf,
  faultOfWaves,
  mayFail,
  reachOf,
  readSize,
} from "../../../lib/server/rollouts/waves.ts";

Deno.test("reachOf counts a share upwards, and never more than there are", () => {
  const rows: [string, number, number | null][] = [
    ["1", 40, 1],
    ["50", 40, 40],
    ["10%", 40, 4],
    ["10%", 41, 5],
    ["0.5%", 40, 1],
    ["100%", 40, 40],
    ["100%", 0, 0],
    ["tag:canary", 40, null],
  ];
  for (const [text, machines, reach] of rows) {
    assertEquals(reachOf(readSize(text), machines), reach, text);
  }
});

const BAD_WAVES: Record<string, string> = {
  "1,10%":
    "The last wave must be 100%, or some machines would never be reached",
  "tag:canary":
    "The last wave must be 100%, or some machines would never be reached",
  "10%,5%,100%":
    "Waves count what was reached before, so 5% reaches nobody new",
  "3,3,100%": "Waves count what was reached before, so 3 reaches nobody new",
  "0,100%": "A wave of 0 reaches nobody",
  "0%,100%": "A wave of 0% reaches nobody",
  "1,120%": "There is no 120% of all",
  "-1,100%": '"-1" is no wave: write a number, a share such as 10%, or a ' +
    "selector such as tag:canary",
};

for (const [typed, sentence] of Object.entries(BAD_WAVES)) {
  Deno.test(`faultOfWaves refuses ${typed}`, () => {
    assertEquals(faultOfWaves(typed.split(",")), sentence);
  });
}

Deno.test("faultOfWaves takes numbers, shares and selectors, one after the other", () => {
  for (
    const typed of [
      "100%",
      "1,10%,100%",
      "tag:canary,1,5,10%,50%,100%",
      "1,2%,5,100%",
    ]
  ) {
    assertEquals(faultOfWaves(typed.split(",")), null, typed);
  }
  const many = [...Array(20).keys()].map((at) => String(at + 1));
  assertEquals(
    faultOfWaves([...many, "100%"]),
    "A rollout has at most 20 waves, not 21",
  );
});

Deno.test("mayFail compares exactly: 5 of 100 may, 6 may not", () => {
  assertEquals(mayFail("5%", 5, 100), true);
  assertEquals(mayFail("5%", 6, 100), false);
  assertEquals(mayFail("0", 1, 1_000_000), false);
  assertEquals(mayFail("3", 3, 3), true);
  assertEquals(mayFail("0", 0, 0), true);
});

Deno.test("allowancesOf lets nobody fail at first and 5 % later, if nobody says otherwise", () => {
  assertEquals(allowancesOf(undefined, 3), {
    ok: true,
    value: ["0", "5%", "5%"],
  });
  assertEquals(allowancesOf(undefined, 1), { ok: true, value: ["0"] });
  assertEquals(allowancesOf(["2"], 3), { ok: true, value: ["2", "2", "2"] });
  assertEquals(allowancesOf(["many"], 2).ok, false);
  assertEquals(allowancesOf(["101%"], 2).ok, false);
  assertEquals(allowancesOf(["0", "1", "2"], 2).ok, false);
});
