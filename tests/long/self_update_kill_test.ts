/**
 * kill -9 in the agent's own update, with real processes: the old agent while it
 * watches, the new one between its commit and the change of the file that the
 * service starts, and the one that stands before another. (All steps, one by
 * one: `tests/install/self_crash_test.ts` and `deno task test:crash self`.)
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import {
  dyingAgent,
  FIRST,
  once,
  withSelfPlace,
} from "../../scripts/crash/self_place.ts";
import { eventually } from "../../scripts/kit/process.ts";

const AFTER = { current: "9.9", installed: "9.9", strays: [] };

Deno.test("An agent killed while it watches a new one undoes that at its next start, I-19", async () => {
  await withSelfPlace(65, async (place) => {
    // Silent the first time, an agent the second.
    const body = once(`${place.fleet.directory}/once`, "sleep 45");
    await place.publish({ version: "9.9", body });
    const order = await place.give("install", "9.9");
    await eventually("9.9 is tried", async () => {
      return (await place.started()).includes("9.9") ? true : null;
    });
    assertEquals((await place.look()).installed, FIRST);
    await place.machine.process.kill();
    place.start();
    const task = await place.ended(order);
    assertEquals(task.state, "done", task.note ?? "");
    assertEquals(await place.started(), [FIRST, "9.9", FIRST, "9.9"]);
    assertEquals(await place.look(), AFTER);
  });
});

Deno.test("An agent does not outlive the one that stands before it, I-19", async () => {
  await withSelfPlace(66, async (place) => {
    await place.publish({ version: "9.9" });
    assertEquals((await place.does("install", "9.9")).state, "done");
    await place.machine.process.kill();
    // Until the new one has noticed, it holds the state directory.
    await eventually("The service's start holds", async () => {
      const { process } = place.start();
      await new Promise((then) => setTimeout(then, 1_500));
      return process.over ? null : true;
    });
    assertEquals(await place.has("9.9"), "oui");
    assertEquals(await place.look(), AFTER);
  });
});

Deno.test("An agent killed between its commit and its place in the service is put there by the one before it, I-19", async () => {
  await withSelfPlace(67, async (place) => {
    const log = `${place.fleet.directory}/steps`;
    const mark = `${place.fleet.directory}/once`;
    // The directory of the programs, and the commit record, written and synced.
    const body = once(mark, dyingAgent(log, 3));
    await place.publish({ version: "9.9", body });
    const task = await place.does("install", "9.9");
    assertEquals(task.state, "done", task.note ?? "");
    const steps = (await Deno.readTextFile(log)).trim().split("\n");
    assertEquals(steps.length, 3);
    assertMatch(steps.at(-1) ?? "", /^sync .*journal$/);
    assertEquals(await place.started(), [FIRST, "9.9", "9.9"]);
    assertEquals(await place.look(), AFTER);
    assertEquals(await place.has("9.9"), "oui");
  });
});

Deno.test("An agent killed after its commit together with the one before it gives way at the next start, I-19", async () => {
  await withSelfPlace(68, async (place) => {
    const log = `${place.fleet.directory}/steps`;
    // Nothing ends it any more: the machine is what goes down.
    const body = once(
      `${place.fleet.directory}/once`,
      [
        dyingAgent(log, 3).replace(/^exec /, ""),
        "sleep 45",
      ].join("\n"),
    );
    await place.publish({ version: "9.9", body });
    const order = await place.give("install", "9.9");
    await eventually("9.9 has committed", async () => {
      const steps = await Deno.readTextFile(log).catch(() => "");
      return steps.trim().split("\n").length === 3 ? true : null;
    });
    await place.machine.process.kill();
    assertEquals((await place.look()).installed, FIRST);
    place.start();
    const task = await place.ended(order);
    assertEquals(task.state, "done", task.note ?? "");
    assertEquals(await place.started(), [FIRST, "9.9", FIRST, "9.9"]);
    assertEquals(await place.look(), AFTER);
  });
});
