/** What changes of the store say to the journal, and which say nothing. */

import { assert, assertEquals } from "@std/assert";
import { brief, briefText } from "../../../lib/server/audit/brief.ts";
import {
  groupStored,
  machineStored,
  orderGiven,
  tagsStored,
  taskStored,
} from "../../../lib/server/audit/happened.ts";
import {
  AUDIT_RECORD_BYTES_MAX,
  encodeRecord,
  NOTHING_BEFORE,
} from "../../../lib/server/audit/record.ts";
import { machine, newOrder, newTask } from "../examples.ts";

const ada = machine("ada");
const words = (events: readonly { readonly what: string }[]) =>
  events.map(({ what }) => what);

Deno.test("machineStored tells standing and name, and nothing else", () => {
  assertEquals(words(machineStored(null, ada)), ["enrolled"]);
  assertEquals(machineStored(ada, ada), []);
  const moved = { ...ada, address: null, agentVersion: "2", hostName: "x" };
  assertEquals(machineStored(ada, moved), []);
  const changed = { ...ada, name: "bob", status: "revoked" } as const;
  assertEquals(words(machineStored(ada, changed)), ["renamed", "revoked"]);
  const back = { ...changed, status: "approved" } as const;
  assertEquals(words(machineStored(changed, back)), ["approved"]);
});

Deno.test("taskStored tells an end once, and another end again", () => {
  const running = newTask(ada.id, { state: "running" });
  const done = newTask(ada.id, { state: "done", answer: "reussi" });
  const failed = newTask(ada.id, { state: "failed", reason: "No" });
  assertEquals(taskStored(null, running, "ada"), []);
  const [told] = taskStored(running, done, "ada");
  assertEquals(told?.facts.state, "done");
  assertEquals(told?.facts.name, "ada");
  assertEquals(taskStored(done, done, "ada"), []);
  assertEquals(words(taskStored(done, failed, "ada")), ["answer"]);
});

Deno.test("groupStored and tagsStored tell changes only", () => {
  const group = { name: "r", rule: "", windows: [], machines: ["b", "a"] };
  assertEquals(groupStored(null, group)[0]?.facts.isNew, true);
  const turned = { ...group, machines: ["a", "b"] };
  assertEquals(groupStored(group, turned), []);
  const ruled = { ...group, rule: "all" };
  assertEquals(groupStored(group, ruled)[0]?.facts.isNew, false);
  assertEquals(tagsStored("id", "ada", ["b", "a"], ["a", "b"]), []);
  assertEquals(words(tagsStored("id", "ada", ["a"], [])), ["tags"]);
});

Deno.test("brief keeps a record short, whatever was ordered", () => {
  const on = Array.from({ length: 256 }, () => "x".repeat(256));
  const order = { id: 1, ...newOrder({ on }) };
  const tasks = Array.from(
    { length: 10_000 },
    (_, at) => newTask(String(at).padStart(32, "0")),
  );
  const event = orderGiven(order, tasks);
  // Each sign of it is six in JSON.
  const note = "\u0001".repeat(2_000);
  const task = { ...newTask("id"), reason: note, answer: note, note };
  const ended = { ...task, state: "done" } as const;
  const [answer = event] = taskStored(null, ended, note);
  for (const { what, facts } of [event, answer]) {
    const at = "2013-06-01T12:00:00.000Z";
    const record = { number: 1, previous: NOTHING_BEFORE, at, what, facts };
    assert(encodeRecord(record).length < AUDIT_RECORD_BYTES_MAX);
  }
});

Deno.test("brief names a long list by the hash of its lines", () => {
  assertEquals(brief(["a", "b"]), ["a", "b"]);
  const long = Array.from({ length: 33 }, (_, at) => String(at));
  // seq 0 32 | sha256sum
  assertEquals(brief(long), {
    count: 33,
    sha256: "01fa21971d959485cd20937fa514f0ae9de2fa8b879d7e9a9f3141871eb7ad3d",
    first: long.slice(0, 32),
  });
  assertEquals(briefText("short"), "short");
});
