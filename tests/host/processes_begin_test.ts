/** Programs that cannot be begun, and programs as another account. */

import { assert, assertEquals } from "@std/assert";
import { findAccount } from "../../lib/host/accounts.ts";
import { withWindowsNeeds } from "../../lib/host/real_spawn.ts";
import { testInDirectory } from "./in_directory.ts";
import { run, shell, text } from "./run.ts";

const isRoot = Deno.uid() === 0;

Deno.test("Processes.run tells that there is no such program, I-07", async () => {
  const result = await run({ command: ["/nothing/here"] });
  assertEquals(result.fault, "not found");
  assertEquals(result.code, null);
  assert(result.faultDetail?.includes("/nothing/here"));
});

testInDirectory(
  "Processes.run tells a program that cannot be run, I-07",
  async (at) => {
    const faults: Record<string, string | undefined> = {};
    const scripts = { plain: 0o644, lost: 0o755, works: 0o755 };
    for (const [name, mode] of Object.entries(scripts)) {
      const first = name === "lost" ? "#!/no/interpreter" : "#!/bin/sh";
      await Deno.writeTextFile(at(name), `${first}\nexit 0\n`);
      await Deno.chmod(at(name), mode);
    }
    const paths = [...Object.keys(scripts), ".", "plain/below", "absent"];
    for (const name of paths) {
      faults[name] = (await run({ command: [at(name)] })).fault;
    }
    assertEquals(faults, {
      plain: "not executable",
      lost: "not found",
      works: undefined,
      ".": "not executable",
      "plain/below": "not found",
      absent: "not found",
    });
    const nowhere = await shell("true", { directory: at("nowhere") });
    assertEquals(nowhere.fault, "not found");
  },
);

testInDirectory(
  "Processes.run waits while a program is still open for writing",
  async (at) => {
    await Deno.copyFile("/bin/true", at("fresh"));
    await Deno.chmod(at("fresh"), 0o755);
    const file = await Deno.open(at("fresh"), { write: true });
    setTimeout(() => file.close(), 120);
    const result = await run({ command: [at("fresh")] });
    assertEquals([result.fault, result.code], [undefined, 0]);
  },
  { ignore: Deno.build.os !== "linux" },
);

const PASSWD = "root:x:0:0:root:/root:/bin/bash\n" +
  "broken:x:zero:0::/:/bin/sh\n" +
  "web:x:33:34:Web:/var/www:/usr/sbin/nologin\n" +
  "bare:x:40:40::nonexistent:\n";
const GROUP = "root:x:0:\nweb:x:34:web\nvideo:x:44:x,web\nadm:x:4:web,x\n" +
  "other:x:50:webmaster\nbroken:x:none:web\n";

Deno.test("findAccount reads passwd and group", () => {
  const web = { name: "web", uid: 33, gid: 34, home: "/var/www" };
  assertEquals(findAccount("web", PASSWD, GROUP), { ...web, groups: [4, 44] });
  assertEquals(findAccount(33, PASSWD, "")?.groups, []);
  assertEquals(findAccount("bare", PASSWD, GROUP)?.home, "/");
  for (const absent of ["broken", "nobody", "", 99, 4_294_967_295]) {
    assertEquals(findAccount(absent, PASSWD, GROUP), null);
  }
});

Deno.test("Processes.run names the account of this process", async () => {
  const result = await shell("echo $HOME; id -u", {
    account: null,
    environment: {},
  });
  const [home, uid] = text(result.stdout).split("\n");
  const passwd = await Deno.readTextFile("/etc/passwd");
  assertEquals(home, findAccount(Number(uid), passwd, "")?.home ?? "/");
  assertEquals(Number(uid), Deno.uid());
});

Deno.test("Processes.run knows no account that this machine does not", async () => {
  const result = await shell("true", { account: "no-such-account" });
  assertEquals(result.fault, "no such account");
});

testInDirectory(
  "Processes.run runs as another account, with its groups",
  async (at) => {
    const passwd = await Deno.readTextFile("/etc/passwd");
    const group = await Deno.readTextFile("/etc/group");
    // An account that has supplementary groups shows most; any other will do.
    const account = passwd.split("\n").map((line) => line.split(":")[0] ?? "")
      .map((name) => findAccount(name, passwd, group))
      .filter((each) => each !== null && each.uid !== 0)
      .sort((a, b) => (b?.groups.length ?? 0) - (a?.groups.length ?? 0))[0];
    if (account === undefined || account === null) throw new Error("none");
    const result = await shell("id -u; id -g; id -G; echo $HOME $USER", {
      account: account.name,
    });
    assertEquals(result.fault, undefined, result.faultDetail);
    const [uid, gid, groups, named] = text(result.stdout).split("\n");
    assertEquals([Number(uid), Number(gid)], [account.uid, account.gid]);
    const expected = new Set([account.gid, ...account.groups]);
    assertEquals(new Set(groups?.split(" ").map(Number)), expected);
    assertEquals(named, `${account.home} ${account.name}`);
    // What it may not run is told, whether a helper stands before it or not.
    const mine = at("mine");
    await Deno.writeTextFile(mine, "#!/bin/sh\n");
    const denied = await run({ command: [mine], account: account.name });
    assertEquals(denied.fault, "not executable");
  },
  { ignore: !isRoot },
);

Deno.test("Processes.run gives programs of Windows what they cannot do without", () => {
  const machine: Record<string, string> = {
    PATH: "C:\\Windows",
    SystemRoot: "C:\\Windows",
    SECRET: "x",
  };
  assertEquals(
    withWindowsNeeds({ PATH: "/usr/bin", LANG: "C" }, (name) => machine[name]),
    { PATH: "C:\\Windows", SystemRoot: "C:\\Windows", LANG: "C" },
  );
});
