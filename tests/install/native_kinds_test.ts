/** The command lines of every kind, and what the managers' answers mean. */

import { assertEquals } from "@std/assert";
import type { RunResult } from "../../lib/host/processes.ts";
import type {
  NativeKind,
  NativePackage,
} from "../../lib/ieo/manifest/types.ts";
import type { Held, Verdict } from "../../lib/install/native/kind.ts";
import { NATIVE_RULES } from "../../lib/install/native/kinds.ts";
import { readUninstallList } from "../../lib/install/native/windows.ts";

const GUID = "{01234567-89AB-CDEF-0123-456789ABCDEF}";
const HELD: Held = { version: "1.0", whole: true, key: GUID };

interface Commands {
  readonly query: readonly string[];
  readonly install: readonly string[];
  readonly goBack: readonly string[];
  readonly fetch: readonly string[];
  /** Null: there is no way to. */
  readonly remove: readonly string[] | null;
}

const UNINSTALL =
  "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall /s";

// Words of each command line parted by blanks. Read by people who want to
// know what will be run on their machines: docs/packages.md shows the same.
const COMMANDS: Readonly<Record<NativeKind, Commands>> = {
  deb: {
    query: [
      "dpkg-query -W -f ${db:Status-Status}\\t${db:Status-Eflag}\\t${Version}\\n editor",
    ],
    install: ["dpkg --force-confdef --force-confold --install /p/editor.x"],
    goBack: ["dpkg --force-confdef --force-confold --install /p/editor.x"],
    fetch: [
      "apt-get --yes --quiet --allow-downgrades --no-remove " +
      "--no-install-recommends -o Dpkg::Options::=--force-confdef " +
      "-o Dpkg::Options::=--force-confold install editor=1.0",
    ],
    remove: ["dpkg --force-remove-reinstreq --remove editor"],
  },
  rpm: {
    query: ["rpm --query --queryformat %{EVR}\\n editor"],
    install: ["rpm --oldpackage --nomanifest --upgrade /p/editor.x"],
    goBack: [
      "rpm --oldpackage --replacepkgs --nomanifest --upgrade /p/editor.x",
    ],
    fetch: [
      "dnf --assumeyes downgrade editor-1.0",
      "yum --assumeyes downgrade editor-1.0",
      "zypper --non-interactive install --oldpackage editor=1.0",
    ],
    remove: ["rpm --allmatches --erase editor"],
  },
  apk: {
    query: ["apk list --installed editor"],
    install: [
      "apk add --no-interactive --no-progress --no-network --allow-untrusted /p/editor.x",
    ],
    goBack: [
      "apk add --no-interactive --no-progress --no-network --allow-untrusted /p/editor.x",
    ],
    fetch: ["apk add --no-interactive --no-progress editor=1.0"],
    remove: ["apk del --no-interactive --no-progress editor"],
  },
  msi: {
    query: [
      `reg.exe query ${UNINSTALL} /reg:64`,
      `reg.exe query ${UNINSTALL} /reg:32`,
    ],
    install: ["msiexec.exe /i /p/editor.x /qn /norestart"],
    goBack: [
      `msiexec.exe /x ${GUID} /qn /norestart`,
      "msiexec.exe /i /p/editor.x /qn /norestart",
    ],
    fetch: [],
    remove: [`msiexec.exe /x ${GUID} /qn /norestart`],
  },
  exe: {
    query: [
      `reg.exe query ${UNINSTALL} /reg:64`,
      `reg.exe query ${UNINSTALL} /reg:32`,
    ],
    install: ["/p/editor.x /S"],
    goBack: ["C:\\Editor\\uninstall.exe /S", "/p/editor.x /S"],
    fetch: [],
    remove: ["C:\\Editor\\uninstall.exe /S"],
  },
  pkg: {
    query: ["/usr/sbin/pkgutil --pkg-info editor"],
    install: ["/usr/sbin/installer -pkg /p/editor.x -target /"],
    goBack: ["/usr/sbin/installer -pkg /p/editor.x -target /"],
    fetch: [],
    remove: null,
  },
};

