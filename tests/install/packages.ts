/**
 * The programs that the tests of the installer install. Plain ones, and ones
 * that use everything a manifest can say: commands that turn to another file
 * from one version to the next, files that the owner may change, hooks, and
 * native packages that come, change and go.
 *
 * @module
 */

import { encodeManifest, runsCode } from "../../lib/ieo/manifest.ts";
import {
  emptyManifest,
  type Hook,
  type HookName,
  type Manifest,
} from "../../lib/ieo/manifest/types.ts";
import { MANIFEST_NAME } from "../../lib/ieo/paths.ts";
import { sha256, toBase64Url, toHex, utf8 } from "../../lib/trust/bytes.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import { type Naming, PUBLISHER, type Sample } from "../ieo/samples.ts";
import { craftZip } from "../ieo/zips.ts";

/** The fleet's list: `PUBLISHER` may run hooks. */
export const PUBLISHERS = publishersOf([PUBLISHER]);

/** A list of these publishers, who may do everything. */
export function publishersOf(
  keys: readonly KeyPair[],
  revoked: readonly KeyPair[] = [],
): PublishersList {
  const spell = ({ publicKey }: KeyPair) => toBase64Url(publicKey);
  return {
    format: 1,
    version: 1,
    issued: "2023-01-01T00:00:00Z",
    expires: "2036-01-01T00:00:00Z",
    publishers: keys.map((key) => (
      { key: spell(key), names: ["*"], hooks: true }
    )),
    revoked: revoked.map(spell),
  };
}

/** What a manifest says besides names and files. */
export type Fields = Partial<Omit<Manifest, "files">>;

/** What files hold, by their paths. */
export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** A package, what its files hold, and its manifest. */
export interface Program extends Sample {
  readonly files: Contents;
  readonly manifest: Manifest;
}

/** A package of these files; what begins with `#!` can be run. */
export function programOf(
  files: Contents,
  { name = "tool", version = "1.0", serial = 1 }: Naming = {},
  fields: Fields = {},
  publisher = PUBLISHER,
): Program {
  const manifest: Manifest = {
    ...emptyManifest({ name, version, serial }),
    ...fields,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      size: bytesOf(content).length,
      sha256: toHex(sha256(bytesOf(content))),
      mode: isScript(content) ? 0o755 : 0o644,
    })),
  };
  const entries = Object.entries(files).map(([name, content]) => (
    { name, content: bytesOf(content), deflated: true }
  ));
  const bytes = craftZip([
    { name: MANIFEST_NAME, content: encodeManifest(manifest) },
    ...entries,
  ]);
  const ordered = {
    name,
    version,
    sha256: toHex(sha256(bytes)),
    size: bytes.length,
  };
  const hooks = runsCode(manifest);
  const stated = { format: 1 as const, ...ordered, serial, hooks };
  const statement = signStatement(publisher, stated);
  return { bytes, statement, ordered, serial, files, manifest };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? utf8(content) : content;
}

function isScript(content: string | Uint8Array): boolean {
  return typeof content === "string" && content.startsWith("#!");
}

/** Three versions of one program; they share no file's content. */
export const V1 = programOf(
  { "bin/tool": "#!one\n", "readme": "first\n" },
  { version: "1.0", serial: 1 },
  { bin: [{ name: "tool", path: "bin/tool" }] },
);
export const V2 = programOf(
  { "bin/tool": "#!two\n", "data/new": "second\n" },
  { version: "2.0", serial: 2 },
  { bin: [{ name: "tool", path: "bin/tool" }] },
);
export const V3 = programOf(
  { "sbin/tool": "#!three\n", "sbin/tool-more": "#!more\n" },
  { version: "3.0", serial: 3 },
  {
    bin: [
      { name: "tool", path: "sbin/tool" },
      { name: "tool-more", path: "sbin/tool-more" },
    ],
  },
);

/** The first version again, published anew with another content. */
export const V1_ANEW = programOf(
  { "bin/tool": "#!one\n", "readme": "FIRST\n" },
  { version: "1.0", serial: 3 },
  { bin: [{ name: "tool", path: "bin/tool" }] },
);

/** How a hook ends; see `fake_processes.ts`. */
export type HookEnd = "ok" | "fail" | "late";

/** A hook whose program ends so. */
export function hookThat(end: HookEnd): Hook {
  return { run: [`hooks/${end}`], deadlineSeconds: 5 };
}

const HOOK_FILES = {
  "hooks/ok": "#!ok\n",
  "hooks/fail": "#!fail\n",
  "hooks/late": "#!late\n",
};

/** A program with these hooks, and nothing else. */
export function withHooks(
  version: string,
  ends: { readonly [H in HookName]?: HookEnd },
): Program {
  const serial = Number(version.split(".")[0]);
  const hooks = Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, hookThat(end)]),
  );
  const files = { "bin/tool": `#!${version}\n`, ...HOOK_FILES };
  return programOf(files, { version, serial }, { hooks });
}

/** The text that stands for a package file of the fake manager. */
export const nativeText = (name: string, version: string) =>
  `${name} ${version}\n`;

/** A package of the fake manager inside a program. */
export function nativeIn(name: string, version: string) {
  const path = `${name}.deb`;
  const native = { kind: "deb", path, package: name, version, arguments: [] };
  return { native: native as Manifest["native"][number], path };
}

/**
 * A program that uses everything. Its version is also that of the native
 * package `shared`; `only` is a native package and a command of that version.
 */
export function richProgram(
  version: "1.0" | "2.0" | "3.0",
  check: HookEnd = "ok",
): Program {
  const serial = Number(version[0]);
  const only = `only${serial}`;
  const natives = [nativeIn("shared", version), nativeIn(only, "1")];
  return programOf(
    {
      [`bin${serial}/tool`]: `#!${version}\n`,
      "etc/keep.conf": `keep ${version}\n`,
      "etc/aside.conf": `aside ${version}\n`,
      "readme": `readme ${version}\n`,
      "shared.deb": nativeText("shared", version),
      [`${only}.deb`]: nativeText(only, "1"),
      ...HOOK_FILES,
    },
    { version, serial },
    {
      bin: [
        { name: "tool", path: `bin${serial}/tool` },
        { name: only, path: `bin${serial}/tool` },
      ],
      config: [
        { path: "etc/keep.conf", changed: "keep" },
        { path: "etc/aside.conf", changed: "aside" },
      ],
      native: natives.map(({ native }) => native),
      hooks: {
        preinstall: hookThat("ok"),
        postinstall: hookThat("ok"),
        check: hookThat(check),
        preremove: hookThat("ok"),
        postremove: hookThat("ok"),
      },
    },
  );
}
