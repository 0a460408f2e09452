/** Debian packages for real: made here, and dpkg in a root of its own. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import {
  canTest,
  done,
  makeDeb,
  must,
  native,
  refused,
  testInRoot,
} from "./native_root.ts";

const ignore = !await canTest("dpkg", "dpkg-deb", "chroot", "ldd");

const NAME = "flottille-test-a";
const LOG = `postinst=$1; echo "$postinst $2" >>/var/${NAME}.log`;

testInRoot("NativeManager installs, updates, goes back and removes a deb", {
  ignore,
}, async (root) => {
  const { manager, read, directory } = root;
  const [one, two] = await twoVersions(directory);
  const [old, fresh] = [
    native("deb", NAME, "1.0"),
    native("deb", NAME, "1:0.9-2"),
  ];
  assertEquals(await manager.query(old), null);

  const installed = done(await manager.install(old, one));
  assertMatch(installed.output, /Setting up flottille-test-a \(1\.0\)/);
  assertEquals(await manager.query(old), "1.0");
  assertEquals(await read(`var/${NAME}.log`), "configure \n");

  done(await manager.install(fresh, two));
  assertEquals(await manager.query(fresh), "1:0.9-2");
  assertEquals(await read(`usr/share/${NAME}/version`), "1:0.9-2");
  assertEquals(done(await manager.install(fresh, two)).output, ""); // Is there.

  done(await manager.goBack(fresh, "1.0", one));
  assertEquals(await manager.query(fresh), "1.0");
  assertEquals(await read(`usr/share/${NAME}/version`), "1.0");

  done(await manager.remove(fresh));
  assertEquals(await manager.query(fresh), null);
  assertEquals(await read(`usr/share/${NAME}/version`), null);
  assertEquals(done(await manager.remove(fresh)).output, "");
});

testInRoot(
  "NativeManager keeps the owner's configuration of a deb, and says so",
  { ignore },
  async (root) => {
    const { manager, read, directory } = root;
    const [one, two] = await twoVersions(directory);
    done(await manager.install(native("deb", NAME, "1.0"), one));
    const file = `etc/${NAME}.conf`;
    await Deno.writeTextFile(join(root.root, file), "mine\n");
    const { notes } = done(
      await manager.install(native("deb", NAME, "1:0.9-2"), two),
    );
    assertEquals(notes, [
      `kept the owner's /${file}; the package's is /${file}.dpkg-dist`,
    ]);
    assertEquals(await read(file), "mine\n");
    assertEquals(await read(`${file}.dpkg-dist`), "setting of 1:0.9-2\n");
    done(await manager.remove(native("deb", NAME, "1:0.9-2")));
    assertEquals(await read(file), "mine\n");
  },
);

testInRoot("NativeManager tells a deb's failing postinst and goes back, I-08", {
  ignore,
}, async (root) => {
  const { manager, directory } = root;
  const [one] = await twoVersions(directory);
  const bad = await makeDeb(directory, {
    name: NAME,
    version: "3.0",
    postinst: 'if [ "$2" != "4.0" ]; then echo it will not do; exit 4; fi',
  });
  const broken = native("deb", NAME, "3.0");
  // Over an older version.
  done(await manager.install(native("deb", NAME, "1.0"), one));
  const failure = refused(await manager.install(broken, bad));
  assertEquals(failure.reason, "hook");
  assertMatch(
    failure.detail,
    /^Cannot install the deb flottille-test-a 3\.0: a script of the package failed; its last lines:\n/,
  );
  assertMatch(failure.detail, /it will not do/);
  assertMatch(failure.detail, /returned error exit status 4/);
  assertEquals(await manager.query(broken), null);
  assertEquals(await manager.isBroken(broken), true);
  done(await manager.goBack(broken, "1.0", one));
  assertEquals(await manager.query(broken), "1.0");
  assertEquals(await manager.isBroken(broken), false);
  // Where nothing was.
  done(await manager.remove(broken));
  refused(await manager.install(broken, bad));
  assertEquals(await manager.isBroken(broken), true);
  done(await manager.goBack(broken, null, null));
  assertEquals(await manager.isBroken(broken), false);
  assertEquals(await manager.query(broken), null);
});

testInRoot(
  "NativeManager refuses a deb before it touches anything",
  { ignore },
  async (root) => {
    const { manager, directory } = root;
    const [one] = await twoVersions(directory);
    const needy = await makeDeb(directory, {
      name: `${NAME}-needy`,
      version: "1.0",
      fields: [
        "Pre-Depends: nothing-here-either | flottille-test-virtual",
        `Depends: ${NAME} (>= 1.0), ${NAME} (<< 2.0) | x, nothing-here (>= 2)`,
      ],
    });
    const pkg = native("deb", `${NAME}-needy`, "1.0");
    done(await manager.install(native("deb", NAME, "1.0"), one));
    const missing = refused(await manager.install(pkg, needy));
    assertEquals(missing.reason, "conflict");
    assertMatch(
      missing.detail,
      /depends on: nothing-here \(>= 2\); install that first/,
    );
    const other = refused(
      await manager.install(native("deb", NAME, "9.9"), one),
    );
    assertEquals(other.reason, "package");
    assertMatch(
      other.detail,
      /its file is flottille-test-a 1\.0, and the manifest says flottille-test-a 9\.9/,
    );
    const enemy = await makeDeb(directory, {
      name: `${NAME}-enemy`,
      version: "1.0",
      fields: [`Conflicts: ${NAME}`],
    });
    const conflict = refused(
      await manager.install(native("deb", `${NAME}-enemy`, "1.0"), enemy),
    );
    assertEquals(conflict.reason, "conflict");
    await Deno.writeTextFile(`${directory}/text.deb`, "no package\n");
    const text = refused(await manager.install(pkg, `${directory}/text.deb`));
    assertEquals(text.reason, "package");
    for (const name of ["needy", "enemy"]) {
      const one = native("deb", `${NAME}-${name}`, "1.0");
      assertEquals(await manager.query(one), null);
      assertEquals(await manager.isBroken(one), false);
    }
  },
);

testInRoot("NativeManager leaves a deb that another one needs, I-17", {
  ignore,
}, async (root) => {
  const { manager, directory } = root;
  const [one] = await twoVersions(directory);
  const user = await makeDeb(directory, {
    name: `${NAME}-user`,
    version: "1.0",
    fields: [`Depends: ${NAME} (>= 1), flottille-test-virtual (= 7)`],
  });
  done(await manager.install(native("deb", NAME, "1.0"), one));
  done(await manager.install(native("deb", `${NAME}-user`, "1.0"), user));
  const kept = refused(await manager.remove(native("deb", NAME, "1.0")));
  assertEquals(kept.reason, "required");
  assertEquals(await manager.query(native("deb", NAME, "1.0")), "1.0");
});

testInRoot(
  "NativeManager waits for dpkg's lock and says why, I-09",
  { ignore },
  async (root) => {
    const { directory } = root;
    const [one] = await twoVersions(directory);
    const slow = await slowDeb(directory);
    const said: string[] = [];
    const told = Promise.withResolvers<void>();
    const patient = root.with({
      onWait: (sentence) => told.resolve(void said.push(sentence)),
    });
    const hasty = root.with({ lockWaitSeconds: 0 });
    const first = native("deb", `${NAME}-slow`, "1.0");
    const busy = root.manager.install(first, slow);
    await appears(`${root.root}/started`);
    const pkg = native("deb", NAME, "1.0");
    const failure = refused(await hasty.install(pkg, one));
    assertEquals(failure.reason, "busy");
    const waiting = patient.install(pkg, one);
    await told.promise;
    await Deno.writeTextFile(`${root.root}/go`, "");
    done(await busy);
    done(await waiting);
    assertEquals(said.length, 1);
    assertMatch(
      said[0] ?? "",
      /^Cannot install the deb flottille-test-a 1\.0 yet: the package manager is busy \(dpkg: error: dpkg frontend lock was locked by another process with pid \d+/,
    );
    assertEquals(await root.manager.query(pkg), "1.0");
  },
);

testInRoot("NativeManager brings an interrupted dpkg to its end, I-01", {
  ignore,
}, async (root) => {
  const { directory, manager } = root;
  const [one] = await twoVersions(directory);
  const slow = await slowDeb(directory);
  const dpkg = new Deno.Command("dpkg", {
    args: [`--root=${root.root}`, "--install", slow],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await appears(`${root.root}/started`);
  dpkg.kill("SIGKILL"); // As a power cut would.
  await dpkg.status;
  const other = native("deb", `${NAME}-slow`, "1.0");
  assertEquals(await manager.query(other), null);
  assertEquals(await manager.isBroken(other), true);
  await Deno.writeTextFile(`${root.root}/go`, "");
  done(await manager.install(native("deb", NAME, "1.0"), one));
  assertEquals(await manager.query(other), "1.0");
  const left = [...Deno.readDirSync(`${root.root}/var/lib/dpkg/updates`)];
  assertEquals(left, []);
});

Deno.test("NativeManager installs and removes a deb on this machine", {
  ignore,
}, async () => {
  const directory = await Deno.makeTempDir({ prefix: "flottille-deb-" });
  const name = "flottille-test-harmless";
  const { NativeManager } = await import("../../lib/install/native/manager.ts");
  const { realHost } = await import("../../lib/host/real.ts");
  const manager = new NativeManager({ ...realHost(), system: "linux" });
  const pkg = native("deb", name, "1.0");
  try {
    const file = await makeDeb(directory, {
      name,
      version: "1.0",
      postinst: ":",
    });
    done(await manager.install(pkg, file));
    assertEquals(await manager.query(pkg), "1.0");
    assertEquals(await Deno.readTextFile(`/usr/share/${name}/version`), "1.0");
    // What Flottille has no file of, apt is asked for; this it cannot have.
    const lost = refused(await manager.goBack(pkg, "0.1", null));
    assert(lost.output.includes(name), lost.detail);
    done(await manager.remove(pkg));
    assertEquals(await manager.query(pkg), null);
  } finally {
    await purge(name);
    await Deno.remove(directory, { recursive: true });
  }
});

/** Versions in this order: a new epoch makes the second the newer one. */
async function twoVersions(directory: string): Promise<[string, string]> {
  const fields = ["Provides: flottille-test-virtual (= 7)"];
  const made = { name: NAME, postinst: LOG, fields };
  return [
    await makeDeb(directory, { ...made, version: "1.0" }),
    await makeDeb(directory, { ...made, version: "1:0.9-2" }),
  ];
}

/** Its postinst waits, for no longer than a while, until it is told to go. */
async function slowDeb(directory: string): Promise<string> {
  return await makeDeb(directory, {
    name: `${NAME}-slow`,
    version: "1.0",
    postinst: "echo >/started; i=0\n" +
      "while [ ! -e /go ] && [ $i -lt 20000000 ]; do i=$((i + 1)); done",
  });
}

async function appears(path: string): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await Deno.stat(path).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} never appeared`);
}

/** Another manager may be at work on this machine for a moment. */
async function purge(name: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return void await must("dpkg", "--purge", name);
    } catch (error) {
      if (tries === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
