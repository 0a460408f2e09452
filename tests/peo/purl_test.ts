/** Package URLs, held against `packageurl-js`. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { debPurl, genericPurl } from "../../lib/peo/purl.ts";

const DEBIAN = { id: "debian", version: "12" };

Deno.test("debPurl writes name, version, architecture and distribution", () => {
  const cases = [
    ["bash", "5.2.15-2+b7", "amd64", "bash@5.2.15-2+b7?arch=amd64&"],
    [
      "libstdc++6",
      "12.2.0-14",
      "amd64",
      "libstdc%2B%2B6@12.2.0-14?arch=amd64&",
    ],
    ["vim", "2:9.0.1378-2", "all", "vim@2:9.0.1378-2?arch=all&"],
    ["a", "1~rc1", undefined, "a@1~rc1?"],
  ] as const;
  for (const [name, version, architecture, middle] of cases) {
    assertEquals(
      debPurl(DEBIAN, name, version, architecture),
      `pkg:deb/debian/${middle}distro=debian-12`,
    );
  }
});

Deno.test("debPurl leaves the version of a distribution without one out", () => {
  assertEquals(
    debPurl({ id: "linux", version: "" }, "a", "1", "all"),
    "pkg:deb/linux/a@1?arch=all&distro=linux",
  );
});

Deno.test("genericPurl writes name and version", () => {
  assertEquals(genericPurl("editor", "1.0"), "pkg:generic/editor@1.0");
  assertEquals(
    genericPurl("notepad++", "8.6+b1"),
    "pkg:generic/notepad%2B%2B@8.6+b1",
  );
});

const NAME = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,40}$/);
const VERSION = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+~:_-]{0,40}$/);
const WORD = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,12}$/);

Deno.test("Package URLs are those of packageurl-js for every name", () => {
  fc.assert(fc.property(
    NAME,
    VERSION,
    fc.option(WORD, { nil: undefined }),
    WORD,
    WORD,
    (name, version, architecture, id, release) => {
      const theirs = new PackageURL("deb", id, name, version, {
        ...(architecture === undefined ? {} : { arch: architecture }),
        distro: `${id}-${release}`,
      });
      assertEquals(
        debPurl({ id, version: release }, name, version, architecture),
        theirs.toString(),
      );
      assertEquals(
        genericPurl(name, version),
        new PackageURL("generic", null, name, version).toString(),
      );
    },
  ));
});
