/**
 * What `pack` warns of: each row of its table, and that a sound program is
 * packed in silence.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  MANY_FILES,
  packWarnings,
  readHeads,
  type WarningCode,
  type WarningMaterial,
  WARNINGS,
} from "../../lib/ieo/draft/warnings.ts";
import type { FoundFile } from "../../lib/ieo/pack/walk.ts";
import { build } from "./pack_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

const NOW_MS = Date.UTC(2027, 0, 10);

function file(path: string, changes: Partial<FoundFile> = {}): FoundFile {
  return { path, mode: 0o644, size: 1, bits: 0o644, changedMs: 0, ...changes };
}

/** A sound program, with what is changed. */
function material(
  changes: Partial<WarningMaterial> & {
    readonly files?: readonly FoundFile[];
    readonly directories?: readonly string[];
    readonly texts?: Readonly<Record<string, string>>;
    readonly is?: Partial<WarningMaterial["draft"]>;
    readonly noticed?: Partial<WarningMaterial["remarks"]>;
  } = {},
): WarningMaterial {
  const { files = [file("bin/tool")], directories = [], texts = {} } = changes;
  return {
    directory: "tool-1.0",
    draft: {
      name: "tool",
      version: "1.0",
      serial: 1,
      bin: [{ name: "tool", path: "bin/tool" }],
      ...changes.is,
    },
    found: { files, directories },
    remarks: {
      hooksWithoutDeadline: [],
      madeExecutable: [],
      idlePatterns: [],
      ...changes.noticed,
    },
    heads: new Map(
      Object.entries({ "bin/tool": "#!/bin/sh\n", ...texts })
        .map(([path, text]) => [path, new TextEncoder().encode(text)]),
    ),
    nowMs: NOW_MS,
  };
}

const NATIVE = {
  kind: "deb",
  path: "a.deb",
  package: "a",
  version: "1",
  arguments: [],
} as const;

/** What makes each warning, and a part of its sentence. */
const CASES: Readonly<
  Record<WarningCode, readonly [Parameters<typeof material>[0], string]>
> = {
  writable: [
    { files: [file("a", { bits: 0o666 }), file("b")] },
    '"a" can be written by everybody',
  ],
  setuid: [
    { files: [file("su", { bits: 0o4755 }), file("sg", { bits: 0o2755 })] },
    'Each of "su", "sg" is setuid or setgid',
  ],
  deadline: [
    { noticed: { hooksWithoutDeadline: ["check"] } },
    "The hook check names no deadline, so it is ended after 60 s",
  ],
  executable: [
    { noticed: { madeExecutable: ["a"] } },
    '"a" is named as a program and could not be run here',
  ],
  interpreter: [
    { texts: { "bin/tool": "echo hello\n" } },
    '"bin/tool" is named as a program, and begins neither',
  ],
  lineEnds: [
    { texts: { "bin/tool": "#!/bin/sh\r\necho\r\n" } },
    '"bin/tool" is a script whose lines end as on Windows',
  ],
  privateKey: [
    { texts: { "a.key": "x\n-----BEGIN OPENSSH PRIVATE KEY-----\n" } },
    '"a.key" holds a private key',
  ],
  history: [
    { files: [file(".git/HEAD"), file(".git/config"), file("a")] },
    'leave it out: exclude = [".git"]',
  ],
  merged: [
    { files: [file("pod/a"), file("Pod/b")] },
    '"pod" and "Pod" are one directory',
  ],
  manyFiles: [
    { files: Array.from({ length: MANY_FILES + 1 }, (_, n) => file(`${n}`)) },
    "There are 20001 files",
  ],
  noFile: [{ files: [] }, "There is no file in it"],
  noContent: [
    { files: [file("a", { size: 0 })] },
    "All of its files are empty",
  ],
  idlePattern: [
    { noticed: { idlePatterns: ["*.o"] } },
    'The pattern "*.o" of exclude leaves nothing out',
  ],
  target: [{ is: { native: [NATIVE] } }, "of the kind deb is offered"],
  machine: [
    { is: { targets: [{ os: "lunux", architecture: "x86_64" }] } },
    'No machine calls its system "lunux"; did you mean linux?',
  ],
  foreign: [{ noticed: { foreignArchitecture: "i386" } }, "It is for i386"],
  expiry: [
    { is: { expires: "2027-01-11T00:00:00Z" } },
    "It expires at 2027-01-11T00:00:00Z",
  ],
};

Deno.test("packWarnings has nothing to say of a sound program", () => {
  assertEquals(packWarnings(material()), []);
});

for (const code of Object.keys(WARNINGS) as WarningCode[]) {
  Deno.test(`packWarnings warns: ${code}, and of nothing else`, () => {
    const [changes, part] = CASES[code];
    const warnings = packWarnings(material(changes));
    assertEquals(warnings.map((one) => one.code), [code]);
    assert(warnings[0]?.text.includes(part), warnings[0]?.text);
  });
}

Deno.test("packWarnings is silent where it would be wrong", () => {
  const sound: Parameters<typeof material>[0][] = [
    { texts: { "bin/tool": "\x7fELF" } },
    {
      files: [file("tool.exe")],
      is: { bin: [{ name: "tool", path: "tool.exe" }] },
      texts: { "tool.exe": "MZ" },
    },
    { files: [file("a.git/x"), file("x.git")] },
    { is: { native: [NATIVE], targets: [{ os: "linux" }] } },
    { is: { expires: "2028-01-01T00:00:00Z" } },
    { texts: { "a.key": "-----BEGIN PUBLIC KEY-----\n" } },
    { files: [file("pod/a"), file("pod/b")], directories: ["pod/c"] },
    {
      is: {
        hooks: { check: { run: ["x"], shell: "/bin/sh", deadlineSeconds: 1 } },
      },
    },
  ];
  for (const changes of sound) {
    assertEquals(packWarnings(material(changes)), []);
  }
});

Deno.test("packWarnings tells of a package that has expired", () => {
  const is = { expires: "2027-01-09T00:00:00Z" };
  const [warning] = packWarnings(material({ is }));
  assert(warning?.text.includes("no machine takes it"), warning?.text);
});

Deno.test("packWarnings names three files and counts the others", () => {
  const files = ["a", "b", "c", "d", "e"]
    .map((path) => file(path, { bits: 0o666 }));
  const [warning] = packWarnings(material({ files }));
  const begins = 'Each of "a", "b", "c" and 2 more can';
  assert(warning?.text.startsWith(begins), warning?.text);
});

Deno.test("readHeads reads what is run and what may be a key, and no more", async () => {
  await withDirectory(async (directory) => {
    const files = ["bin/tool", "id_rsa", "x/server.key", "data", "check"];
    for (const path of files) {
      await build(directory, { [path]: `${path} ${"x".repeat(9_000)}` });
    }
    const heads = await readHeads(DISK, {
      ...material({
        files: files.map((path) => file(path)),
        is: { hooks: { check: { run: ["check"], deadlineSeconds: 1 } } },
      }),
      directory,
    });
    const paths = ["bin/tool", "check", "id_rsa", "x/server.key"];
    assertEquals([...heads.keys()].sort(), paths);
    assertEquals(heads.get("check")?.length, 4_096);
  });
});
