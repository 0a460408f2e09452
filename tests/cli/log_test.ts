/** The log: one line a record, escaped, and no flood of them. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { logOf, openLogWriter } from "../../lib/cli/log.ts";
import { LOG_LIMITS, LogLimiter } from "../../lib/cli/log_limiter.ts";
import { logLine, type LogRecord } from "../../lib/cli/log_line.ts";
import { startLogging } from "../../lib/cli/logging.ts";
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

const HEAD = "2026-01-02T03:04:05.000Z info    server";

// deno-fmt-ignore
const LINES: readonly [string, Record<string, unknown>, string][] = [
  ["no field", {}, ""],
  ["a word and a number", { machine: "abc", port: 2013 }, " machine=abc port=2013"],
  ["a text with spaces", { reason: "disk full" }, ' reason="disk full"'],
  ["a quote and an equals sign", { a: 'x"y=z' }, ' a="x\\"y=z"'],
  ["an empty text", { a: "" }, ' a=""'],
  ["an escape and a line break", { a: "\x1b[2J\n2026" }, ' a="\\u001b[2J\\u000a2026"'],
  ["a hostile name of a field", { "a\n": 1 }, " a\\u000a=1"],
  ["a bigint, null and undefined", { a: 2n ** 64n, b: null, c: undefined }, " a=18446744073709551616"],
  ["bytes", { a: Uint8Array.of(1, 255) }, " a=01ff"],
  ["an error", { error: new Error("no route") }, ' error="no route"'],
  ["an object", { a: { b: 1n } }, ' a="{\\"b\\":\\"1\\"}"'],
  ["a long text", { a: "x".repeat(1_000) }, ` a=${"x".repeat(200)}…`],
];

for (const [what, fields, shown] of LINES) {
  Deno.test(`logLine shows ${what}, D-10`, () => {
    assertEquals(
      logLine(record("It is so", fields)),
      `${HEAD} It is so${shown}`,
    );
  });
}

Deno.test("logLine is one bounded line, whatever the fields, D-10", () => {
  fc.assert(fc.property(
    fc.string({ unit: anyCharacter }),
    fc.dictionary(fc.string({ unit: anyCharacter }), fc.anything(), {
      maxKeys: 5,
    }),
    (message, fields) => {
      const line = logLine(record(message, fields));
      assert(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(line), line);
    },
  ));
  const many = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`f${index}`, "x".repeat(999)]),
  );
  assert(logLine(record("x".repeat(10_000), many)).length < 10_000);
});

Deno.test("LogLimiter writes an equal line once a minute, F-11", () => {
  const limiter = new LogLimiter();
  const lines: string[] = [];
  for (let ms = 0; ms < 60_000; ms += 10) {
    lines.push(...limiter.offer(record("Dropped", { from: "a" }), ms));
  }
  assertEquals(lines, [`${HEAD} Dropped from=a`]);
  assertEquals(limiter.nextDueAtMs(), 60_000);
  assertEquals(limiter.due(60_000), [
    "2026-01-02T03:05:05.000Z info    server Dropped (and 5999 more of these)",
  ]);
  assertEquals(limiter.nextDueAtMs(), null);
  assertEquals(limiter.offer(record("Dropped", { from: "a" }), 60_001), [
    `${HEAD} Dropped from=a`,
  ]);
});

Deno.test("LogLimiter lets so many different lines of a kind pass, F-11", () => {
  const limiter = new LogLimiter();
  let count = 0;
  for (let from = 0; from < 10_000; from++) {
    count += limiter.offer(record("Dropped", { from }), 1).length;
  }
  assertEquals(count, LOG_LIMITS.linesPerKindMax);
  assertEquals(limiter.offer(record("Another kind"), 1).length, 1);
});

Deno.test("LogLimiter lets no flood of a minute write more than so many bytes, F-11", () => {
  const limiter = new LogLimiter();
  const long = "x".repeat(5_000);
  let [count, bytes] = [0, 0];
  for (let from = 0; from < 200; from++) {
    for (let kind = 0; kind < LOG_LIMITS.kindsMax; kind++) {
      const lines = limiter.offer(record(`Kind ${kind}`, { from, long }), from);
      count += lines.length;
      bytes += lines.join("\n").length;
    }
  }
  assertEquals(count, LOG_LIMITS.kindsMax * LOG_LIMITS.linesPerKindMax);
  // Some megabytes a minute at the very worst, whoever floods with whatever.
  assert(bytes < 8_000_000, `${bytes} bytes`);
});

Deno.test("LogLimiter stays small, whatever the kinds, F-11", () => {
  const limiter = new LogLimiter();
  let count = 0;
  for (let kind = 0; kind < 100_000; kind++) {
    count += limiter.offer(record(`Kind ${kind}`), 1).length;
  }
  // Sentences are constants of the program, so this cannot be a stranger's
  // doing; but memory stays bounded even so.
  assertEquals(count, 100_000);
  assertEquals(limiter.end(0), []);
});

Deno.test("LogLimiter tells what it held when a kind makes room, F-11", () => {
  const limiter = new LogLimiter();
  limiter.offer(record("First"), 0);
  limiter.offer(record("First"), 0);
  const lines: string[] = [];
  for (let kind = 0; kind < LOG_LIMITS.kindsMax; kind++) {
    lines.push(...limiter.offer(record(`Kind ${kind}`), 1));
  }
  assert(lines.some((line) => line.includes("First (and 1 more of these)")));
});

Deno.test("openLogWriter writes the count when its minute is over, F-11", () => {
  const terminal = fakeTerminal();
  const clock = new FakeClock();
  const writer = openLogWriter({ terminal, clock, level: "info" });
  const log = logOf(writer, clock, "server");
  log("debug", "Not written");
  for (let count = 0; count < 3; count++) log("warning", "Dropped");
  assertEquals(terminal.stderr().split("\n").length - 1, 1);
  clock.moveTo(60_000);
  assertEquals(terminal.stderr().split("\n").length - 1, 2);
  assert(terminal.stderr().includes("Dropped (and 2 more of these)"));
  assertEquals(clock.pending, 0);
});

Deno.test("openLogWriter tells all it held at its end, and no timer stays", () => {
  const terminal = fakeTerminal();
  const clock = new FakeClock();
  const writer = openLogWriter({ terminal, clock, level: "info" });
  const log = logOf(writer, clock, "server");
  for (let count = 0; count < 3; count++) log("error", "Dropped");
  writer.end();
  assert(terminal.stderr().endsWith("Dropped (and 2 more of these)\n"));
  assertEquals(clock.pending, 0);
});

Deno.test("startLogging writes LogTape's records as our lines", async () => {
  const terminal = fakeTerminal();
  const clock = new FakeClock();
  const logging = await startLogging({ terminal, clock, level: "info" });
  const log = logging.of("server");
  log("debug", "Not written");
  log("warning", "Odd {name} found", { name: "a\nb", count: 2 });
  log("warning", "Odd {name} found", { name: "a\nb", count: 2 });
  await logging.end();
  const lines = terminal.stderr().trimEnd().split("\n");
  assertEquals(lines.map((line) => line.replace(/^\S+ /, "")), [
    'warning server Odd {name} found name="a\\u000ab" count=2',
    "warning server Odd {name} found (and 1 more of these)",
  ]);
});
