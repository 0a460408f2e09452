/** Programs that go on beside this one. */

import { assertEquals } from "@std/assert";
import type { BeginOptions, Child } from "../../lib/host/processes.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";
import { eventually } from "../../scripts/kit/process.ts";
import { testInDirectory } from "./in_directory.ts";
import { gone, text } from "./run.ts";

const processes = realProcesses();

async function begin(
  script: string,
  options: Partial<BeginOptions> = {},
): Promise<Child> {
  const begun = await processes.begin({
    command: ["/bin/sh", "-c", script],
    environment: {},
    tailBytesMax: 20,
    ...options,
  });
  if (!begun.ok) throw new Error(begun.detail);
  return begun.child;
}

Deno.test("Children.begin tells what is printed, keeps the end of it, and how it ended", async () => {
  const told = { stdout: "", stderr: "" };
  const child = await begin("echo first; echo second >&2; exit 3", {
    onOutput: (bytes, from) => void (told[from] += text(bytes)),
  });
  assertEquals(await child.ended, { code: 3, signal: null });
  assertEquals(told, { stdout: "first\n", stderr: "second\n" });
  const { first, last } = child.printed();
  assertEquals([first.length, last.length], [0, 13]);
});

Deno.test("Children.begin hands our environment on, with what is put over it", async () => {
  let told = "";
  const child = await begin('echo "${PATH:+path} $ADDED"', {
    environment: { ADDED: "added" },
    onOutput: (bytes) => void (told += text(bytes)),
  });
  await child.ended;
  assertEquals(told, "path added\n");
});

testInDirectory(
  "Children.begin makes a group, which is signalled and killed whole",
  async (at) => {
    const child = await begin(`sleep 60 & echo $! >${at("pid")}; wait`);
    const pid = await eventually("It has written", async () => {
      const found = await Deno.readTextFile(at("pid")).catch(() => "");
      return found.endsWith("\n") ? Number(found) : null;
    }, { everyMs: 20 });
    await child.signal("SIGKILL");
    assertEquals(await child.ended, { code: null, signal: "SIGKILL" });
    await gone(pid);
    // Nobody is left, and that is fine.
    await child.signal("SIGTERM");
  },
);

Deno.test("Children.begin gives a stdin that stays open as long as we live", async () => {
  const child = await begin("read line; echo over");
  const late = new Promise((then) => setTimeout(() => then("waits"), 300));
  assertEquals(await Promise.race([child.ended, late]), "waits");
  await child.signal("SIGTERM");
  assertEquals((await child.ended).signal, "SIGTERM");
});

Deno.test("Children.begin tells what cannot be begun", async () => {
  const begun = await processes.begin({
    command: ["/nothing/here"],
    environment: {},
    tailBytesMax: 1,
  });
  assertEquals(begun.ok ? null : begun.fault, "not found");
});
