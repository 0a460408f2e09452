/** Errors of the rooms as sentences and exit codes. */

import { assert, assertEquals } from "@std/assert";
import { EXIT_CODES, exitCodeLines } from "../../lib/cli/exit_codes.ts";
import {
  CliFailure,
  failureOf,
  withConfigFailures,
} from "../../lib/cli/failure.ts";

Deno.test("EXIT_CODES has no number twice, and a line for each", () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code);
  assertEquals(new Set(codes).size, codes.length);
  assertEquals(exitCodeLines().length, codes.length);
  assertEquals(EXIT_CODES.ok.code, 0);
});

Deno.test("failureOf finds a port in use wherever it stands", () => {
  const inUse = new Deno.errors.AddrInUse("Address in use");
  const wrapped = new Error("Cannot listen on UDP port 2013", { cause: inUse });
  assertEquals(failureOf(wrapped, "config").exit, "portInUse");
  assertEquals(failureOf(wrapped).message, "Cannot listen on UDP port 2013");
});

Deno.test("failureOf takes a room's own error by its name", () => {
  const named = (name: string) => Object.assign(new Error("No"), { name });
  assertEquals(failureOf(named("AgentError")).exit, "config");
  assertEquals(failureOf(named("PackError")).exit, "failed");
  assertEquals(failureOf(new Deno.errors.NotFound("No")).exit, "notFound");
});

Deno.test("failureOf gives a plain error what its caller says", () => {
  const error = new Error("Cannot use it:\n  line 3: odd\n  line 4: even");
  const failure = failureOf(error, "config");
  assertEquals(failure.exit, "config");
  assertEquals(failure.message, "Cannot use it:");
  assertEquals(failure.advice, ["line 3: odd", "line 4: even"]);
});

Deno.test("failureOf shows the stack of a fault, whoever asks", () => {
  for (const plain of [undefined, "config"] as const) {
    const failure = failureOf(new TypeError("x is not a function"), plain);
    assertEquals(failure.exit, "fault");
    assert(failure.advice.some((line) => line.startsWith("at ")));
  }
  assertEquals(failureOf("text").message, "text");
  assertEquals(failureOf(new Error("")).message, "An error without a message");
});

Deno.test("failureOf tells what the system refuses, without a stack", () => {
  const said = (message: string, code: string) =>
    failureOf(Object.assign(new Error(message), { code }));
  const readOnly = said(
    "Read-only file system (os error 30): mkdir '/opt/flottille/.kept'",
    "EROFS",
  );
  assertEquals(readOnly.exit, "config");
  assertEquals(
    readOnly.message,
    "Cannot mkdir '/opt/flottille/.kept': Read-only file system",
  );
  assertEquals(readOnly.advice, []);
  const moved = said(
    "Is a directory (os error 21): rename 'a.part' -> 'a'",
    "EISDIR",
  );
  assertEquals(
    [moved.exit, moved.message],
    ["config", "Cannot rename 'a.part' -> 'a': Is a directory"],
  );
  assertEquals(said("odd", "EWHATEVER").exit, "fault");
});

Deno.test("failureOf leaves a sentence of ours as it is, without the system's words after it", () => {
  const found = "No such file or directory (os error 2): open 'join.json'";
  const error = new Error(`Cannot read the join file "join.json": ${found}`);
  assertEquals(
    failureOf(error, "config").message,
    'Cannot read the join file "join.json": No such file or directory',
  );
});

Deno.test("failureOf follows a circle of causes no longer than it must", () => {
  const error = new Error("a");
  error.cause = error;
  assertEquals(failureOf(error).exit, "fault");
});

Deno.test("withConfigFailures leaves a failure as it is", async () => {
  const failure = new CliFailure("usage", "Wrong");
  const caught = await withConfigFailures(Promise.reject(failure))
    .catch((error: unknown) => error);
  assertEquals(caught, failure);
  assertEquals(await withConfigFailures(Promise.resolve(7)), 7);
});
