/** The tools of a system, some of them unwilling, as real little programs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { toolOutput, type ToolRun } from "../../../lib/peo/tool.ts";
import { gone } from "../../host/run.ts";
import { inRoot, type ToolRoot } from "./tool_root.ts";

const ignore = Deno.build.os === "windows";

/** What the script gives: its output, or the sentence on why there is none. */
async function outputOf(
  root: ToolRoot,
  script: string,
  run: Partial<ToolRun> = {},
): Promise<string | null> {
  await root.put("usr/bin/tool", `#!/bin/sh\n${script}\n`, 0o755);
  return await saidBy(root, run);
}

/** The same, of what is there already. */
async function saidBy(root: ToolRoot, run: Partial<ToolRun> = {}) {
  const output = await toolOutput(root, { tool: "tool", args: [], ...run });
  if (output === null) return null;
  return output.ok
    ? new TextDecoder().decode(output.value)
    : output.fault.replaceAll(root.root, "");
}

Deno.test(
  "toolOutput gives what a tool prints, and closes its stdin",
  { ignore },
  () =>
    inRoot(async (root) => {
      const script = 'read x; echo "$1 $PATH $LC_ALL $HOME"; echo no >&2';
      assertEquals(
        await outputOf(root, script, { args: ["-a b"] }),
        "-a b /usr/bin:/bin:/usr/sbin:/sbin C.UTF-8 \n",
      );
      const environment = { HOME: "/there" };
      assertEquals(
        await outputOf(root, "echo $HOME", { environment }),
        "/there\n",
      );
    }),
);

Deno.test(
  "toolOutput is null where the tool is in no directory of the system",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("usr/local/bin/tool", "#!/bin/sh\necho bad\n", 0o755);
      await Deno.mkdir(join(root.root, "usr/sbin/tool"), { recursive: true });
      assertEquals(await saidBy(root), null);
    }),
);

Deno.test(
  "toolOutput takes a tool that is a link",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("opt/real", "#!/bin/sh\necho linked\n", 0o755);
      await Deno.mkdir(join(root.root, "sbin"));
      await Deno.symlink("../opt/real", join(root.root, "sbin/tool"));
      assertEquals(await saidBy(root), "linked\n");
    }),
);

// deno-fmt-ignore
const FAULTS: readonly [string, string, string][] = [
  // what it is; the script; the end of the sentence
  ["a bad exit", "echo; echo 'no database' >&2; echo more >&2; exit 3", 'it ended with code 3: no database'],
  ["a bad exit without a word", "exit 1", "it ended with code 1"],
  ["a bad exit with bytes of no text", "printf '\\n \\033[31m\\377x\\n' >&2; exit 1", "it ended with code 1: \ufffd[31m\ufffdx"],
  ["an end by a signal", "kill -SEGV $$", "SIGSEGV ended it"],
];

for (const [what, script, end] of FAULTS) {
  Deno.test(
    `toolOutput says what is wrong: ${what}`,
    { ignore },
    () =>
      inRoot(async (root) => {
        assertEquals(
          await outputOf(root, script),
          `Cannot read what /usr/bin/tool says: ${end}`,
        );
      }),
  );
}

Deno.test(
  "toolOutput counts the exit codes it is told",
  { ignore },
  () =>
    inRoot(async (root) => {
      const run = { codes: [0, 1] };
      assertEquals(await outputOf(root, "echo a; exit 1", run), "a\n");
      assertMatch(
        await outputOf(root, "echo a; exit 2", run) ?? "",
        /ended with code 2$/,
      );
    }),
);

Deno.test(
  "toolOutput tells what a tool said though it went well",
  { ignore },
  () =>
    inRoot(async (root) => {
      const said: string[] = [];
      const onSaid = (line: string) => said.push(line);
      const script = "echo a; echo 'error: x' >&2; echo >&2; echo y >&2";
      assertEquals(await outputOf(root, script, { onSaid }), "a\n");
      assertEquals(said, ["error: x", "y"]);
    }),
);

Deno.test(
  "toolOutput ends a tool that hangs and hears no signal",
  { ignore },
  () =>
    inRoot(async (root) => {
      const beganMs = performance.now();
      const script = `trap '' TERM; sleep 60 & echo "$$ $!" >"$1"; wait; wait`;
      const pids = join(root.root, "pids");
      assertEquals(
        await outputOf(root, script, { args: [pids], deadlineMs: 400 }),
        "Cannot read what /usr/bin/tool says: it did not end within 0.4 s; " +
          "run it by hand to see why",
      );
      assert(performance.now() - beganMs < 5_000);
      const [tool, child] = (await Deno.readTextFile(pids)).split(" ");
      await gone(Number(tool));
      await gone(Number(child));
    }),
);

Deno.test(
  "toolOutput ends a tool that prints for ever, and keeps little of it",
  { ignore },
  () =>
    inRoot(async (root) => {
      const run = { deadlineMs: 400, outputBytesMax: 1_000_000 };
      assertEquals(
        await outputOf(root, "exec cat /dev/zero", run),
        "Cannot read what /usr/bin/tool says: it printed more than 1000000 " +
          "bytes; run it by hand to see what",
      );
    }),
);

Deno.test(
  "toolOutput kills what a failed tool left behind",
  { ignore },
  () =>
    inRoot(async (root) => {
      const pid = join(root.root, "pid");
      const script = `sleep 60 >/dev/null 2>&1 & echo $! >"$1"; exit 4`;
      assertMatch(
        await outputOf(root, script, { args: [pid] }) ?? "",
        /ended with code 4$/,
      );
      await gone(Number(await Deno.readTextFile(pid)));
    }),
);

Deno.test(
  "toolOutput says that a tool cannot be run",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("bin/tool", "#!/nowhere/sh\n", 0o755);
      assertMatch(
        await saidBy(root) ?? "",
        /^Cannot read what \/bin\/tool says: it cannot be run, /,
      );
    }),
);
