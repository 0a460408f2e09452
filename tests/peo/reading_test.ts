/** When a source is read again, and when what was read of it still holds. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { SourceList } from "../../lib/peo/source.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import {
  collectorOf,
  CountedSource,
  program,
  withFiles,
} from "./collect_kit.ts";

const MINUTE_MS = 60_000;

Deno.test("Collector reads a source again only when its files have changed", async () => {
  await withFiles({ database: "1" }, async (root) => {
    const rpm = stamped();
    const collector = collectorOf({ root, sources: [rpm] });
    const first = await collector.collect();
    assertStrictEquals(await collector.collect(), first);
    assertEquals(rpm.reads, 1);
    await Deno.writeTextFile(`${root}/database`, "22");
    await collector.collect();
    assertEquals(rpm.reads, 2);
    await Deno.remove(`${root}/database`);
    await collector.collect();
    await collector.collect();
    assertEquals(rpm.reads, 3);
  });
});

Deno.test("Collector reads a source that has no such files each time", async () => {
  const npm = new CountedSource("npm", []);
  const collector = collectorOf({ sources: [npm] });
  await collector.collect();
  await collector.collect();
  assertEquals(npm.reads, 2);
});

Deno.test("Collector reads everything again when it is asked to", async () => {
  await withFiles({ database: "1" }, async (root) => {
    const rpm = stamped();
    const collector = collectorOf({ root, sources: [rpm] });
    await collector.collect();
    await collector.collect({ fresh: true });
    assertEquals(rpm.reads, 2);
  });
});

Deno.test("Collector reads a source again after ten minutes, and soon after a fault", async () => {
  await withFiles({ database: "1" }, async (root) => {
    const rpm = stamped();
    const clock = new FakeClock();
    const collector = collectorOf({ root, clock, sources: [rpm] });
    await collector.collect();
    await clock.advance(10 * MINUTE_MS - 1);
    await collector.collect();
    assertEquals(rpm.reads, 1);
    await clock.advance(1);
    rpm.answer = () => Promise.reject(new Error("locked"));
    assertEquals((await collector.collect()).faults.length, 1);
    assertEquals(rpm.reads, 2);
    await collector.collect();
    assertEquals(rpm.reads, 2);
    await clock.advance(30_000);
    await collector.collect();
    assertEquals(rpm.reads, 3);
  });
});

Deno.test("Collector sees a change that comes while the source is being read", async () => {
  await withFiles({ database: "1" }, async (root) => {
    const rpm = stamped();
    const collector = collectorOf({ root, sources: [rpm] });
    rpm.answer = async () => {
      await Deno.writeTextFile(`${root}/database`, "22");
      return { programs: [], faults: [] };
    };
    await collector.collect();
    rpm.answer = () => Promise.resolve({ programs: [], faults: [] });
    await collector.collect();
    assertEquals(rpm.reads, 2);
  });
});

Deno.test("Collector reads a source once for all that ask while it is being read", async () => {
  const npm = new CountedSource("npm", []);
  let [running, most] = [0, 0];
  npm.answer = async () => {
    most = Math.max(most, ++running);
    // Long enough for all to have asked, on a busy computer too.
    await new Promise((resolve) => setTimeout(resolve, 200));
    running--;
    return { programs: [], faults: [] };
  };
  const collector = collectorOf({ sources: [npm] });
  await Promise.all(Array.from({ length: 20 }, () => collector.collect()));
  assertEquals(most, 1);
  assert(npm.reads <= 3, `${npm.reads} readings`);
});

Deno.test("Collector ends a source that never ends, and lists the others", async () => {
  const hung = new CountedSource("snap", []);
  hung.answer = () => new Promise(() => {});
  const apk = new CountedSource("apk", [program("apk", "musl")]);
  const clock = new FakeClock();
  const collector = collectorOf({ clock, sources: [hung, apk] });
  const collecting = collector.collect();
  while (clock.pending < 1) await new Promise((done) => setTimeout(done, 0));
  await clock.advance(30_000);
  const list = await collecting;
  assertEquals(list.programs.map(({ name }) => name), ["musl", "editor"]);
  assertEquals(list.faults, [{
    source: "snap",
    error: "Cannot read the source: no end after 30 s",
  }]);
  assertEquals(clock.pending, 0);
});

function stamped(): CountedSource {
  return new CountedSource("rpm", [], { stamps: ["/database", "/other"] });
}

Deno.test("Collector begins no second reading of a source while one has no end", async () => {
  const clock = new FakeClock();
  const stuck = new CountedSource("flatpak", []);
  const end = Promise.withResolvers<SourceList>();
  stuck.answer = () => end.promise;
  const collector = collectorOf({ clock, sources: [stuck] });
  for (let time = 0; time < 3; time++) {
    let faults: readonly string[] | null = null;
    collector.collect({ fresh: true }).then((list) => {
      faults = list.faults.map(({ error }) => error);
    });
    // It begins when the real disk has answered: in some of these seconds.
    for (let second = 0; second < 100 && faults === null; second++) {
      await clock.advance(1_000);
    }
    assertEquals(faults, ["Cannot read the source: no end after 30 s"]);
  }
  assertEquals(stuck.reads, 1);
  end.resolve({ programs: [], faults: [] });
  stuck.answer = () =>
    Promise.resolve({ programs: [program("flatpak", "gimp")], faults: [] });
  const { programs, faults } = await collector.collect({ fresh: true });
  assertEquals(faults, []);
  assertEquals(programs.map(({ name }) => name), ["gimp", "editor"]);
  assertEquals(stuck.reads, 2);
});
