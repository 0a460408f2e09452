/** Groups: who is in them, what may be one, and what a restart finds. */

import { assert, assertEquals } from "@std/assert";
import type { GroupRecord } from "../../../lib/server/shapes/group.ts";
import { machine } from "../examples.ts";
import { group, type GroupBench, testGroups } from "./group_bench.ts";

const ada = machine("ada");
const bob = machine("bob", { address: { hostname: "10.0.1.5", port: 2013 } });

async function refusal(
  { book }: GroupBench,
  record: GroupRecord,
): Promise<string | null> {
  const put = await book.put(record);
  return put.ok ? null : put.fault;
}

testGroups(
  "GroupBook knows the groups, tags and windows of a machine",
  async (bench) => {
    await bench.add(ada, bob);
    const { book } = bench;
    await book.put(
      group("hand", { machines: [ada.id], windows: ["Sat 8:00"] }),
    );
    await book.put(group("Net", {
      rule: "ip:10.0.1.0/24",
      windows: ["Sun 8:00", "Sat 8:00"],
    }));
    await book.put(group("everybody", { rule: "all" }));
    assertEquals(book.groupsOf(ada.id), ["everybody", "hand"]);
    assertEquals(book.groupsOf(bob.id), ["everybody", "Net"]);
    assertEquals(book.windowsOf(ada.id), ["Sat 8:00"]);
    assertEquals(book.windowsOf(bob.id), ["Sun 8:00", "Sat 8:00"]);
    assertEquals(book.membersOf("NET").map(({ name }) => name), ["bob"]);
    assertEquals(book.groupsOf("nobody"), []);
  },
);

testGroups("GroupBook opens what was kept", async (bench) => {
  await bench.add(ada, bob);
  await bench.list(bob, "gimp 2.10");
  await bench.book.put(group("b", { rule: "has:gimp", windows: ["Sat 8:00"] }));
  await bench.book.put(group("A", { machines: [bob.id, ada.id] }));
  await bench.book.put(group("gone", { machines: [ada.id] }));
  await bench.book.remove("GONE");
  await bench.tag(ada, "x", "y");
  await bench.tag(bob, "x");
  await bench.tag(bob);
  await bench.open();
  const { book } = bench;
  assertEquals(book.records().map(({ name }) => name), ["A", "b"]);
  assertEquals(book.groupsOf(bob.id), ["A", "b"]);
  assertEquals(book.windowsOf(bob.id), ["Sat 8:00"]);
  assertEquals([...book.tags()], [["x", 1], ["y", 1]]);
});

testGroups(
  "GroupBook sees soon who has got a program that a rule asks for",
  async (bench) => {
    await bench.add(ada);
    await bench.book.put(group("gimps", { rule: "has:'gimp >= 2'" }));
    assertEquals(bench.book.groupsOf(ada.id), []);
    await bench.list(ada, "gimp 2.10");
    await bench.clock.advance(10_000);
    assertEquals(bench.book.groupsOf(ada.id), ["gimps"]);
    await bench.list(ada, "gimp 1.9");
    await bench.clock.advance(10_000);
    assertEquals(bench.book.groupsOf(ada.id), []);
  },
);

testGroups("GroupBook refuses what cannot be a group", async (bench) => {
  await bench.add(ada);
  await bench.book.put(group("first", { rule: "tag:x" }));
  await bench.book.put(group("second", { rule: "!group:first" }));
  assertEquals(
    await refusal(bench, group("ADA")),
    'No group can be called "ADA": a machine is called so',
  );
  assertEquals(
    await refusal(bench, group("All")),
    'No group can be called "All": it means every machine',
  );
  assertEquals(
    await refusal(bench, group("a b")),
    'No group can be called "a b": it may hold letters, digits, dots, ' +
      "underscores and hyphens only, and begin with a letter or a digit",
  );
  assertEquals(
    await refusal(bench, group("third", { rule: "tag:" })),
    'Cannot understand "tag:": nothing follows "tag:"; it needs a word that ' +
      "machines bear: tag:exam",
  );
  assertEquals(
    await refusal(bench, group("third", { rule: "group:fourth" })),
    'The rule of "third" names a group "fourth", which is not there',
  );
  assertEquals(
    await refusal(bench, group("third", { rule: "third | all" })),
    'The rule of "third" leads back to "third" itself',
  );
  assertEquals(
    await refusal(bench, group("first", { rule: "second & tag:x" })),
    'The rule of "first" leads back to "first" itself',
  );
  // A word that a later group takes must not close a circle either.
  await bench.book.put(group("early", { rule: "name:x | late" }));
  assertEquals(
    await refusal(bench, group("late", { rule: "early" })),
    'The rule of "late" leads back to "late" itself',
  );
});

testGroups("GroupBook keeps a group that a rule names", async ({ book }) => {
  await book.put(group("first"));
  await book.put(group("second", { rule: "first" }));
  const removed = await book.remove("first");
  assertEquals(
    removed.ok ? "" : removed.fault,
    'Cannot delete "first": the rule of second names it; change that first',
  );
  const gone = await book.remove("third");
  assertEquals(gone.ok ? "" : gone.fault, 'No group is called "third"');
});

testGroups(
  "GroupBook renames a group with all that is in it",
  async (bench) => {
    await bench.add(ada);
    await bench.book.put(group("old", { machines: [ada.id], windows: ["w"] }));
    await bench.book.put(group("other"));
    const to = (name: string) =>
      bench.book.change("old", (known) => ({
        ok: true,
        value: { ...known ?? group(name), name },
      }));
    const taken = await to("Other");
    assertEquals(
      taken.ok ? "" : taken.fault,
      'Cannot rename "old": there is a group "Other" already',
    );
    assert((await to("new")).ok);
    await bench.open();
    assertEquals(
      bench.book.records(),
      [group("new", { machines: [ada.id], windows: ["w"] }), group("other")],
    );
  },
);

testGroups(
  "GroupBook asks a rule that groups share once for a machine",
  async (bench) => {
    await bench.add(ada);
    await bench.book.put(group("g0", { rule: "tag:x" }));
    // Each asks the one before twice: 2^40 questions if none were remembered.
    for (let at = 1; at <= 40; at++) {
      const rule = `g${at - 1} | g${at - 1} | tag:y`;
      await bench.book.put(group(`g${at}`, { rule }));
    }
    assertEquals(bench.book.groupsOf(ada.id), []);
  },
);

testGroups(
  "GroupBook changes nothing when the store refuses",
  async (bench) => {
    await bench.add(ada);
    const put = await bench.book.put(group("g", { machines: ["f".repeat(32)] }))
      .then(() => "kept", (error) => error.message);
    assertEquals(put, `There is no machine "${"f".repeat(32)}" in the store`);
    assertEquals(bench.book.get("g"), null);
    assertEquals(await bench.store.groups(), []);
  },
);
