/** AppImages, as files whose first bytes are those of one. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { appImageSource } from "../../../lib/peo/sources/appimage.ts";
import {
  APPIMAGE_HEAD_BYTES,
  appImageArchitecture,
  appImageName,
} from "../../../lib/peo/sources/appimage_parser.ts";
import { inRoot, lines } from "./tool_root.ts";

/** The first bytes of one: x86_64, type 2, unless told otherwise. */
function head(
  { machine = 62, type = 2, isBigEndian = false } = {},
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5_000);
  const order = isBigEndian ? 2 : 1;
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, order, 1, 0, 0x41, 0x49, type]);
  new DataView(bytes.buffer).setUint16(18, machine, !isBigEndian);
  return bytes;
}

// deno-fmt-ignore
const HEADS: readonly [string, Uint8Array, string | null][] = [
  // what it is; its bytes; what it runs on
  ["one of type 2", head(), "x86_64"],
  ["one of type 1", head({ type: 1 }), "x86_64"],
  ["one for 64-bit ARM", head({ machine: 183 }), "aarch64"],
  ["one for 32-bit ARM", head({ machine: 40 }), "armhf"],
  ["one for a processor from the other end", head({ machine: 62, isBigEndian: true }), "x86_64"],
  ["one for an unknown processor", head({ machine: 999 }), ""],
  ["a type to come", head({ type: 3 }), null],
  ["an ordinary program", head().fill(0, 8, 11), null],
  ["no ELF", head().fill(0, 0, 1), null],
  ["a file cut in its head", head().subarray(0, APPIMAGE_HEAD_BYTES - 1), null],
  ["an empty file", new Uint8Array(0), null],
];

for (const [what, bytes, architecture] of HEADS) {
  Deno.test(`appImageArchitecture knows ${what}`, () => {
    assertEquals(appImageArchitecture(bytes), architecture);
  });
}

// deno-fmt-ignore
const NAMES: readonly [string, string, string][] = [
  // the file; the name; the version
  ["krita-5.2.2-x86_64.appimage", "krita", "5.2.2"],
  ["Nextcloud-3.13.0-x86_64.AppImage", "Nextcloud", "3.13.0"],
  ["FreeCAD_0.21.2-Linux-x86_64.AppImage", "FreeCAD", "0.21.2"],
  ["nvim.appimage", "nvim", ""],
  ["nvim-linux-x86_64.appimage", "nvim", ""],
  ["Obsidian-1.5.12.AppImage", "Obsidian", "1.5.12"],
  ["Obsidian-1.5.12-arm64.AppImage", "Obsidian", "1.5.12"],
  ["balenaEtcher-1.18.11-x64.AppImage", "balenaEtcher", "1.18.11"],
  ["LibreOffice-fresh.basic-x86_64.AppImage", "LibreOffice-fresh.basic", ""],
  ["MuseScore-Studio-4.4.2.242570931-x86_64.AppImage", "MuseScore-Studio", "4.4.2.242570931"],
  ["OpenSCAD-2021.01-x86_64.AppImage", "OpenSCAD", "2021.01"],
  ["cool-retro-term_v2-x86_64.AppImage", "cool-retro-term", "2"],
  ["Cursor-0.45.8_1f0b8e1e2f3a4b5c6d7e8f9012345678.AppImage", "Cursor", "0.45.8"],
  ["app-1.0.0-beta.2-x86_64.AppImage", "app", "1.0.0-beta.2"],
  ["Foo 1.2.3.AppImage", "Foo", "1.2.3"],
  ["7zip.AppImage", "7zip", ""],
  ["1.2.3.AppImage", "1.2.3", ""],
  [".AppImage", ".AppImage", ""],
  ["x86_64.AppImage", "x86_64", ""],
  ["editor", "editor", ""],
];

for (const [file, name, version] of NAMES) {
  Deno.test(`appImageName takes ${file} for ${name} ${version}`, () => {
    assertEquals(appImageName(file), { name, version });
  });
}

Deno.test("appImageName takes a long name in a moment", () => {
  for (const part of ["-linux", "-1.2", "-", "a", "_x64-", ".9"]) {
    const beganMs = performance.now();
    assert(appImageName(part.repeat(4_000)).name.length > 0);
    assert(performance.now() - beganMs < 5_000, part);
  }
});

Deno.test("appImageName and appImageArchitecture never throw", () => {
  fc.assert(fc.property(fc.string(), fc.uint8Array(), (file, bytes) => {
    appImageName(file);
    appImageArchitecture(bytes);
  }));
});

const ignore = Deno.build.os === "windows";
const HOME = "/people/anna";

Deno.test(
  "appImageSource finds what may be run, by its bytes",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("opt/Krita/krita-5.2.2-x86_64.AppImage", head(), 0o755);
      await root.put("usr/local/bin/editor", head({ machine: 183 }), 0o755);
      await root.put(`${HOME}/Downloads/Foo-1.0.AppImage`, head(), 0o755);
      await root.put(`${HOME}/.local/bin/bar`, head({ machine: 999 }), 0o755);
      // Not to be run; another kind; too deep; too small; not a place of ours.
      await root.put(`${HOME}/Downloads/Not-1.0.AppImage`, head());
      await root.put("opt/a/false.AppImage", "x".repeat(5_000), 0o755);
      await root.put("opt/a/b/deep.AppImage", head(), 0o755);
      await root.put("opt/a/small", head().slice(0, 100), 0o755);
      await root.put("opt/a/lib.so", head(), 0o755);
      await root.put(`${HOME}/Documents/doc.AppImage`, head(), 0o755);
      await Deno.symlink(
        join(root.root, "opt/Krita/krita-5.2.2-x86_64.AppImage"),
        join(root.root, "usr/local/bin/krita"),
      );
      assertEquals(await lines(appImageSource(), root), {
        programs: [
          "krita 5.2.2 x86_64",
          "editor  aarch64",
          "bar  -",
          "Foo 1.0 x86_64",
        ],
        faults: [],
      });
      const { programs } = await appImageSource().read(root);
      assertEquals(programs[0], {
        name: "krita",
        version: "5.2.2",
        purl: "pkg:generic/krita@5.2.2?arch=x86_64",
        source: "appimage",
        architecture: "x86_64",
        sizeBytes: 5_000,
      });
    }, { homes: [HOME] }),
);

Deno.test(
  "appImageSource goes through no link of a person's",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("elsewhere/Foo-1.0.AppImage", head(), 0o755);
      await Deno.mkdir(join(root.root, HOME), { recursive: true });
      await Deno.symlink("../../elsewhere", join(root.root, HOME, "Downloads"));
      await Deno.mkdir(join(root.root, HOME, "Applications"));
      await Deno.symlink(
        "../../../elsewhere",
        join(root.root, HOME, "Applications/more"),
      );
      assertEquals((await lines(appImageSource(), root)).programs, []);
    }, { homes: [HOME] }),
);

Deno.test(
  "appImageSource names a file whose name no list may hold",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("opt/a\x1b[31m-1.0.AppImage", head(), 0o755);
      const { programs, faults } = await lines(appImageSource(), root);
      assertEquals(programs, []);
      assertEquals(faults, [
        'Cannot list "a\\u001b[31m": its name holds characters that cannot be ' +
        "shown",
      ]);
    }),
);
