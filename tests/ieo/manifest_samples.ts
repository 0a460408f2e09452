/**
 * Manifests for the tests of manifests: one that has every field, and what
 * changes its JSON.
 *
 * @module
 */

import {
  emptyManifest,
  encodeManifest,
  type Manifest,
} from "../../lib/ieo/manifest.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";

export const HASH = "0123456789abcdef".repeat(4);

/** Every field that a package other than the agent's can have. */
export const FULL: Manifest = {
  ...emptyManifest({ name: "tool", version: "2.1~rc1", serial: 7 }),
  title: "The Tool",
  description: "First line\nSecond line",
  homepage: "https://example.org/tool?lang=fr#top",
  licence: "GPL-3.0-or-later",
  agent: "0.2",
  expires: "2027-01-31T12:00:00Z",
  targets: [
    {
      os: "linux",
      architecture: "x86_64",
      distribution: "debian",
      versions: ">=12 <14",
    },
    { os: "windows" },
  ],
  requires: [{ name: "python", versions: ">=3.11 <4" }, {
    name: "fonts",
    versions: "*",
  }],
  conflicts: [{ name: "old-tool", versions: "*" }],
  bin: [{ name: "tool", path: "bin/tool" }],
  config: [
    { path: "etc/tool.conf", changed: "keep" },
    { path: "a", changed: "aside" },
  ],
  hooks: {
    postinstall: {
      run: ["bin/tool", "--set-up", ""],
      deadlineSeconds: 60,
      user: "daemon",
    },
    check: {
      run: ["set -e\nbin/tool --version"],
      deadlineSeconds: 10,
      shell: "/bin/sh",
    },
    preremove: { run: ["/bin/true"], deadlineSeconds: 3_600 },
  },
  native: [
    {
      kind: "deb",
      path: "native/tool.deb",
      package: "tool-bin",
      version: "1:2.10-3",
      arguments: [],
    },
    {
      kind: "exe",
      path: "native/setup.exe",
      package: "Tool 2 (64-bit)",
      version: "2.10",
      arguments: ["/S", "/D=C:\\Tool"],
      remove: ["C:\\Tool\\remove.exe", "/S"],
    },
  ],
  rollback: false,
  protected: true,
  directories: ["var/empty"],
  files: [
    { path: "a", size: 0, sha256: HASH, mode: 0o644 },
    { path: "bin/tool", size: 12, sha256: HASH, mode: 0o755 },
    { path: "etc/tool.conf", size: 3, sha256: HASH, mode: 0o644 },
    { path: "native/setup.exe", size: 5, sha256: HASH, mode: 0o644 },
    { path: "native/tool.deb", size: 4, sha256: HASH, mode: 0o644 },
  ],
};

/** The agent's own update. */
export const AGENT_UPDATE: Manifest = {
  ...emptyManifest({ name: "flottille-agent", version: "0.2.0", serial: 2 }),
  self: { path: "flottille-agent", deadlineSeconds: 120 },
  files: [{ path: "flottille-agent", size: 9, sha256: HASH, mode: 0o755 }],
};

/** The JSON of a manifest, as a tool in another language would read it. */
export function jsonOf(manifest: Manifest): object {
  return JSON.parse(fromUtf8(encodeManifest(manifest)) ?? "");
}

/** JSON as the bytes of an `ieo.json`. */
export function bytesOf(json: unknown): Uint8Array {
  return utf8(JSON.stringify(json));
}