for (const [kind, expected] of Object.entries(COMMANDS)) {
  Deno.test(`NATIVE_RULES build the command lines of ${kind}`, () => {
    const rules = NATIVE_RULES[kind as NativeKind];
    const pkg = packageOf(kind as NativeKind);
    const target = { pkg, file: "/p/editor.x", root: null, held: [HELD] };
    const lines = (commands: readonly (readonly string[])[] | null) =>
      commands?.map((words) => words.join(" ")) ?? null;
    assertEquals({
      query: lines(rules.query(pkg, null)),
      install: lines(rules.install(target)),
      goBack: lines(rules.goBack(target)),
      fetch: lines(rules.fetch(pkg, "1.0")),
      remove: lines(rules.remove(target)),
    }, { ...expected });
  });
}

Deno.test("NATIVE_RULES act on another root where they can", () => {
  for (const kind of ["deb", "rpm", "apk"] as const) {
    const rules = NATIVE_RULES[kind];
    const pkg = packageOf(kind);
    const target = { pkg, file: "/p/x", root: "/other", held: [HELD] };
    const commands = [
      ...rules.query(pkg, "/other"),
      ...rules.install(target),
      ...rules.goBack(target),
      ...rules.remove(target) ?? [],
    ];
    for (const [program, where] of commands) {
      const option = program === "dpkg-query"
        ? "--admindir=/other/var/lib/dpkg"
        : "--root=/other";
      assertEquals(where, option);
    }
  }
});

Deno.test("NATIVE_RULES remove a pkg when the manifest says how", () => {
  const pkg = { ...packageOf("pkg"), remove: ["/p/away", "-y"] } as const;
  assertEquals(NATIVE_RULES.pkg.remove({ pkg, root: null, held: [HELD] }), [
    ["/p/away", "-y"],
    ["/usr/sbin/pkgutil", "--forget", "editor"],
  ]);
});

// deno-fmt-ignore
const ANSWERS: readonly (readonly [NativeKind, string, Held[]])[] = [
  ["deb", "installed\tok\t1:2.10-3\n", [{ version: "1:2.10-3", whole: true }]],
  ["deb", "triggers-pending\tok\t2\n", [{ version: "2", whole: true }]],
  ["deb", "half-configured\tok\t2\n", [{ version: "2", whole: false }]],
  ["deb", "unpacked\tok\t2\n", [{ version: "2", whole: false }]],
  ["deb", "installed\treinstreq\t2\n", [{ version: "2", whole: false }]],
  ["deb", "config-files\tok\t2\n", []],
  ["deb", "not-installed\tok\t\n", []],
  ["rpm", "1:2.10-3.fc40\n", [{ version: "1:2.10-3.fc40", whole: true }]],
  ["rpm", "1-1\n2-1\n", [{ version: "1-1", whole: true }, { version: "2-1", whole: true }]],
  ["rpm", "package editor is not installed\n", []],
  ["apk", "editor-2.10-r0 x86_64 {editor} (MIT) [installed]\n", [{ version: "2.10-r0", whole: true }]],
  ["apk", "editor-doc-2.10-r0 x86_64 {editor} (MIT) [installed]\n", []],
  ["apk", "WARNING: opening from cache\n", []],
  ["pkg", "package-id: editor\nversion: 2.10\nvolume: /\n", [{ version: "2.10", whole: true }]],
  ["pkg", "No receipt for 'editor' found at '/'.\n", []],
];

Deno.test("NATIVE_RULES read what each manager holds", () => {
  for (const [kind, printed, held] of ANSWERS) {
    const pkg = packageOf(kind);
    assertEquals(NATIVE_RULES[kind].held(pkg, [printed]), held, printed);
    assertEquals(NATIVE_RULES[kind].held(pkg, [""]), []);
  }
});

const LIST = [
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Editor_is1",
  "    DisplayName    REG_SZ    The Editor",
  "    DisplayVersion    REG_SZ    2.10",
  "    UninstallString    REG_SZ    C:\\Editor\\uninstall.exe",
  "",
  `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${GUID}`,
  "    DisplayName    REG_SZ    The Editor",
  "    DisplayVersion    REG_SZ    2.11",
  "",
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Nothing",
  "    DisplayName    REG_SZ    No version",
  "",
].join("\r\n");

Deno.test("readUninstallList finds a program by its key or by its name", () => {
  const find = (kind: NativeKind, name: string) =>
    readUninstallList({ kind, package: name }, LIST)
      .map(({ version, key }) => [version, key]);
  assertEquals(find("exe", "Editor_is1"), [["2.10", "Editor_is1"]]);
  assertEquals(find("msi", GUID), [["2.11", GUID]]);
  assertEquals(find("msi", "The Editor"), [["2.11", GUID]]);
  assertEquals(find("exe", "The Editor").length, 2);
  assertEquals(find("exe", "Nothing"), []);
  assertEquals(find("exe", "Editor"), []);
});

