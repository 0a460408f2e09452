/** The commands that show and change, against a server that is made up. */

import { assert, assertEquals } from "@std/assert";
import { fakeTerminal } from "./fake_terminal.ts";
import { refused, withServer } from "./fake_server.ts";
import {
  before,
  machineView,
  orderView,
  programView,
  taskView,
} from "./views.ts";

const MACHINES = {
  machines: [
    machineView(),
    machineView({
      id: "Zz00000000000000000000",
      name: "lab\x1b[2J",
      state: "dead",
      lastSeen: null,
      address: "",
      macs: ["02:00:00:00:00:04", "02:00:00:00:00:05"],
      sharedMac: true,
    }),
  ],
};

Deno.test("machines prints a table, and no control character, D-10", async () => {
  await withServer({ "GET /v1/machines": MACHINES }, async (server) => {
    const { code, stdout, stderr } = await server.run(["machines"]);
    assertEquals(code, 0);
    assertEquals(stderr, "");
    assertEquals(stdout.split("\n"), [
      "NAME          ID        STATE  SEEN     ADDRESS            MAC                                           SYSTEM        AGENT",
      "lab\\u001b[2J  Zz000000  dead   never    -                  02:00:00:00:00:04 02:00:00:00:00:05 (shared)  linux x86_64  0.1.0",
      "workshop-3    q7Jx9fTa  alive  5 s ago  192.168.1.13:2013  02:00:00:00:00:03                             linux x86_64  0.1.0",
      "",
    ]);
  });
});

