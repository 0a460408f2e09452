/**
 * The agent's own update with real processes, from the order to its end: a new
 * agent that works takes the old one's place, and whatever else it does the old
 * one is back. (`self_update_kill_test.ts`: the same with kills.)
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../../scripts/kit/process.ts";
import { FIRST, withSelfPlace } from "../../scripts/crash/self_place.ts";

const BEFORE = { current: null, installed: FIRST, strays: [] };
const AFTER = { current: "9.9", installed: "9.9", strays: [] };

Deno.test("flottille-agent is replaced by a new one that reports, and comes back by a rollback, I-19", async () => {
  await withSelfPlace(61, async (place) => {
    const { process } = place.machine;
    await place.publish({ version: "9.9" });
    const first = await place.does("install", "9.9");
    assertEquals(first.state, "done", first.note ?? "");
    assertEquals(await place.look(), AFTER);
    assertEquals(await place.has("9.9"), "oui");

    await place.publish({ version: "9.10" });
    const second = await place.does("install", "9.10");
    assertEquals(second.state, "done", second.note ?? "");
    const back = await place.does("rollback");
    assertEquals([back.state, back.version], ["done", "9.9"], back.note ?? "");
    assertEquals(await place.look(), AFTER);
    const started = [FIRST, "9.9", "9.10", "9.9"];
    assertEquals(await place.started(), started);

    // The first process stands before all the others, and ends with them.
    assert(!process.over);
    assertEquals((await process.stop()).code, 0, process.tail);
    place.start();
    assertEquals(await place.has("9.9"), "oui");
    assertEquals(await place.started(), [...started, "9.9"]);
  });
});

Deno.test("flottille-agent ends after a good update when a service manager starts it anew, I-19", async () => {
  await withSelfPlace(62, async (place) => {
    await place.machine.process.stop();
    place.start(["env", "INVOCATION_ID=1", place.executable]);
    await place.publish({ version: "9.9" });
    const order = await place.give("install", "9.9");
    const { process } = place.machine;
    await eventually("It ends", () => Promise.resolve(process.over || null), {
      withinMs: 30_000,
    });
    assertEquals((await process.stop()).code, 0);
    assertEquals(await place.look(), AFTER);
    place.start();
    assertEquals((await place.ended(order)).state, "done");
    assertEquals(await place.started(), [FIRST, FIRST, "9.9", "9.9"]);
  });
});

Deno.test("flottille-agent refuses a new one that says another version or crashes at once, I-19", async () => {
  await withSelfPlace(63, async (place) => {
    await place.publish({ version: "9.1", says: "flottille-agent 9.0" });
    const wrong = await place.does("install", "9.1");
    assertEquals(wrong.state, "failed");
    assertMatch(
      wrong.note ?? "",
      /"flottille-agent 9.1" and code 0 were expec/,
    );
    await place.publish({ version: "9.2", says: "exit 139" });
    const crashed = await place.does("install", "9.2");
    assertEquals(crashed.state, "failed");
    assertMatch(crashed.note ?? "", /ended with code 139/);
    assertEquals(await place.look(), BEFORE);
    assertEquals(await place.started(), [FIRST]);
  });
});

Deno.test("flottille-agent comes back when the new one does not report, or dies, I-19", async () => {
  await withSelfPlace(64, async (place) => {
    await place.publish({
      version: "9.1",
      body: "echo I dawdle >&2; sleep 45",
      deadlineSeconds: 2,
    });
    const late = await place.failed(await place.give("install", "9.1"));
    assertMatch(late, /9.1 had not reported after 2 s.*\nI dawdle/);
    assertEquals(await place.look(), BEFORE);

    await place.publish({
      version: "9.2",
      body: "echo no such library >&2; exit 5",
    });
    const dead = await place.does("install", "9.2");
    assertEquals(dead.state, "failed");
    assertMatch(dead.note ?? "", /reported, with code 5.*\nno such library/);
    assertEquals(await place.look(), BEFORE);

    // It is the agent it was, in the process that it was.
    assertEquals(await place.has("9.2"), "non");
    const started = await place.started();
    assertEquals(started.filter((version) => version === FIRST), [FIRST]);
    await place.publish({ version: "9.9" });
    assertEquals((await place.does("install", "9.9")).state, "done");
    assertEquals(await place.look(), AFTER);
  });
});
