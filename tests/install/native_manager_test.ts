/** The manager with processes that answer from a table: any system, any kind. */

import { assertEquals, assertMatch } from "@std/assert";
import type {
  Processes,
  RunOptions,
  RunResult,
} from "../../lib/host/processes.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import {
  NativeManager,
  type NativeOptions,
} from "../../lib/install/native/manager.ts";
import { missingDepends } from "../../lib/install/native/depends.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { done, native, refused } from "./native_root.ts";

Deno.test("NativeManager has no managers of another system", async () => {
  const { manager, ran } = managerOf(() => ({}), { system: "darwin" });
  const pkg = native("msi", "editor", "1.0");
  assertEquals(await manager.query(pkg), null);
  const failure = refused(await manager.install(pkg, "/p/editor.msi"));
  assertEquals(failure.reason, "target");
  assertEquals(
    failure.detail,
    "Cannot install the msi editor 1.0: msiexec is of windows, and this " +
      "machine is darwin",
  );
  assertEquals(ran, []);
});

Deno.test("NativeManager tells a manager that the machine has not", async () => {
  const { manager } = managerOf(() => ({ code: null, fault: "not found" }));
  for (const kind of ["deb", "rpm", "apk"] as const) {
    const pkg = native(kind, "editor", "1.0");
    assertEquals(await manager.query(pkg), null);
    const failure = refused(await manager.install(pkg, "/p/editor"));
    assertEquals(failure.reason, "target");
    assertMatch(failure.detail, /this machine has no (dpkg|rpm|apk)$/);
  }
});

Deno.test("NativeManager waits for msiexec no longer than it may, and says why once", async () => {
  const said: string[] = [];
  let locked = 5;
  const clock = new FakeClock();
  const { manager, ran } = managerOf(
    ({ command: [program] }) =>
      program === "msiexec.exe" && locked-- > 0 ? { code: 1_618 } : {},
    { system: "windows", clock, onWait: (sentence) => said.push(sentence) },
  );
  const pkg = native("msi", "editor", "1.0");
  const installing = manager.install(pkg, "C:\\p\\editor.msi");
  await clock.advance(60_000);
  done(await installing);
  assertEquals(said, [
    "Cannot install the msi editor 1.0 yet: the package manager is busy " +
    "(another installation is in progress)",
  ]);
  assertEquals(ran.filter((line) => line.startsWith("msiexec")).length, 6);
  locked = 1_000_000;
  const failing = manager.install(pkg, "C:\\p\\editor.msi");
  await clock.advance(400_000);
  const failure = refused(await failing);
  assertEquals(failure.reason, "busy");
  assertEquals(said.length, 2);
});

Deno.test("NativeManager tells a wanted reboot, and a deadline, I-11", async () => {
  const { manager } = managerOf(({ command: [program] }) => {
    if (program === "msiexec.exe") return { code: 3_010 };
    return program === "C:\\p\\slow.exe" ? { code: null, killed: true } : {};
  }, { system: "windows" });
  const msi = native("msi", "editor", "1.0");
  assertEquals(done(await manager.install(msi, "C:\\p\\editor.msi")).notes, [
    "the machine must be started again to finish it",
  ]);
  const exe = native("exe", "editor", "1.0");
  const failure = refused(await manager.install(exe, "C:\\p\\slow.exe"));
  assertEquals(failure.reason, "deadline");
});

Deno.test("NativeManager stops at the first command that fails", async () => {
  const key = "{01234567-89AB-CDEF-0123-456789ABCDEF}";
  const list = `HKEY_LOCAL_MACHINE\\X\\${key}\r\n` +
    "    DisplayName    REG_SZ    editor\r\n" +
    "    DisplayVersion    REG_SZ    2.0\r\n";
  const { manager, ran } = managerOf(({ command: [program, what] }) => {
    if (program === "reg.exe") return { stdout: list };
    return what === "/x" ? { code: 1_603 } : {};
  }, { system: "windows" });
  const pkg = native("msi", "editor", "2.0");
  assertEquals(await manager.query(pkg), "2.0");
  const failure = refused(await manager.goBack(pkg, "1.0", "C:\\p\\old.msi"));
  assertEquals(failure.reason, "hook");
  const installers = ran.filter((line) => line.startsWith("msiexec"));
  assertEquals(
    new Set(installers),
    new Set([
      `msiexec.exe /x ${key} /qn /norestart`,
    ]),
  );
});

