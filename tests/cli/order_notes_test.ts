/** What machines add to their results, and orders that come before others. */

import { assert, assertEquals } from "@std/assert";
import { refused, withServer } from "./fake_server.ts";
import { orderView, taskView } from "./views.ts";

const FAILED = taskView({
  machineName: "pc-1",
  state: "failed",
  answer: null,
  reason: "One of the package's hooks failed",
  note: 'Cannot update editor to 2.0: the hook "check" ended with code 1\n' +
    "no port 8080\n\n\x1b[2Jmischief",
});
const DONE = taskView({
  machineName: "pc-2",
  note: "kept the owner's etc/editor.conf",
});
const NOTES = [
  "pc-1: failed: One of the package's hooks failed",
  '    Cannot update editor to 2.0: the hook "check" ended with code 1',
  "    no port 8080",
  "    \\u001b[2Jmischief",
  "pc-2: installed",
  "    kept the owner's etc/editor.conf",
];

Deno.test("orders ID prints what machines have added, printable only, D-10", async () => {
  const order = orderView({
    tasks: [FAILED, DONE, taskView({ machineName: "pc-3" })],
  });
  await withServer({ "GET /v1/orders/7": order }, async (server) => {
    const { code, stdout } = await server.run(["orders", "7"]);
    assertEquals(code, 0);
    const lines = stdout.split("\n");
    const at = lines.indexOf("");
    assertEquals(lines.slice(at).filter((line) => line !== ""), NOTES);
    assertEquals(lines.slice(0, at).some((line) => /pc-3/.test(line)), true);
  });
});

Deno.test("install --wait prints what machines have added", async () => {
  const order = orderView({ tasks: [FAILED, DONE] });
  const answers = { "POST /v1/orders": order, "GET /v1/orders/7": order };
  await withServer(answers, async (server) => {
    const args = ["install", "editor", "--on", "all", "--wait"];
    const { code, stdout } = await server.run(args);
    assertEquals(code, 1);
    assertEquals(stdout.split("\n").slice(1, 1 + NOTES.length), NOTES);
  });
});

Deno.test("orders ID --json has the note as it is", async () => {
  const order = orderView({ tasks: [FAILED] });
  await withServer({ "GET /v1/orders/7": order }, async (server) => {
    const { stdout } = await server.run(["orders", "7", "--json"]);
    assertEquals(JSON.parse(stdout).tasks[0].note, FAILED.note);
  });
});

Deno.test("rollback --wait says which version each machine went back to", async () => {
  const tasks = [taskView({ machineName: "pc-1", version: "1.0" })];
  const order = orderView({ verb: "rollback", version: "*", tasks });
  const answers = { "POST /v1/orders": order, "GET /v1/orders/7": order };
  await withServer(answers, async (server) => {
    const args = ["rollback", "editor", "--on", "all", "--wait"];
    assertEquals(await server.run(args), {
      code: 0,
      stdout: [
        "Order 7: rollback editor on 1 machine",
        "pc-1: went back to 1.0",
        "Order 7: 1 done",
        "",
      ].join("\n"),
      stderr: "",
    });
  });
});

Deno.test("install prints the orders that come first", async () => {
  const order = orderView({
    states: ["waiting"],
    first: [
      { id: 5, name: "libc", version: "1.0", machines: 1 },
      { id: 6, name: "java", version: "17.0", machines: 2 },
    ],
  });
  await withServer({ "POST /v1/orders": order }, async (server) => {
    const { stdout } = await server.run(["install", "editor", "--on", "all"]);
    assertEquals(stdout.split("\n").slice(0, 3), [
      "First order 5: install libc 1.0 on 1 machine",
      "First order 6: install java 17.0 on 2 machines",
      "Order 7: install editor 1.0 on 1 machine",
    ]);
  });
});

Deno.test("install --dry-run prints the plan, and orders nothing", async () => {
  const plan = {
    ...{ verb: "install", name: "editor", version: "2.0" },
    groups: [
      {
        machines: ["pc-1", "pc-2"],
        steps: [
          { name: "java", version: "17.0", now: "11.0" },
          { name: "editor", version: "2.0", now: "" },
        ],
        problem: null,
      },
      {
        machines: Array.from({ length: 10 }, (_, at) => `old-${at}`),
        steps: [{ name: "editor", version: "2.0", now: "2.0" }],
        problem: null,
      },
    ],
  };
  const answers = { "POST /v1/orders/plan": plan };
  await withServer(answers, async (server) => {
    const args = ["install", "editor", "--on", "all", "--dry-run"];
    const { code, stdout, stderr } = await server.run(args);
    assertEquals(code, 0);
    assertEquals(stdout.split("\n"), [
      "pc-1, pc-2: java 17.0 in place of 11.0, then editor 2.0",
      "old-0, old-1, old-2, old-3, old-4, old-5, old-6, old-7 and 2 others: " +
      "editor 2.0",
      "",
    ]);
    assertEquals(stderr, "Nothing was ordered\n");
    assertEquals(server.asked.map(({ line, body }) => [line, body]), [[
      "POST /v1/orders/plan",
      '{"verb":"install","name":"editor","on":["all"]}',
    ]]);
    const json = await server.run([...args, "--json"]);
    assertEquals(JSON.parse(json.stdout), plan);
  });
});

Deno.test("ensure --dry-run ends with 1 when a machine cannot", async () => {
  const problem = "Cannot install editor 2.0: it is for windows";
  const answers = {
    "POST /v1/orders/plan": {
      ...{ verb: "ensure", name: "editor", version: "2.0" },
      groups: [{ machines: ["pc-1"], steps: [], problem }],
    },
  };
  await withServer(answers, async (server) => {
    const args = ["ensure", "editor", "2.0", "--on", "all", "--dry-run"];
    const { code, stdout } = await server.run(args);
    assertEquals([code, stdout], [1, `pc-1: ${problem}\n`]);
  });
});

Deno.test("update --dry-run takes no --wait", async () => {
  await withServer({}, async (server) => {
    const args = ["update", "editor", "--on", "all", "--dry-run", "--wait"];
    const { code, stderr } = await server.run(args);
    assertEquals(code, 2);
    assert(stderr.includes("--dry-run orders nothing"), stderr);
    assertEquals(server.asked, []);
  });
});

Deno.test("install prints which machines are in the way, and why", async () => {
  const error = "Cannot install editor 2.0 on 1 of 2 machines";
  const details = ["pc-1: Cannot install editor 2.0: it requires java"];
  const answers = {
    "POST /v1/orders": { status: 409, body: { error, details } },
  };
  await withServer(answers, async (server) => {
    const ran = await server.run(["install", "editor", "--on", "all"]);
    assertEquals(ran, {
      code: 7,
      stdout: "",
      stderr: `error: ${error}\n  ${details[0]}\n`,
    });
  });
  await withServer(
    { "POST /v1/orders": refused(409, error) },
    async (server) => {
      const ran = await server.run(["install", "editor", "--on", "all"]);
      assertEquals(ran.stderr, `error: ${error}\n`);
    },
  );
});
