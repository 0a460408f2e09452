/** Places for transfers (S-14). */

import { assertEquals } from "@std/assert";
import { Places } from "../../lib/sip/places.ts";

Deno.test("Places gives two to a machine and no more than there are, S-14", () => {
  const places = new Places({ transfersMax: 3, transfersPerMachineMax: 2 });
  const first = places.take("a");
  assertEquals(typeof places.take("a"), "function");
  assertEquals(places.take("a"), null);
  assertEquals(typeof places.take("b"), "function");
  assertEquals(places.take("c"), null);
  assertEquals(places.total, 3);
  first?.();
  assertEquals(places.total, 2);
  assertEquals(typeof places.take("a"), "function");
});

Deno.test("Places takes a place back once only", () => {
  const places = new Places({ transfersMax: 2, transfersPerMachineMax: 2 });
  const give = places.take("a");
  places.take("a");
  give?.();
  give?.();
  assertEquals(places.total, 1);
});
