/** The log as objects, for machines that read it. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { logJson } from "../../lib/cli/log_json.ts";
import { openLogWriter } from "../../lib/cli/log.ts";
import type { LogRecord } from "../../lib/cli/log_line.ts";
import { anyCharacter } from "../any_character.ts";
import { FakeClock, WALL_START_MS } from "./fake_clock.ts";
import { fakeTerminal } from "./fake_terminal.ts";

function record(
  message: string,
  fields: Record<string, unknown> = {},
): LogRecord {
  const wallMs = WALL_START_MS;
  return { wallMs, level: "info", category: "server", message, fields };
}

Deno.test("logJson gives each field its name, and numbers as numbers", () => {
  const fields = { order: 7, machine: "ab", ok: true, nothing: null };
  assertEquals(JSON.parse(logJson(record("It is so", fields))), {
    time: "2026-01-02T03:04:05.000Z",
    level: "info",
    part: "server",
    message: "It is so",
    order: 7,
    machine: "ab",
    ok: true,
  });
});

Deno.test("logJson lets no field speak for the log itself, D-10", () => {
  const found = JSON.parse(logJson(record("true", { message: "false" })));
  assertEquals([found.message, found.message_], ["true", "false"]);
});

Deno.test("logJson is one bounded line of JSON, whatever the fields, D-10", () => {
  fc.assert(fc.property(
    fc.string({ unit: anyCharacter }),
    fc.dictionary(fc.string({ unit: anyCharacter }), fc.anything(), {
      maxKeys: 5,
    }),
    (message, fields) => {
      const line = logJson(record(message, fields));
      assert(!/[\n\r]/.test(line), line);
      assertEquals(typeof JSON.parse(line).message, "string");
    },
  ));
  const long = logJson(record("m", { a: "x".repeat(100_000) }));
  assert(long.length < 500);
});

Deno.test("openLogWriter writes objects when it is told to, counts among them, F-11", () => {
  const terminal = fakeTerminal();
  const clock = new FakeClock();
  const format = "json";
  const writer = openLogWriter({ terminal, clock, level: "info", format });
  writer.write(record("Same"));
  writer.write(record("Same"));
  writer.end();
  const lines = terminal.stderr().trim().split("\n").map((line) =>
    JSON.parse(line).message
  );
  assertEquals(lines, ["Same", "Same (and 1 more of these)"]);
});
