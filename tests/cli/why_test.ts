/** A machine's story, as `why` tells it. */

import { assertEquals } from "@std/assert";
import type { StoryView } from "../../lib/server/shapes/api_schema.ts";
import { storyLines } from "../../lib/cli/story_lines.ts";
import { WALL_START_MS } from "./fake_clock.ts";
import { refused, withServer } from "./fake_server.ts";
import { before, machineView, orderView, taskView } from "./views.ts";

const STORY: StoryView = {
  machine: machineView({ groups: ["lab"], tags: ["exam"] }),
  windows: ["Sat 20:00-23:00 UTC"],
  opensAt: before(-3 * 86_400),
  list: {
    at: before(7_200),
    confirmedAt: before(3_600),
    programs: 855,
    faults: [{ source: "rpm", error: "its database is locked" }],
  },
  open: [{
    order: orderView({ state: "waiting", expiresAt: before(-29 * 86_400) }),
    task: taskView({
      state: "waiting",
      reason: "Waits for a maintenance window of the machine's groups",
      note: "said before",
      nextTryAt: before(-3 * 86_400),
      endedAt: null,
    }),
  }],
  ended: [{
    order: orderView({ id: 6, origin: "schedule", state: "done" }),
    task: taskView({ endedAt: before(5) }),
  }],
};

function told(different: Partial<StoryView> = {}): string[] {
  return storyLines({ ...STORY, ...different }, {
    nowMs: WALL_START_MS,
    zone: () => 0,
    program: "flottille-server",
  }).map(({ text }) => text);
}

Deno.test("why tells the whole story of a machine", () => {
  const opens = new Date(WALL_START_MS + 3 * 86_400_000).toISOString()
    .slice(0, 16).replace("T", " ");
  assertEquals(told(), [
    "workshop-3 answers; last heard 5 s ago",
    "  Computer   192.168.1.13:2013, linux, x86_64, agent 0.1.0",
    "  Groups     lab #exam",
    `  Worked on  Sat 20:00-23:00 UTC; next ${opens} (in 3 d)`,
    "  List       855 programs, as of 60 min ago".replace("60 min", "1 h"),
    "  Its list could not hold rpm: its database is locked",
    "1 order to be done",
    "  7 install editor 1.0: no answer yet: Waits for a maintenance window of " +
    "the machine's groups; next try in 3 d",
    "    given 10 s ago, expires in 29 d",
    "    said before",
    "The last",
    "  6 install editor 1.0: installed",
    "    given 10 s ago by schedule, ended 5 s ago",
  ]);
});

// deno-fmt-ignore
const STATES: readonly [Partial<StoryView["machine"]>, string][] = [
  [{ state: "dead", lastSeen: null }, "workshop-3 does not answer; it was never heard. It is off, or cannot be reached; its orders wait until it is heard"],
  [{ state: "pending" }, "workshop-3 waits for your approval: flottille-server approve workshop-3"],
  [{ state: "revoked" }, "workshop-3 is revoked, and is asked nothing; to take it back: flottille-server approve workshop-3"],
  [{ state: "conflict" }, "workshop-3 has a key that was seen in two places; it is asked again when only one of them is left"],
];

for (const [changed, wanted] of STATES) {
  Deno.test(`why says of a machine that is ${changed.state} what to do`, () => {
    assertEquals(told({ machine: machineView(changed) })[0], wanted);
  });
}

Deno.test("why says that a machine may be worked on now, at any time, or never", () => {
  const line = (different: Partial<StoryView>) =>
    told(different).find((text) => text.startsWith("  Worked on"));
  assertEquals(line({ windows: [] }), "  Worked on  at any time");
  assertEquals(
    line({ opensAt: before(0) }),
    "  Worked on  Sat 20:00-23:00 UTC; now",
  );
  assertEquals(
    line({ opensAt: null }),
    "  Worked on  Sat 20:00-23:00 UTC; that never comes",
  );
});

Deno.test("why asks the server, prints JSON for programs, and knows no stranger", async () => {
  const answers = {
    "GET /v1/machines/workshop-3/why": STORY,
    "GET /v1/machines/nobody/why": refused(404, "No machine is called so"),
  };
  await withServer(answers, async (server) => {
    const { code, stdout } = await server.run(["why", "workshop-3", "--json"]);
    assertEquals([code, JSON.parse(stdout)], [0, STORY]);
    assertEquals((await server.run(["why", "nobody"])).code, 5);
    assertEquals((await server.run(["why"])).code, 2);
  });
});
