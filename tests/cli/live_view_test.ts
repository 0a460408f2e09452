/** Orders that are drawn anew in a terminal. */

import { assert, assertEquals } from "@std/assert";
import { redraw, showLive } from "../../lib/cli/live_view.ts";
import { QuickClock } from "./fake_clock.ts";
import { withServer } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { orderView, taskView } from "./views.ts";

Deno.test("redraw goes up to its first line, and leaves nothing of a longer frame", () => {
  assertEquals(redraw(0, ["a", "b"]), "a\x1b[K\nb\x1b[K\n");
  assertEquals(redraw(2, ["c", "d"]), "\x1b[2A\rc\x1b[K\nd\x1b[K\n");
  assertEquals(redraw(2, ["e"]), "\x1b[2A\re\x1b[K\n\x1b[J");
});

Deno.test("showLive never draws more lines than the terminal has, but the last frame whole", async () => {
  const terminal = fakeTerminal({ interactive: true });
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  let looks = 0;
  const look = () => Promise.resolve({ lines, isOver: ++looks === 2 });
  assert(await showLive({ terminal, clock: new QuickClock() }, look));
  const [first = "", second = ""] = terminal.stdout().split("\x1b[23A\r");
  assertEquals(first.split("\n").length - 1, 23);
  assert(first.includes("... and 18 more lines"), first);
  assertEquals(second.split("\n").length - 1, 40);
});

Deno.test("orders in a terminal follows them to their end, with the bytes of each machine", async () => {
  let looks = 0;
  const running = taskView({
    state: "running",
    answer: null,
    endedAt: null,
    progress: { bytes: 45_500_000, size: 100_000_000 },
  });
  const order = () =>
    looks < 3
      ? orderView({ state: "running", tasks: [running] })
      : orderView({ state: "done", tasks: [taskView()] });
  const answers = {
    "GET /v1/orders?limit=20": () => {
      looks++;
      const { tasks: _, ...rest } = order();
      return { orders: [rest] };
    },
    "GET /v1/orders/7": order,
  };
  await withServer(answers, async (server) => {
    const terminal = fakeTerminal({ interactive: true });
    const { code, stdout } = await server.run(["orders"], terminal);
    assertEquals([code, looks], [0, 3]);
    assert(stdout.includes("downloads, 45 % of 100.0 MB"), stdout);
    assertEquals(terminal.listeners(), 0);
    looks = 0;
    const once = fakeTerminal({ interactive: true });
    await server.run(["orders", "--once"], once);
    assertEquals(looks, 1);
    assert(!once.stdout().includes("\x1b[K"), once.stdout());
  });
});

Deno.test("orders in a pipe shows them once, without any of a terminal's signs", async () => {
  const answers = {
    "GET /v1/orders/7": orderView({ states: ["running"] }),
  };
  await withServer(answers, async (server) => {
    const { stdout } = await server.run(["orders", "7"]);
    assert(!stdout.includes("\x1b"), stdout);
    assertEquals(server.asked.length, 1);
  });
});