// deno-fmt-ignore
const VERDICTS: readonly (readonly [NativeKind, number, string, string])[] = [
  ["deb", 0, "dpkg: warning: downgrading editor", "done"],
  ["deb", 2, "dpkg: error: dpkg frontend lock was locked by another process with pid 7", "locked"],
  ["deb", 2, "dpkg: error: dpkg frontend lock is locked by another process", "locked"],
  ["deb", 2, "dpkg: error: dpkg status database is locked by another process", "locked"],
  ["deb", 100, "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)", "locked"],
  ["deb", 1, "dpkg: dependency problems prevent removal of editor:", "required"],
  ["deb", 1, "dpkg: dependency problems prevent configuration of editor:", "conflict"],
  ["deb", 1, " trying to overwrite '/bin/x', which is also in package y 1", "conflict"],
  ["deb", 1, " package architecture (arm64) does not match system (amd64)", "target"],
  ["deb", 1, "new editor package pre-installation script subprocess returned error exit status 1", "hook"],
  ["deb", 2, "dpkg-deb: error: unable to write: No space left on device", "disk"],
  ["deb", 2, "dpkg: error: requested operation requires superuser privilege", "denied"],
  ["rpm", 1, "error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Resource temporarily unavailable)", "locked"],
  ["rpm", 1, "error: Failed dependencies:\n\ta >= 2 is needed by editor-1-1", "conflict"],
  ["rpm", 1, "error: Failed dependencies:\n\teditor is needed by (installed) b-1-1", "required"],
  ["rpm", 1, "\tpackage editor-1-1.aarch64 is intended for a different architecture", "target"],
  ["rpm", 1, "error: installing package editor-1-1 needs 10MB more space on the / filesystem", "disk"],
  ["rpm", 1, "error: something else", "hook"],
  ["apk", 99, "ERROR: Unable to lock database: Resource temporarily unavailable", "locked"],
  ["apk", 1, "ERROR: unable to select packages:\n  so:x (no such package)", "conflict"],
  ["msi", 0, "", "done"],
  ["msi", 3_010, "", "done: the machine must be started again to finish it"],
  ["msi", 1_641, "", "done: the machine must be started again to finish it"],
  ["msi", 1_605, "", "done"],
  ["msi", 1_618, "", "locked"],
  ["msi", 1_603, "", "hook"],
  ["msi", 1_633, "", "target"],
  ["msi", 112, "", "disk"],
  ["exe", 3_010, "", "done: the machine must be started again to finish it"],
  ["exe", 7, "", "hook"],
  ["pkg", 1, "installer: Must be run as root to install this package.", "denied"],
  ["pkg", 1, "installer: Error - the package path specified was invalid: 'x'.", "package"],
];

Deno.test("NATIVE_RULES tell what each manager's answer means", () => {
  for (const [kind, code, stderr, expected] of VERDICTS) {
    const verdict = NATIVE_RULES[kind].judge(resultOf(code, stderr));
    assertEquals(spell(verdict), expected, `${kind} ${code} ${stderr}`);
  }
});

Deno.test("NATIVE_RULES have every kind's failures end the same", () => {
  for (const rules of Object.values(NATIVE_RULES)) {
    const ended = { ...resultOf(1, ""), code: null, signal: "SIGSEGV" };
    assertEquals(rules.judge(ended), {
      kind: "failed",
      reason: "hook",
      why: "it was ended by SIGSEGV",
    });
  }
});

function spell(verdict: Verdict): string {
  if (verdict.kind === "failed") return verdict.reason;
  if (verdict.kind === "locked") return "locked";
  return verdict.note === undefined ? "done" : `done: ${verdict.note}`;
}

function packageOf(kind: NativeKind): NativePackage {
  const pkg = { kind, path: "editor.x", package: "editor", version: "2.0" };
  if (kind !== "exe") return { ...pkg, arguments: [] };
  const remove = ["C:\\Editor\\uninstall.exe", "/S"] as const;
  return { ...pkg, arguments: ["/S"], remove };
}

function resultOf(code: number, stderr: string): RunResult {
  return {
    code,
    signal: null,
    killed: false,
    stdout: new Uint8Array(0),
    stderr: new TextEncoder().encode(stderr),
    truncated: false,
  };
}
