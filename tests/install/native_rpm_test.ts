/** RPM packages for real: made here, and rpm in a root of its own. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { RunResult } from "../../lib/host/processes.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";
import {
  canTest,
  done,
  makeRpm,
  native,
  type NativeRoot,
  refused,
  testInRoot,
} from "./native_root.ts";

const ignore = !await canTest("rpm", "rpmbuild", "chroot", "ldd");

const NAME = "flottille-test-r";

testInRoot("NativeManager installs, updates, goes back and removes an rpm", {
  ignore,
}, async (root) => {
  const { manager, read, directory } = root;
  await provideShell(root);
  const one = await make(directory, "1.0");
  const two = await make(directory, "2.0", ["Epoch: 1"]);
  const [old, fresh] = [
    native("rpm", NAME, "1.0-1"),
    native("rpm", NAME, "1:2.0-1"),
  ];
  assertEquals(await manager.query(old), null);

  const installed = done(await manager.install(old, one));
  assertEquals(installed.output.trim(), "post 1 1.0");
  assertEquals(await manager.query(old), "1.0-1");
  assertEquals(done(await manager.install(old, one)).output, ""); // Is there.

  done(await manager.install(fresh, two));
  assertEquals(await manager.query(fresh), "1:2.0-1");
  assertEquals(await read(`usr/share/${NAME}/version`), "2.0");

  done(await manager.goBack(fresh, "1.0-1", one));
  assertEquals(await manager.query(fresh), "1.0-1");
  assertEquals(await read(`usr/share/${NAME}/version`), "1.0");
  assertEquals(await read("post.log"), "1.0\n2.0\n1.0\n");
  // Anew, though the manager believes that it is there.
  await Deno.remove(join(root.root, `usr/share/${NAME}/version`));
  done(await manager.goBack(fresh, "1.0-1", one));
  assertEquals(await read(`usr/share/${NAME}/version`), "1.0");

  done(await manager.remove(old));
  assertEquals(await manager.query(old), null);
  assertEquals(await read(`usr/share/${NAME}/version`), null);
  assertEquals(done(await manager.remove(old)).output, "");
});

testInRoot(
  "NativeManager keeps the owner's configuration of an rpm, and says so",
  { ignore },
  async (root) => {
    const { manager, read, directory } = root;
    await provideShell(root);
    done(
      await manager.install(
        native("rpm", NAME, "1.0-1"),
        await make(directory, "1.0"),
      ),
    );
    const file = `etc/${NAME}.conf`;
    await Deno.writeTextFile(join(root.root, file), "mine\n");
    const next = native("rpm", NAME, "2.0-1");
    const { notes } = done(
      await manager.install(next, await make(directory, "2.0")),
    );
    assertEquals(notes, [
      `kept the owner's /${file}; the package's is /${file}.rpmnew`,
    ]);
    assertEquals(await read(file), "mine\n");
    assertEquals(done(await manager.remove(next)).notes, [
      `kept the owner's /${file} as /${file}.rpmsave`,
    ]);
    assertEquals(await read(`${file}.rpmsave`), "mine\n");
  },
);

testInRoot("NativeManager refuses an rpm before it touches anything", {
  ignore,
}, async (root) => {
  const { manager, directory } = root;
  await provideShell(root);
  const one = await make(directory, "1.0");
  done(await manager.install(native("rpm", NAME, "1.0-1"), one));
  const needy = await makeRpm(directory, {
    name: `${NAME}-needy`,
    version: "1.0",
    fields: ["Requires: nothing-here >= 2"],
  });
  const missing = refused(
    await manager.install(native("rpm", `${NAME}-needy`, "1.0-1"), needy),
  );
  assertEquals(missing.reason, "conflict");
  assertMatch(
    missing.detail,
    /: the machine has not what it depends on; its last lines:\n/,
  );
  assertMatch(missing.detail, /nothing-here >= 2 is needed by/);
  const user = await makeRpm(directory, {
    name: `${NAME}-user`,
    version: "1.0",
    fields: [`Requires: ${NAME}`],
  });
  done(await manager.install(native("rpm", `${NAME}-user`, "1.0-1"), user));
  const kept = refused(await manager.remove(native("rpm", NAME, "1.0-1")));
  assertEquals(kept.reason, "required");
  const other = refused(await manager.install(native("rpm", NAME, "9-9"), one));
  assertEquals(other.reason, "package");
  await Deno.writeTextFile(`${directory}/text.rpm`, "no package\n");
  const text = refused(
    await manager.install(native("rpm", NAME, "9-9"), `${directory}/text.rpm`),
  );
  assertEquals(text.reason, "package");
});

testInRoot(
  "NativeManager tells what rpm only warns of",
  { ignore },
  async (root) => {
    const { manager, directory } = root;
    await provideShell(root);
    const bad = await makeRpm(directory, {
      name: NAME,
      version: "3.0",
      postinst: "exit 4",
    });
    const pkg = native("rpm", NAME, "3.0-1");
    const { notes } = done(await manager.install(pkg, bad));
    assertEquals(notes, [
      `rpm warned: %post(${NAME}-3.0-1.noarch) scriptlet failed, exit status 4`,
    ]);
    assertEquals(await manager.query(pkg), "3.0-1");
  },
);

testInRoot(
  "NativeManager waits for rpm's lock and says why",
  { ignore },
  async (root) => {
    const { directory } = root;
    await provideShell(root);
    const one = await make(directory, "1.0");
    const slow = await makeRpm(directory, {
      name: `${NAME}-slow`,
      version: "1.0",
      postinst: "echo >/started; i=0\n" +
        "while [ ! -e /go ] && [ $i -lt 20000000 ]; do i=$((i + 1)); done",
    });
    const said: string[] = [];
    const patient = root.with({ onWait: (sentence) => said.push(sentence) });
    const busy = root.manager.install(
      native("rpm", `${NAME}-slow`, "1.0-1"),
      slow,
    );
    await appears(join(root.root, "started"));
    const waiting = patient.install(native("rpm", NAME, "1.0-1"), one);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await Deno.writeTextFile(join(root.root, "go"), "");
    done(await busy);
    done(await waiting);
    // Some builds of rpm wait by themselves.
    if (said.length > 0) assertMatch(said[0] ?? "", /transaction lock/);
  },
);

testInRoot(
  "NativeManager ends an rpm that was cut off in its old version, I-01",
  { ignore },
  async (root) => {
    const { directory, manager } = root;
    await provideShell(root);
    const one = await make(directory, "1.0");
    done(await manager.install(native("rpm", NAME, "1.0-1"), one));
    const slow = await makeRpm(directory, {
      name: NAME,
      version: "2.0",
      postinst: "echo $$ >/started; while :; do :; done",
    });
    const cut = rpm(root, "--upgrade", slow);
    await appears(join(root.root, "started"));
    const script = Number(await root.read("started"));
    cut.kill("SIGKILL");
    await cut.status;
    Deno.kill(script, "SIGKILL");
    // Both versions are in the database now.
    done(await manager.goBack(native("rpm", NAME, "2.0-1"), "1.0-1", one));
    assertEquals(await manager.query(native("rpm", NAME, "1.0-1")), "1.0-1");
    assertEquals(await root.read(`usr/share/${NAME}/version`), "1.0");
    const listed = await ask(root, "--query", NAME);
    assertEquals(listed.trim().split("\n").length, 1);
  },
);

async function make(directory: string, version: string, fields: string[] = []) {
  const postinst = `echo "post $1 ${version}"; echo ${version} >>/post.log`;
  return await makeRpm(directory, { name: NAME, version, postinst, fields });
}

/** rpm wants to know that somebody brings the scripts' interpreter. */
async function provideShell({ directory, manager }: NativeRoot) {
  const name = "flottille-test-shell";
  const fields = ["Provides: /bin/sh"];
  const file = await makeRpm(directory, { name, version: "1", fields });
  done(await manager.install(native("rpm", name, "1-1"), file));
}

function rpm({ root }: NativeRoot, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command("rpm", {
    args: [`--root=${root}`, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function ask({ root }: NativeRoot, ...args: string[]): Promise<string> {
  const { stdout }: RunResult = await realProcesses().run({
    command: ["rpm", `--root=${root}`, ...args],
    environment: { PATH: "/usr/bin:/bin" },
    account: null,
    deadlineMs: 20_000,
    outputBytesMax: 10_000,
  });
  return new TextDecoder().decode(stdout);
}

async function appears(path: string): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text !== "") return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} never appeared`);
}
