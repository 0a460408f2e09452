/** Hooks for real: scripts and processes of this machine. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { failed, testHook } from "./hook_bench.ts";

const isRoot = Deno.uid() === 0;

testHook(
  "runHook gives a clean environment, the tree and no shell",
  async ({ put, run, tree }) => {
    Deno.env.set("FLOTTILLE_SECRET", "seen");
    await put("bin/hook", '#!/bin/sh\nenv | sort; pwd; echo "$1"; ls\n');
    const outcome = await run({ run: ["bin/hook", "$HOME; *"] });
    Deno.env.delete("FLOTTILLE_SECRET");
    assert(outcome.ok);
    const lines = outcome.output.split("\n");
    const variables = lines.filter((line) => /^[A-Z_]+=/.test(line));
    assertEquals(
      variables.map((line) => line.split("=")[0]),
      [
        "FLOTTILLE_DIRECTORY",
        "FLOTTILLE_HOOK",
        "FLOTTILLE_PREVIOUS",
        "FLOTTILLE_PROGRAM",
        "FLOTTILLE_RUN",
        "FLOTTILLE_STEP",
        "FLOTTILLE_VERSION",
        "HOME",
        "LANG",
        "LOGNAME",
        "PATH",
        "PWD", // The shell's own.
        "USER",
      ],
    );
    for (
      const line of [
        `FLOTTILLE_DIRECTORY=${tree}`,
        "FLOTTILLE_HOOK=postinstall",
        "FLOTTILLE_PREVIOUS=1.0",
        "FLOTTILLE_PROGRAM=editor",
        "FLOTTILLE_STEP=update",
        "FLOTTILLE_VERSION=2.0",
        "LANG=C.UTF-8",
      ]
    ) assert(variables.includes(line), line);
    assertEquals(lines.slice(-4), [tree, "$HOME; *", "bin", ""]);
  },
);

testHook("runHook uses the shell that the manifest names", async ({ run }) => {
  const script = 'echo "$FLOTTILLE_PROGRAM" | tr e E';
  const outcome = await run({ run: [script], shell: "/bin/sh" });
  assertEquals(outcome, { ok: true, output: "Editor\n" });
});

testHook(
  "runHook tells the code, the time and the last lines, I-07, I-08",
  async ({ script }) => {
    const outcome = failed(
      await script(
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done\n" +
          "sleep 0.3; echo no more >&2; exit 3",
      ),
    );
    assertMatch(
      outcome.detail,
      /^The hook "postinstall" of editor 2\.0 ended with code 3 after 0\.\d s; its last lines:\nline 6\n/,
    );
    assert(outcome.detail.endsWith("\nline 12\nno more"), outcome.detail);
  },
);

testHook(
  "runHook tells the signal that ended a hook, I-07",
  async ({ script }) => {
    assertMatch(
      failed(await script("kill -SEGV $$")).detail,
      /^The hook "postinstall" of editor 2\.0 was ended by SIGSEGV after \d\.\d s; it printed nothing$/,
    );
  },
);

testHook(
  "runHook tells a hook that is not there or cannot be run, I-07",
  async ({ put, run }) => {
    await put("plain", "#!/bin/sh\n", 0o644);
    await put("lost", "#!/no/interpreter\n");
    await put("text", "echo hello\n");
    await put("empty", "");
    await put("real", "#!/bin/sh\n");
    const details: Record<string, RegExp> = {
      absent: /"absent" is no file of the package: nothing is there/,
      plain: /could not be run: .*[Pp]ermission denied/,
      lost: /could not be run: .*No such file/,
      text: /does not name its interpreter \("#!"\)/,
      empty: /its file is empty/,
      "real/x": /"real\/x" is no file of the package: file is there/,
      "/no/program": /could not be run: .*No such file/,
    };
    for (const [path, expected] of Object.entries(details)) {
      const { detail } = failed(await run({ run: [path] }));
      assertMatch(detail, expected);
      assert(detail.startsWith('The hook "postinstall" of editor 2.0'));
    }
    const nobody = await run({ run: ["real"], user: "no-such-user" });
    assertMatch(failed(nobody).detail, /run as no-such-user: .*no account/);
  },
);

testHook(
  "runHook leads nowhere out of the tree",
  async ({ put, run, tree }) => {
    const outside = join(tree, "../outside");
    await Deno.writeTextFile(outside, `#!/bin/sh\necho ran > ${outside}.ran\n`);
    await Deno.chmod(outside, 0o755);
    await put("inside/hook", "#!/bin/sh\nexit 0\n");
    await Deno.symlink(outside, join(tree, "link"));
    await Deno.symlink("..", join(tree, "up"));
    await Deno.symlink("inside", join(tree, "near"));
    const ways = [
      "../outside",
      "inside/../../outside",
      "link",
      "up/outside",
      "near/hook", // It stays inside, and is refused all the same.
      "./inside/hook",
      "inside//hook",
      "inside",
      "",
      "..",
      "inside\\hook",
    ];
    for (const way of ways) {
      assertMatch(
        failed(await run({ run: [way] })).detail,
        /is no (path|file) of/,
      );
    }
    assertEquals(await exists(`${outside}.ran`), false);
    assertEquals((await run({ run: ["inside/hook"] })).ok, true);
  },
);

testHook(
  "runHook runs as the user that the manifest names",
  async ({ run }) => {
    const who = { run: ["id -un; echo $HOME"], shell: "/bin/sh" } as const;
    const outcome = await run({ ...who, user: "daemon" });
    assert(outcome.ok);
    assertMatch(outcome.output, /^daemon\n\/[^\n]+\n$/);
  },
  { ignore: !isRoot },
);

testHook(
  "runHook keeps the first and the last of 1 GiB, I-10",
  async ({ script }) => {
    const beganMs = performance.now();
    const outcome = failed(
      await script(
        "echo begin; head -c 1073741824 /dev/zero; echo; echo the end; exit 1",
        { deadlineSeconds: 120 },
      ),
    );
    assert(outcome.output.startsWith("begin\n"));
    assertMatch(outcome.output, /\n\.\.\. 10737\d{5} bytes left out \.\.\.\n/);
    assert(outcome.output.endsWith("\nthe end\n"));
    assert(outcome.output.length < 10_000);
    assert(outcome.detail.length < 700);
    assert(performance.now() - beganMs < 120_000);
  },
);

testHook(
  "runHook makes invalid UTF-8 and orders to a terminal harmless, I-10",
  async ({ script }) => {
    const outcome = await script(
      "printf 'caf\\351 \\033[31mred\\033[0m \\033]0;title\\007 a\\tb \\342\\200\\256x " +
        "\\000\\033c\\rover\\n'; exit 1",
    );
    const shown = "caf\ufffd red  a b \ufffdx \ufffd\ufffdc\nover";
    assertEquals(outcome.output, `${shown}\n`);
    assert(failed(outcome).detail.endsWith(`its last lines:\n${shown}`));
    assert(outcome.output.isWellFormed());
  },
);

testHook("runHook gives no keyboard, I-12", async ({ script }) => {
  const outcome = await script(
    "read answer; echo read $?; read more </dev/stdin; echo again $?; cat",
    { deadlineSeconds: 5 },
  );
  assertEquals(outcome, { ok: true, output: "read 1\nagain 1\n" });
});

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
