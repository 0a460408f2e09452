/** `list`, against a server that is made up. */

import { assert, assertEquals } from "@std/assert";
import type { MachineListView } from "../../lib/server/shapes/api_schema.ts";
import { WALL_START_MS } from "./fake_clock.ts";
import { withServer } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { DAY_S, listed, local } from "./inventory_views.ts";
import { before, machineView } from "./views.ts";

function listView(changed: Partial<MachineListView> = {}): MachineListView {
  return {
    machine: machineView(),
    at: before(5 * DAY_S),
    confirmedAt: before(60),
    programs: [
      listed("editor", "2.0", { source: "flottille" }),
      listed("bash", "5.2-1", {
        architecture: "amd64",
        installedAtS: Date.UTC(2025, 5, 1, 12) / 1_000,
        sizeBytes: 7_164_928,
        licence: "GPL-3.0-or-later",
        supplier: "Matthias Klose\x1b[2J",
      }),
    ],
    faults: [{ source: "rpm", error: "rpm printed more than 64 MiB" }],
    ...changed,
  };
}

const LIST = "GET /v1/machines/workshop-3/list";

Deno.test("list says how old the list is and when it was confirmed", async () => {
  await withServer({ [LIST]: listView() }, async (server) => {
    assertEquals(await server.run(["list", "workshop-3"]), {
      code: 0,
      stdout: [
        "PROGRAM  VERSION  SOURCE     ARCHITECTURE",
        "editor   2.0      flottille",
        "bash     5.2-1    dpkg       amd64",
        "",
      ].join("\n"),
      stderr: "The list is not whole (rpm): rpm printed more than 64 MiB\n" +
        "2 programs on workshop-3 (1 flottille, 1 dpkg), listed " +
        `${local(before(5 * DAY_S)).slice(0, -3)} (5 d ago), ` +
        "confirmed 1 min ago\n",
    });
  });
});

Deno.test("list --long shows what is told of each program, and nothing empty", async () => {
  await withServer({ [LIST]: listView() }, async (server) => {
    const { stdout } = await server.run(["list", "workshop-3", "--long"]);
    assertEquals(stdout.split("\n").slice(0, 3), [
      "PROGRAM  VERSION  SOURCE     ARCHITECTURE  INSTALLED     SIZE  LICENCE           SUPPLIER",
      "editor   2.0      flottille",
      "bash     5.2-1    dpkg       amd64         2025-06-01  7.2 MB  GPL-3.0-or-later  Matthias Klose\\u001b[2J",
    ]);
  });
});

Deno.test("list shows as much in a wide terminal, and fits a narrow one", async () => {
  await withServer({ [LIST]: listView() }, async (server) => {
    for (const [columns, isLong] of [[200, true], [80, false]] as const) {
      const terminal = fakeTerminal({ interactive: true, columns });
      const { stdout } = await server.run(["list", "workshop-3"], terminal);
      assertEquals(stdout.includes("LICENCE"), isLong);
    }
  });
});

Deno.test("list --at asks for the list at the end of that day", async () => {
  const at = new Date(2025, 11, 25).getTime() - 1;
  const line = `${LIST}?at=${encodeURIComponent(new Date(at).toISOString())}`;
  await withServer({ [line]: listView() }, async (server) => {
    const ran = await server.run(["list", "workshop-3", "--at", "2025-12-24"]);
    assertEquals(ran.code, 0);
    assert(ran.stdout.includes("bash"), ran.stderr);
  });
});

Deno.test("list --at of a time before the first list says so", async () => {
  const at = new Date(WALL_START_MS - 3 * DAY_S * 1_000).toISOString();
  const line = `${LIST}?at=${encodeURIComponent(at)}`;
  const none = listView({ at: null, confirmedAt: null, programs: [] });
  await withServer({ [line]: none }, async (server) => {
    const ran = await server.run(["list", "workshop-3", "--at", "3d"]);
    assertEquals(ran, {
      code: 0,
      stdout: "",
      stderr:
        `There is no list of workshop-3 from before ${
          local(at).slice(0, -3)
        }\n` +
        "  See which there are with: flottille-server list workshop-3 --dates\n",
    });
  });
});

Deno.test("list of a machine that has sent none says how to ask for it", async () => {
  const none = listView({ at: null, confirmedAt: null, programs: [] });
  await withServer({ [LIST]: none }, async (server) => {
    const { code, stderr } = await server.run(["list", "workshop-3"]);
    assertEquals(code, 0);
    assertEquals(stderr.split("\n").slice(0, 2), [
      "workshop-3 has sent no list yet",
      "  Ask for it with: flottille-server collect --on workshop-3 --wait",
    ]);
  });
});

Deno.test("list --dates shows every list, and the diff of the last two", async () => {
  const [newest, older] = [before(DAY_S), before(5 * DAY_S)];
  const dates = {
    machine: "workshop-3",
    lists: [
      { at: newest, confirmedAt: before(60), programs: 846 },
      { at: older, confirmedAt: older, programs: 9 },
    ],
  };
  const line = "GET /v1/machines/workshop-3/lists";
  await withServer({ [line]: dates }, async (server) => {
    const typed = (iso: string) => local(iso).replace(" ", "T");
    assertEquals(await server.run(["list", "workshop-3", "--dates"]), {
      code: 0,
      stdout: [
        "LISTED               LAST CONFIRMED                  PROGRAMS",
        `${local(newest)}  ${local(before(60))}  1 min ago       846`,
        `${local(older)}  ${local(older)}  5 d ago           9`,
        "",
      ].join("\n"),
      stderr: "What changed last: flottille-server diff workshop-3 " +
        `${typed(older)} ${typed(newest)}\n`,
    });
    const json = await server.run(["list", "workshop-3", "--dates", "--json"]);
    assertEquals(JSON.parse(json.stdout), dates);
  });
});
