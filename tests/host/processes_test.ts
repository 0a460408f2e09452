/** Real programs, some of them unwilling to end. */

import { assert, assertEquals } from "@std/assert";
import { gone, shell, text } from "./run.ts";

Deno.test("Processes.run gives the code and both outputs", async () => {
  const result = await shell("echo out; echo err >&2; exit 3");
  assertEquals(result.code, 3);
  assertEquals(result.signal, null);
  assertEquals(result.killed, false);
  assertEquals(text(result.stdout), "out\n");
  assertEquals(text(result.stderr), "err\n");
  assertEquals(result.truncated, false);
});

Deno.test("Processes.run tells the signal that ended a program, I-07", async () => {
  const result = await shell("kill -TERM $$");
  assertEquals(result.code, null);
  assertEquals(result.signal, "SIGTERM");
  assertEquals(result.killed, false);
});

Deno.test("Processes.run gives only the environment it is told", async () => {
  Deno.env.set("FLOTTILLE_SECRET", "seen");
  const result = await shell("env; pwd", {
    environment: { ONLY: "this" },
    directory: "/",
  });
  Deno.env.delete("FLOTTILLE_SECRET");
  const said = text(result.stdout);
  assert(said.includes("ONLY=this\n"), said);
  assert(!said.includes("FLOTTILLE_SECRET"), said);
  assert(!said.includes("HOME="), said);
  assert(said.endsWith("\n/\n"), said);
});

Deno.test("Processes.run closes stdin, I-12", async () => {
  const result = await shell("read line; echo $?");
  assertEquals(text(result.stdout), "1\n");
});

Deno.test("Processes.run keeps a bounded part of the output, I-10", async () => {
  const result = await shell("head -c 50000000 /dev/zero; echo end >&2", {
    outputBytesMax: 1_000,
  });
  assertEquals(result.code, 0);
  assertEquals(result.stdout.length, 1_000);
  assertEquals(text(result.stderr), "end\n");
  assertEquals(result.truncated, true);
  const fits = await shell("head -c 1000 /dev/zero", { outputBytesMax: 1_000 });
  assertEquals(fits.truncated, false);
});

Deno.test("Processes.run kills who ignores SIGTERM at the deadline, I-09", async () => {
  const beganMs = performance.now();
  const result = await shell("trap '' TERM; echo begun; sleep 60", {
    deadlineMs: 200,
  });
  assert(performance.now() - beganMs < 2_000);
  assertEquals(result.killed, true);
  assertEquals(result.signal, "SIGKILL");
  assertEquals(text(result.stdout), "begun\n");
});

Deno.test("Processes.run kills the whole group at the deadline, I-09", async () => {
  // The program ends at once; a child of it holds the pipes.
  const result = await shell("sleep 60 & echo $!", { deadlineMs: 200 });
  assertEquals(result.killed, true);
  assertEquals(result.code, 0);
  await gone(Number(text(result.stdout)));
});

Deno.test("Processes.run ends though a grandchild left the group with the pipes, I-09", async () => {
  const beganMs = performance.now();
  const result = await shell("setsid sleep 60 & echo $!; sleep 60", {
    deadlineMs: 200,
  });
  assert(performance.now() - beganMs < 5_000);
  assertEquals(result.killed, true);
  // What left the group is out of reach; this test ends it.
  Deno.kill(Number(text(result.stdout)), "SIGKILL");
});

Deno.test("Processes.run asks the group to end before it kills it, I-09", async () => {
  const script = "trap 'echo asked; exit 7' TERM; echo begun; " +
    "sleep 60 & wait";
  const result = await shell(script, { deadlineMs: 10_000, graceMs: 9_800 });
  assertEquals(result.killed, true);
  assertEquals(result.code, 7);
  assertEquals(text(result.stdout), "begun\nasked\n");
  assert((result.tookMs ?? 0) < 5_000);
});

Deno.test("Processes.run kills at the deadline who ignores the asking, I-09", async () => {
  const result = await shell("trap '' TERM; sleep 60 & echo $!; wait; wait", {
    deadlineMs: 600,
    graceMs: 300,
  });
  assertEquals(result.killed, true);
  assertEquals(result.signal, "SIGKILL");
  assert((result.tookMs ?? 0) >= 550, `${result.tookMs}`);
  await gone(Number(text(result.stdout)));
});

Deno.test("Processes.run keeps the last of both outputs too, I-10", async () => {
  const result = await shell(
    "echo first; head -c 3000000 /dev/zero; sleep 0.2; echo last >&2",
    { outputBytesMax: 6, tailBytesMax: 10 },
  );
  assertEquals(text(result.both?.first ?? new Uint8Array()), "first\n");
  assertEquals(
    text(result.both?.last ?? new Uint8Array()),
    "\0\0\0\0\0last\n",
  );
  assertEquals(result.both?.droppedBytes, 3_000_000 - 5);
  const short = await shell("echo ab", { outputBytesMax: 2, tailBytesMax: 9 });
  assertEquals(text(short.both?.first ?? new Uint8Array()), "ab");
  assertEquals(text(short.both?.last ?? new Uint8Array()), "\n");
  assertEquals(short.both?.droppedBytes, 0);
});

Deno.test("Processes.run leaves the group of a failed program alone, unless told", async () => {
  const script = "sleep 60 >/dev/null 2>&1 & echo $!; exit 1";
  const left = Number(text((await shell(script)).stdout));
  Deno.kill(left, 0 as unknown as Deno.Signal);
  Deno.kill(left, "SIGKILL");
  const killed = await shell(script, { leftovers: "kill" });
  assertEquals(killed.code, 1);
  await gone(Number(text(killed.stdout)));
});
