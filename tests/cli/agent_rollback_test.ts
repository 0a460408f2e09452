/** `flottille-agent rollback`, against a local door that is made up. */

import { assert, assertEquals } from "@std/assert";
import { ANSWERS, ask } from "./agent_kit.ts";

Deno.test("rollback says which version is in use again, and what to know of it", async () => {
  const asked: unknown[] = [];
  const rollback = (one: unknown) => {
    asked.push(one);
    return ANSWERS.rollback(one);
  };
  assertEquals(await ask(["rollback", "editor"], { rollback }), {
    code: 0,
    stdout: "editor is at version 1.0 again\n",
    stderr: "kept a/b.conf\n",
  });
  await ask(["rollback", "editor", "1.0"], { rollback });
  assertEquals(asked, [{ name: "editor" }, { name: "editor", version: "1.0" }]);
  const { stdout } = await ask(["rollback", "editor", "--json"]);
  assertEquals(JSON.parse(stdout), await ANSWERS.rollback(null));
});

Deno.test("rollback that failed says why, in the agent's words, D-10", async () => {
  const failed = (reason: string, note: string) => () =>
    Promise.resolve({ reason, version: "", note });
  const none = await ask(["rollback", "editor"], {
    rollback: failed("absent", "Cannot go back: no version is kept"),
  });
  assertEquals(none, {
    code: 5,
    stdout: "",
    stderr: "error: Cannot go back: no version is kept\n",
  });
  const hook = await ask(["rollback", "editor"], {
    rollback: failed("hook", "Its check failed\neditor: \u001b[2Jno display"),
  });
  assertEquals(hook.code, 1);
  assertEquals(hook.stderr.split("\n").length, 3);
  assert(!hook.stderr.includes("\u001b"), hook.stderr);
  const bare = await ask(["rollback", "editor"], {
    rollback: failed("busy", ""),
  });
  assert(bare.stderr.includes("busy with another order"), bare.stderr);
});
