/** The small parts of the inventory: names, sets, whose machines are meant. */

import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { Selection } from "../../../lib/server/groups/selection.ts";
import { meantMachines } from "../../../lib/server/inventory/meant_machines.ts";
import { NearNames } from "../../../lib/server/inventory/near_names.ts";
import { NumberSet } from "../../../lib/server/inventory/number_set.ts";
import { ApiFault } from "../../../lib/server/shapes/api_fault.ts";
import { machine } from "../examples.ts";
import { testGroups } from "../groups/group_bench.ts";

function near(word: string, ...pages: string[][]): string[] {
  const names = new NearNames(word);
  for (const page of pages) names.add(page);
  return names.best();
}

Deno.test("NearNames finds a slip, and longer names that contain the word", () => {
  const names = ["opensc", "openssh-client", "libopenssl-dev", "bash"];
  assertEquals(near("opensssl", ["openssl"], names), ["openssl"]);
  assertEquals(near("firefox", ["Mozilla Firefox (x64 fr)", "fox"]), [
    "Mozilla Firefox (x64 fr)",
  ]);
  assertEquals(near("lib*ssl?", ["libssl3"]), ["libssl3"]);
  assertEquals(near("*", ["bash"]), []);
  const many = Array.from({ length: 50 }, (_, at) => `python3-${at}`);
  assertEquals(near("python", many, many).length, 5);
});

Deno.test("NumberSet is a set of whole numbers", () =>
  fc.assert(fc.property(fc.array(fc.nat()), fc.nat(), (numbers, other) => {
    const set = new NumberSet();
    const known = new Set(numbers);
    for (const number of numbers) set.add(number);
    for (const number of [...numbers, other, other + 1]) {
      assertEquals(set.has(number), known.has(number));
    }
  })));

testGroups(
  "meantMachines leaves out who is not of the fleet, unless he is named",
  async (bench) => {
    await bench.add(
      machine("room-1"),
      machine("room-2", { status: "revoked" }),
      machine("stranger", { status: "pending" }),
    );
    await bench.book.put({
      ...{ name: "rooms", rule: "room-1 | room-2", machines: [], windows: [] },
    });
    const selection = new Selection(bench.book);
    const meant = async (...on: string[]) =>
      (await meantMachines(selection, bench.fleet, on)).map(({ name }) => name);
    assertEquals(await meant(), ["room-1"]);
    assertEquals(await meant("all"), ["room-1"]);
    assertEquals(await meant("room-*"), ["room-1"]);
    assertEquals(await meant("rooms"), ["room-1"]);
    assertEquals(await meant("ROOM-2"), ["room-2"]);
    assertEquals(await meant("all", "room-2"), ["room-1", "room-2"]);
    assertEquals(await meant("stranger"), ["stranger"]);
    const fault = await assertRejects(() => meant("rom-1"), ApiFault);
    assertEquals([fault.status, fault.nearest[0]], [404, "room-1"]);
    const unclear = await assertRejects(() => meant("room-1 &"), ApiFault);
    assertEquals(unclear.status, 400);
  },
);
