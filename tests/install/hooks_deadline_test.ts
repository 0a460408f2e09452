/** Hooks that do not want to end, and what they leave behind. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { realProcesses } from "../../lib/host/real_processes.ts";
import { endHooks } from "../../lib/install/hooks.ts";
import { gone, isAlive } from "../host/run.ts";
import { failed, testHook } from "./hook_bench.ts";

const isLinux = Deno.build.os === "linux";

testHook(
  "runHook kills a hook that sleeps for ever at its deadline, I-09",
  async ({ script }) => {
    const beganMs = performance.now();
    const outcome = failed(
      await script("echo begun; sleep 600", { deadlineSeconds: 1 }),
      "deadline",
    );
    assert(performance.now() - beganMs < 3_000);
    assertEquals(
      outcome.detail,
      'The hook "postinstall" of editor 2.0 was killed at its deadline of 1 s; ' +
        "its last lines:\nbegun",
    );
  },
);

testHook(
  "runHook asks a hook to end a moment before its deadline, I-09",
  async ({ script }) => {
    const outcome = failed(
      await script(
        "trap 'echo tidied up; exit 9' TERM; sleep 600 & wait",
        { deadlineSeconds: 0.5 },
      ),
      "deadline",
    );
    assert(outcome.output.endsWith("tidied up\n"));
  },
);

testHook(
  "runHook kills a hook that ignores being asked, I-09",
  async ({ script }) => {
    const outcome = failed(
      await script(
        "trap '' TERM; echo $$; while :; do sleep 600; done",
        { deadlineSeconds: 0.5 },
      ),
      "deadline",
    );
    await gone(Number(outcome.output.trim()));
  },
);

testHook(
  "runHook kills a child that holds the pipes, I-09",
  async ({ script }) => {
    const outcome = failed(
      await script("sleep 600 & echo $!", { deadlineSeconds: 0.5 }),
      "deadline",
    );
    assertMatch(outcome.detail, /must close its output; its last lines:\n\d+$/);
    await gone(Number(outcome.output.trim()));
  },
);

testHook(
  "runHook kills who left the group, with pipes and without, I-09",
  async ({ script }) => {
    const outcome = failed(
      await script(
        "setsid sleep 600 & echo $!\n" +
          "setsid sh -c 'sleep 601 & sleep 602' >/dev/null 2>&1 & echo $!\n" +
          "sleep 600",
        { deadlineSeconds: 0.5 },
      ),
      "deadline",
    );
    const left = outcome.output.trim().split("\n").map(Number);
    assertEquals(left.length, 2);
    for (const pid of left) await gone(pid);
  },
  { ignore: !isLinux },
);

testHook(
  "runHook cannot see who left the group and cleared the environment",
  async ({ script }) => {
    // A limit that the header of hook_strays.ts states; here it is held to it.
    const outcome = await script(
      "setsid env -i sleep 600 >/dev/null 2>&1 & echo $!; sleep 600",
      { deadlineSeconds: 0.5 },
    );
    const [pid = NaN] = outcome.output.trim().split("\n").map(Number);
    assertEquals(await isAlive(pid), true);
    Deno.kill(pid, "SIGKILL");
  },
  { ignore: !isLinux },
);

testHook(
  "runHook lets a service live that a good hook started, and ends a failed one's",
  async ({ script }) => {
    const start = "setsid sleep 600 >/dev/null 2>&1 & echo $!";
    const good = await script(start);
    assertEquals(good.ok, true);
    const service = Number(good.output.trim());
    assertEquals(await isAlive(service), true);
    Deno.kill(service, "SIGKILL");
    const bad = await script(
      `${start}\nsleep 600 >/dev/null 2>&1 & echo $!; exit 1`,
    );
    assertEquals(bad.ok, false);
    for (const pid of bad.output.trim().split("\n")) await gone(Number(pid));
  },
  { ignore: !isLinux },
);

testHook(
  "endHooks ends what a lost agent's hook left, and no other's",
  async ({ run }) => {
    const start = {
      run: ["setsid sleep 600 >/dev/null 2>&1 & echo $!"],
    } as const;
    const shell = "/bin/sh";
    const mine = await run({ ...start, shell }, { mark: "7" });
    const other = await run({ ...start, shell }, { mark: "77" });
    const [first, second] = [mine, other].map(({ output }) => Number(output));
    await endHooks(realProcesses(), "7");
    await gone(first ?? NaN);
    assertEquals(await isAlive(second ?? NaN), true);
    await endHooks(realProcesses(), "77");
    await gone(second ?? NaN);
    await endHooks(realProcesses(), "77");
  },
  { ignore: !isLinux },
);

testHook(
  "runHook keeps its sentences short whatever is printed, I-10",
  async ({ script }) => {
    const { detail } = failed(
      await script("head -c 5000 /dev/zero | tr '\\0' x; exit 1"),
    );
    assert(detail.length < 550, `${detail.length}`);
    assertMatch(detail, /its last lines:\n\.\.\.x+$/);
  },
);