Deno.test("machines fits the terminal and has colours there only", async () => {
  await withServer({ "GET /v1/machines": MACHINES }, async (server) => {
    const terminal = fakeTerminal({ interactive: true, columns: 80 });
    const { stdout } = await server.run(["machines"], terminal);
    assert(stdout.includes("\x1b[32malive\x1b[0m"), stdout);
    // deno-lint-ignore no-control-regex
    const plain = stdout.replaceAll(/\x1b\[\d*m/g, "");
    for (const line of plain.split("\n")) assert(line.length <= 80, line);
    assert(plain.includes("…"));
  });
});

Deno.test("machines --on asks for these machines only", async () => {
  const line = "GET /v1/machines?on=room-*&on=lab+1";
  await withServer({ [line]: { machines: [] } }, async (server) => {
    const ran = await server.run(["machines", "--on", "room-*", "--on=lab 1"]);
    assertEquals(ran, {
      code: 0,
      stdout: "",
      stderr: "There are no machines yet\n",
    });
  });
});

Deno.test("machines --json prints the answer itself", async () => {
  await withServer({ "GET /v1/machines": MACHINES }, async (server) => {
    const { stdout } = await server.run(["machines", "--json"]);
    assertEquals(JSON.parse(stdout), MACHINES);
    assert(!stdout.includes("\x1b"));
  });
});

Deno.test("approve and revoke send one WHERE", async () => {
  const answers = {
    "POST /v1/machines/approve": MACHINES,
    "POST /v1/machines/revoke": MACHINES,
  };
  await withServer(answers, async (server) => {
    for (const verb of ["approve", "revoke"]) {
      const { code } = await server.run([verb, "lab"]);
      assertEquals(code, 0);
      assertEquals(server.asked.at(-1)?.line, `POST /v1/machines/${verb}`);
      assertEquals(server.asked.at(-1)?.body, '{"on":["lab"]}');
    }
  });
});

Deno.test("rename sends the machine and its name", async () => {
  const answers = { "POST /v1/machines/rename": machineView({ name: "x" }) };
  await withServer(answers, async (server) => {
    const { code, stdout } = await server.run(["rename", "lab", "x"]);
    assertEquals(code, 0);
    assertEquals(server.asked[0]?.body, '{"machine":"lab","name":"x"}');
    assert(stdout.includes("\nx  "));
  });
});

Deno.test("A machine that is not known ends with 5 and the near names", async () => {
  const answers = {
    "GET /v1/machines/workshop-4/list": refused(
      404,
      'There is no machine "workshop-4"',
      ["workshop-3"],
    ),
  };
  await withServer(answers, async (server) => {
    assertEquals(await server.run(["list", "workshop-4"]), {
      code: 5,
      stdout: "",
      stderr: 'error: There is no machine "workshop-4"\n' +
        '  did you mean "workshop-3"?\n',
    });
  });
});

Deno.test("A machine's name cannot leave its place in the path, D-10", async () => {
  const answers = {
    "GET /v1/machines/..%2F..%2Fstatus%3Fx/list": refused(404, "No"),
  };
  await withServer(answers, async (server) => {
    assertEquals((await server.run(["list", "../../status?x"])).code, 5);
  });
});

Deno.test("programs shows what is broken on the disk, B-08", async () => {
  const programs = [
    programView(),
    programView({ name: "viewer", state: "changed", title: "" }),
  ];
  await withServer({ "GET /v1/programs": { programs } }, async (server) => {
    const { code, stdout } = await server.run(["programs"]);
    assertEquals(code, 0);
    assertEquals(stdout.split("\n"), [
      "PROGRAM  VERSION    SIZE  PUBLISHED  STATE    TITLE",
      "editor   1.0      1.2 MB  2 min ago  ok       The editor",
      "viewer   1.0      1.2 MB  2 min ago  changed",
      "",
    ]);
  });
});

Deno.test("status prints how the fleet is", async () => {
  const status = {
    version: "0.1.0",
    fleet: "bDwqwqDU3xY",
    machines: { alive: 12, dead: 1, pending: 0, revoked: 0, conflict: 0 },
    ordersWaiting: 2,
    startedAt: before(7_200),
  };
  await withServer({ "GET /v1/status": status }, async (server) => {
    const { code, stdout } = await server.run(["status"]);
    assertEquals(code, 0);
    assertEquals(stdout.split("\n"), [
      "Fleet              bDwqwqDU3xY",
      "Server             flottille-server 0.1.0",
      "Started            2 h ago",
      "Machines alive     12",
      "Machines dead      1",
      "Machines pending   0",
      "Machines revoked   0",
      "Machines conflict  0",
      "Orders waiting     2",
      "",
    ]);
  });
});

Deno.test("orders lists them, and shows one with each machine", async () => {
  const order = orderView({
    state: "failed",
    tasks: [
      taskView(),
      taskView({
        machineName: "lab",
        state: "failed",
        answer: null,
        attempt: 5,
        reason: "The disk is full",
      }),
      taskView({
        machineName: "off",
        state: "waiting",
        answer: null,
        attempt: 0,
        reason: "The machine does not answer",
        nextTryAt: before(-60),
      }),
    ],
  });
  const { tasks: _, ...short } = order;
  const answers = {
    "GET /v1/orders?limit=20": { orders: [short] },
    "GET /v1/orders/7": order,
  };
  await withServer(answers, async (server) => {
    const all = await server.run(["orders"]);
    assertEquals(all.stdout.split("\n"), [
      "ID  ORDER    PROGRAM  VERSION  ON   STATE   MACHINES                     GIVEN     BY",
      " 7  install  editor   1.0      all  failed  1 waiting, 1 done, 1 failed  10 s ago  owner",
      "",
    ]);
    const one = await server.run(["orders", "7"]);
    assertEquals(one.stdout.split("\n"), [
      "Order 7: install editor 1.0 on 3 machines, given 10 s ago: failed",
      "MACHINE     STATE    TRIES  RESULT",
      "workshop-3  done         1  installed",
      "lab         failed       5  failed: The disk is full",
      "off         waiting      0  no answer yet: The machine does not answer; next try in 1 min",
      "",
    ]);
  });
});

Deno.test("cancel cancels", async () => {
  const answers = {
    "POST /v1/orders/7/cancel": orderView({ states: ["cancelled"] }),
  };
  await withServer(answers, async (server) => {
    const { code, stdout } = await server.run(["cancel", "7"]);
    assertEquals(code, 0);
    assert(stdout.includes("machine-1  cancelled"));
  });
});
