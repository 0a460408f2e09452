/**
 * Under which names a program may stand in a database, and that both sides
 * spell a place in the same way.
 */

import { assertEquals } from "@std/assert";
import { ecosystemKey, judgedAs } from "../../../lib/peo/osv/ecosystems.ts";

/** OSV's spelling, and the `distro` of a machine that it means. */
const PLACES = [
  ["Debian:12", "deb/debian", "debian-12"],
  ["Ubuntu:22.04:LTS", "deb/ubuntu", "ubuntu-22.04"],
  ["Ubuntu:23.10", "deb/ubuntu", "ubuntu-23.10"],
  ["Alpine:v3.18", "apk/alpine", "alpine-3.18.4"],
  ["Rocky Linux:9", "rpm/rocky", "rocky-9.3"],
  ["AlmaLinux:9", "rpm/almalinux", "almalinux-9.3"],
  ["Red Hat:enterprise_linux:9::baseos", "rpm/rhel", "rhel-9.2"],
  ["SUSE:Linux Enterprise Server 15 SP5", "rpm/sles", "sles-15.5"],
  [
    "SUSE:Linux Enterprise Module for Basesystem 15 SP5",
    "rpm/sles",
    "sles-15.5",
  ],
  ["openSUSE:Leap 15.5", "rpm/opensuse", "opensuse-leap-15.5"],
  ["openSUSE:Tumbleweed", "rpm/opensuse", "opensuse-tumbleweed-20260101"],
  ["Mageia:9", "rpm/mageia", "mageia-9"],
  ["Wolfi", "apk/wolfi", "wolfi-20230201"],
] as const;

for (const [osv, path, distro] of PLACES) {
  Deno.test(`judgedAs and ecosystemKey mean the same by ${osv}`, () => {
    const purl = `pkg:${path}/openssl@1?arch=x&distro=${distro}`;
    const program = { name: "openssl", version: "1", purl, source: "x" };
    assertEquals(
      judgedAs(program).map(({ ecosystem }) => ecosystem),
      [ecosystemKey(osv)],
    );
  });
}

Deno.test("judgedAs speaks of the source package, and of rpms by both names", () => {
  const made = (purl: string) =>
    judgedAs({
      ...{ name: "libssl3", version: "3.0.11-1+b2", purl, source: "dpkg" },
      ...{ sourcePackage: "openssl", sourceVersion: "3.0.11-1" },
    }).map(({ name, version }) => `${name} ${version}`);
  assertEquals(made("pkg:deb/debian/libssl3@3?distro=debian-12"), [
    "openssl 3.0.11-1",
  ]);
  assertEquals(made("pkg:rpm/rocky/libssl3@3?distro=rocky-9"), [
    "openssl 3.0.11-1",
    "libssl3 3.0.11-1+b2",
  ]);
});

Deno.test("judgedAs knows libraries wherever they are, pypi's in any spelling", () => {
  const rows = [
    ["pkg:npm/%40babel/core@7.0.0", "@babel/core", "npm @babel/core"],
    ["pkg:pypi/ruamel-yaml@1", "ruamel.yaml", "pypi ruamel-yaml"],
    ["pkg:gem/rack@1", "rack", "rubygems rack"],
    ["pkg:cargo/time@1", "time", "crates.io time"],
  ] as const;
  for (const [purl, name, expected] of rows) {
    const judged = judgedAs({ name, version: "1", purl, source: "x" });
    assertEquals(
      judged.map(({ ecosystem, name }) => `${ecosystem} ${name}`),
      [expected],
    );
  }
});

Deno.test("judgedAs makes nothing of what no database speaks of", () => {
  for (
    const purl of [
      "pkg:generic/editor@1.0",
      "pkg:deb/linux/bash@5?distro=linux",
      "pkg:alpm/arch/bash@5?distro=arch",
      "pkg:deb/debian/bash@5?distro=%E0%A4%A",
      "no purl",
    ]
  ) {
    assertEquals(judgedAs({ name: "x", version: "1", purl, source: "x" }), []);
  }
});
