/** Real programs, some of them unwilling to end. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RunOptions } from "../../lib/host/processes.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";

const processes = realProcesses();
const text = (of: Uint8Array) => new TextDecoder().decode(of);

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

Deno.test("Processes.run throws when there is no such program, I-07", async () => {
  await assertRejects(
    () => run({ command: ["/nothing/here"] }),
    Deno.errors.NotFound,
  );
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

function shell(script: string, options: Partial<RunOptions> = {}) {
  return run({ command: ["/bin/sh", "-c", script], ...options });
}

function run(options: Partial<RunOptions> & Pick<RunOptions, "command">) {
  return processes.run({
    environment: { PATH: "/usr/bin:/bin" },
    deadlineMs: 20_000,
    outputBytesMax: 65_536,
    ...options,
  });
}

/** Returns when no process has this number, or only a dead one has. */
async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    if (state === "" || / Z /.test(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Process ${pid} still runs`);
}
