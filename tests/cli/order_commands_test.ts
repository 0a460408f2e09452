/** Orders and `--wait`, against a server that is made up. */

import { assert, assertEquals } from "@std/assert";
import type {
  OrderView,
  TaskState,
} from "../../lib/server/shapes/api_schema.ts";
import { type Answers, refused, withServer } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { orderView, taskView } from "./views.ts";

/** A server whose order goes through these states, look by look. */
function orderThat(
  given: Partial<OrderView>,
  ...looks: readonly (readonly TaskState[])[]
): Answers {
  let count = 0;
  return {
    "POST /v1/orders": orderView({ ...given, states: looks[0] ?? [] }),
    "GET /v1/orders/7": () =>
      orderView({
        ...given,
        states: looks[Math.min(count++, looks.length - 1)] ?? [],
      }),
  };
}

// deno-fmt-ignore
const BODIES: readonly [string[], string][] = [
  [["has", "editor", "1.0", "--on", "all"], '{"verb":"has","name":"editor","version":"1.0","on":["all"]}'],
  [["ensure", "editor", "1.0", "--on", "all"], '{"verb":"ensure","name":"editor","version":"1.0","on":["all"]}'],
  [["install", "editor", "--on", "a", "--on", "b"], '{"verb":"install","name":"editor","on":["a","b"]}'],
  [["install", "--on=a", "editor", "1.1"], '{"verb":"install","name":"editor","version":"1.1","on":["a"]}'],
  [["update", "editor", "1.1", "--on", "all"], '{"verb":"update","name":"editor","version":"1.1","on":["all"]}'],
  [["remove", "editor", "--on", "all"], '{"verb":"remove","name":"editor","on":["all"]}'],
  [["rollback", "editor", "--on", "all"], '{"verb":"rollback","name":"editor","on":["all"]}'],
  [["rollback", "editor", "1.0", "--on", "a"], '{"verb":"rollback","name":"editor","version":"1.0","on":["a"]}'],
  [["collect", "--on", "all"], '{"verb":"collect","on":["all"]}'],
  [["install", "editor", "--on", "a", "--expires", "12h"], '{"verb":"install","name":"editor","on":["a"],"expiresS":43200}'],
  [["remove", "editor", "--on", "a", "--expires", "NEVER"], '{"verb":"remove","name":"editor","on":["a"],"expiresS":null}'],
  [["update", "editor", "--on", "a", "--anytime"], '{"verb":"update","name":"editor","on":["a"],"anytime":true}'],
];

for (const [args, body] of BODIES) {
  Deno.test(`${args.join(" ")} gives that order`, async () => {
    await withServer(orderThat({}, ["waiting"]), async (server) => {
      const { code, stdout, stderr } = await server.run(args);
      assertEquals(code, 0);
      assertEquals(server.asked.map((one) => [one.line, one.body]), [
        ["POST /v1/orders", body],
      ]);
      assertEquals(stdout, "Order 7: install editor 1.0 on 1 machine\n");
      assertEquals(stderr, "Follow it with: flottille-server orders 7\n");
    });
  });
}

Deno.test("install --wait prints a line for each machine and ends with 0", async () => {
  const answers = orderThat(
    {},
    ["waiting", "waiting"],
    ["running", "done"],
    ["done", "done"],
  );
  await withServer(answers, async (server) => {
    const ran = await server.run([
      "install",
      "editor",
      "--on",
      "all",
      "--wait",
    ]);
    assertEquals(ran, {
      code: 0,
      stdout: [
        "Order 7: install editor 1.0 on 2 machines",
        "machine-2: installed",
        "machine-1: installed",
        "Order 7: 2 done",
        "",
      ].join("\n"),
      stderr: "",
    });
  });
});