Deno.test("NativeManager goes back without a file with what the machine has", async () => {
  const { manager, ran } = managerOf(({ command: [program] }) => {
    if (program === "dnf") return { code: null, fault: "not found" };
    return program === "rpm" ? { stdout: "2.0-1\n" } : {};
  });
  const pkg = native("rpm", "editor", "2.0-1");
  done(await manager.goBack(pkg, "1.0-1", null));
  assertEquals(ran.slice(-2), [
    "dnf --assumeyes downgrade editor-1.0-1",
    "yum --assumeyes downgrade editor-1.0-1",
  ]);
  const windows = managerOf(() => ({}), { system: "windows" }).manager;
  const msi = native("msi", "editor", "2.0");
  const failure = refused(await windows.goBack(msi, "1.0", null));
  assertEquals(failure.reason, "absent");
});

Deno.test("NativeManager finds an exe's own remover in its tree", async () => {
  const directory = await Deno.makeTempDir({ prefix: "flottille-exe-" });
  const list = "HKEY_LOCAL_MACHINE\\X\\editor\r\n" +
    "    DisplayVersion    REG_SZ    2.0\r\n";
  const { manager, ran } = managerOf(
    ({ command: [program] }) => program === "reg.exe" ? { stdout: list } : {},
    { system: "windows" },
  );
  try {
    await Deno.mkdir(`${directory}/bin`);
    await Deno.writeTextFile(`${directory}/bin/away.exe`, "MZ");
    const pkg = {
      ...native("exe", "editor", "2.0"),
      path: "setup/editor.exe",
      arguments: ["/S"],
      remove: ["bin/away.exe", "/S"],
    } as const;
    const file = `${directory}/setup/editor.exe`;
    done(await manager.goBack(pkg, "1.0", file));
    done(await manager.remove(pkg, directory));
    const away = `${directory}/bin/away.exe /S`;
    assertEquals(ran.filter((line) => !line.startsWith("reg.exe")), [
      away,
      `${file.replaceAll("/", "\\")} /S`,
      away,
    ]);
    const lost = { ...pkg, remove: ["../away.exe"] } as const;
    const failure = refused(await manager.remove(lost, directory));
    assertEquals(failure.reason, "package");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("NativeManager says that it cannot remove a pkg", async () => {
  const { manager } = managerOf(() => ({ stdout: "version: 1.0\n" }), {
    system: "darwin",
  });
  const failure = refused(await manager.remove(native("pkg", "editor", "1.0")));
  assertEquals(failure.reason, "package");
  assertMatch(failure.detail, /names no command that does/);
});

const INSTALLED = [
  "installed\tlibc6\t2.36-9+deb12u1\tlibc6-virtual (= 1)",
  "installed\tmawk\t1.3\tawk",
  "half-configured\tbroken\t1.0\t",
  "config-files\tgone\t1.0\t",
  "triggers-pending\tman\t2:1.0\t",
].join("\n");

// deno-fmt-ignore
const DEPENDS: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  ["Depends: libc6 (>= 2.34)", []],
  ["libc6 (>= 2.34)\n", []], // One field alone is printed without its name.
  ["Depends: libc6 (>= 2.40)", ["libc6 (>= 2.40)"]],
  ["Depends: libc6 (<< 2.36), libc6 (<= 2.36-9+deb12u1), libc6 (>> 2.36)", ["libc6 (<< 2.36)"]],
  ["Depends: awk, libc6:any, absent:amd64", ["absent:amd64"]],
  ["Depends: awk (>= 1)", ["awk (>= 1)"]], // Provided without a version.
  ["Depends: libc6-virtual (= 1), libc6-virtual (= 2)", ["libc6-virtual (= 2)"]],
  ["Depends: absent | mawk, absent | gone", ["absent | gone"]],
  ["Depends: broken", ["broken"]],
  ["Pre-Depends: absent\nDepends: man (= 2:1.0),\n  mawk", ["absent"]],
  ["Depends: ${not:understood}", []],
];

Deno.test("missingDepends reads what deb-control(5) allows", () => {
  for (const [fields, missing] of DEPENDS) {
    assertEquals(missingDepends(fields, INSTALLED), missing, fields);
  }
});

interface Answered extends Partial<Omit<RunResult, "stdout">> {
  readonly stdout?: string;
}

function managerOf(
  answer: (options: RunOptions) => Answered,
  options: Partial<NativeOptions> = {},
) {
  const ran: string[] = [];
  const processes: Processes = {
    run: (asked) => {
      ran.push(asked.command.join(" "));
      const { stdout = "", ...rest } = answer(asked);
      return Promise.resolve({
        code: 0,
        signal: null,
        killed: false,
        stderr: new Uint8Array(0),
        truncated: false,
        ...rest,
        stdout: new TextEncoder().encode(stdout),
      });
    },
  };
  const manager = new NativeManager({
    processes,
    clock: new FakeClock(),
    disk: realDisk(),
    system: "linux",
    ...options,
  });
  return { manager, ran };
}
