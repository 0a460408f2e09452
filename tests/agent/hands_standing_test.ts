/** The agent's hands when the publishers' list has expired. */

import { assert, assertEquals } from "@std/assert";
import { PUBLISHERS } from "../ieo/samples.ts";
import { inUse, makePlace, orderOf, V1, V2 } from "./hands.ts";

const EXPIRED = {
  ...PUBLISHERS,
  issued: "2020-01-01T00:00:00Z",
  expires: "2021-01-01T00:00:00Z",
};

Deno.test("Worker whose publishers' list has expired installs nothing new, says so, and keeps what is there, N-04", async () => {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2);
  {
    await using hands = await place.start();
    const first = await hands.worker.install(orderOf(V1, 1n));
    assertEquals(first.reason, null, first.note);
  }
  const before = place.programs();
  await using hands = await place.start({ publishers: EXPIRED });
  const told = await hands.worker.install(orderOf(V2, 2n));
  assertEquals(told.reason, "publisher");
  assert(told.note.includes("the publishers' list has expired"), told.note);
  assertEquals(place.programs(), before);
  assertEquals(inUse(place), "one\n");
  assert(await hands.installer.owns("tool", "1.0"));
  // What is there can still be removed: that needs nobody's word.
  const gone = await hands.installer.remove({
    ...{ order: 3n, attempt: 1, name: "tool", version: "*" },
  });
  assert(gone.ok, Deno.inspect(gone));
});