Deno.test("install --wait ends with 1 when a machine failed", async () => {
  const tasks = [
    taskView({ machineName: "a" }),
    taskView({
      machineName: "b",
      state: "failed",
      answer: null,
      reason: "The disk is full\x1b",
    }),
  ];
  const answers = {
    "POST /v1/orders": orderView({ tasks }),
    "GET /v1/orders/7": orderView({ tasks }),
  };
  await withServer(answers, async (server) => {
    const ran = await server.run([
      "install",
      "editor",
      "--on",
      "all",
      "--wait",
    ]);
    assertEquals(ran.code, 1);
    assert(ran.stdout.includes("b: failed: The disk is full\\u001b\n"));
    assert(ran.stdout.endsWith("Order 7: 1 done, 1 failed\n"));
  });
});

Deno.test("has --wait says yes and no, and both are good ends", async () => {
  const tasks = [
    taskView({ machineName: "a", answer: "oui" }),
    taskView({ machineName: "b", answer: "non" }),
  ];
  const order = orderView({ verb: "has", tasks });
  const answers = { "POST /v1/orders": order, "GET /v1/orders/7": order };
  await withServer(answers, async (server) => {
    const ran = await server.run([
      ...["has", "editor", "1.0", "--on", "all", "--wait"],
    ]);
    assertEquals(ran.code, 0);
    assertEquals(ran.stdout.split("\n").slice(1, 3), ["a: yes", "b: no"]);
  });
});

Deno.test("--wait --json prints the order at its end and nothing else", async () => {
  const answers = orderThat({}, ["waiting"], ["done"]);
  await withServer(answers, async (server) => {
    const ran = await server.run([
      ...["install", "editor", "--on", "all", "--wait", "--json"],
    ]);
    assertEquals(ran.code, 0);
    assertEquals(JSON.parse(ran.stdout), orderView({ states: ["done"] }));
    assertEquals(ran.stderr, "");
  });
});

Deno.test("--wait --timeout gives up, and says that the order goes on", async () => {
  await withServer(orderThat({}, ["running"]), async (server) => {
    const ran = await server.run([
      ...["install", "editor", "--on", "all", "--wait", "--timeout", "3"],
    ]);
    assertEquals(ran.code, 1);
    assert(ran.stdout.includes("machine-1: under way\n"));
    assertEquals(ran.stderr, "Gave up waiting after 3 s; the order goes on\n");
  });
});

Deno.test("--wait ends with 130 at Ctrl-C, and listens no more", async () => {
  const terminal = fakeTerminal();
  let looks = 0;
  const answers = {
    "POST /v1/orders": orderView({ states: ["waiting"] }),
    "GET /v1/orders/7": () => {
      if (++looks === 3) terminal.interrupt();
      return orderView({ states: ["waiting"] });
    },
  };
  await withServer(answers, async (server) => {
    const ran = await server.run(
      ["install", "editor", "--on", "all", "--wait"],
      terminal,
    );
    assertEquals(ran.code, 130);
    assert(ran.stderr.includes("The order goes on"));
    assertEquals(terminal.listeners(), 0);
  });
});

Deno.test("--wait draws a bar on a terminal, and leaves none behind", async () => {
  const terminal = fakeTerminal({ interactive: true });
  const answers = orderThat({}, ["waiting", "done"], ["done", "done"]);
  await withServer(answers, async (server) => {
    await server.run(["install", "editor", "--on", "all", "--wait"], terminal);
    const { stderr } = { stderr: terminal.stderr() };
    assert(stderr.includes("Installing editor 1.0 [#"), stderr);
    assert(stderr.includes(" 50 %"), stderr);
    assert(stderr.endsWith("\r\x1b[K"), stderr);
  });
});

Deno.test("An order for no known machine ends with 5 and the near names", async () => {
  const answers = {
    "POST /v1/orders": refused(404, 'No machine is meant by "rom-3"', [
      "room-3",
    ]),
  };
  await withServer(answers, async (server) => {
    const ran = await server.run(["install", "editor", "--on", "rom-3"]);
    assertEquals(ran, {
      code: 5,
      stdout: "",
      stderr: 'error: No machine is meant by "rom-3"\n' +
        '  did you mean "room-3"?\n',
    });
  });
});
