/** Package URLs, held against `packageurl-js`. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { genericPurl, purl, purlsOf } from "../../lib/peo/purl.ts";
import { anyCharacter } from "../any_character.ts";

// deno-fmt-ignore
const WORKED: readonly [Parameters<typeof purl>[0], string][] = [
  [{ type: "deb", namespace: "debian", name: "bash", version: "5.2.15-2+b7", qualifiers: { distro: "debian-12", arch: "amd64" } },
    "pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12"],
  [{ type: "deb", namespace: "debian", name: "libstdc++6", version: "12.2.0-14" }, "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14"],
  [{ type: "deb", namespace: "Debian", name: "Vim", version: "2:9.0.1378-2" }, "pkg:deb/debian/vim@2:9.0.1378-2"],
  [{ type: "rpm", namespace: "Fedora", name: "ImageMagick", version: "7.1-1", qualifiers: { epoch: "1", arch: undefined } }, "pkg:rpm/fedora/ImageMagick@7.1-1?epoch=1"],
  [{ type: "npm", namespace: "@Babel", name: "Core", version: "7.0.0" }, "pkg:npm/%40babel/core@7.0.0"],
  [{ type: "pypi", name: "Typing_Extensions", version: "4.8.0" }, "pkg:pypi/typing-extensions@4.8.0"],
  [{ type: "gem", name: "CFPropertyList", version: "3.0" }, "pkg:gem/CFPropertyList@3.0"],
  [{ type: "cargo", name: "ripgrep", version: "14.1.0" }, "pkg:cargo/ripgrep@14.1.0"],
  [{ type: "apk", namespace: "alpine", name: "musl", version: "1.2.4-r2" }, "pkg:apk/alpine/musl@1.2.4-r2"],
  [{ type: "generic", name: "Acme Tool", version: "1.0 (x64)" }, "pkg:generic/Acme%20Tool@1.0%20(x64)"],
  [{ type: "generic", name: "app", version: "" }, "pkg:generic/app"],
  [{ type: "generic", name: " app ", version: " 1 ", qualifiers: { a: " ", b: " x " } }, "pkg:generic/app@1?b=x"],
  [{ type: "generic", name: "a\ud800b", version: "1" }, "pkg:generic/a%EF%BF%BDb@1"],
];

for (const [parts, expected] of WORKED) {
  Deno.test(`purl writes ${expected}`, () => {
    assertEquals(purl(parts), expected);
  });
}

/** The types that our sources use. */
const TYPES = [
  ...["alpm", "apk", "brew", "cargo", "deb", "flatpak", "gem", "generic"],
  ...["npm", "pypi", "rpm", "snap", "github"],
];

/** Texts as they may stand in lists, without blanks at their ends. */
const TEXT = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 20 })
  .filter((text) => text.isWellFormed() && text.trim() !== "");

const NAMESPACE = fc.stringMatching(
  /^[@A-Za-z0-9._:~+-]{1,12}(\/[a-zA-Z]{3})?$/,
);

Deno.test("purl writes what packageurl-js writes, for every type and text", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TYPES),
      fc.option(NAMESPACE, { nil: undefined }),
      TEXT,
      fc.option(TEXT, { nil: undefined }),
      fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/), TEXT, {
        maxKeys: 4,
        noNullPrototype: true,
      }),
      (type, namespace, name, version, qualifiers) => {
        const theirs = new PackageURL(
          type,
          namespace ?? null,
          name,
          version ?? null,
          qualifiers,
        ).toString();
        const parts = { type, namespace, name, version, qualifiers };
        assertEquals(purl(parts), theirs);
        // It decodes qualifiers twice: with a % in one it cannot read itself.
        if (JSON.stringify(qualifiers).includes("%")) return;
        assertEquals(PackageURL.fromString(theirs).toString(), theirs);
      },
    ),
    { numRuns: 1_000 },
  );
});

const NAME = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,40}$/);
const VERSION = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+~:_-]{0,40}$/);
const WORD = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,12}$/);

Deno.test("purlsOf writes what purl writes, for every package", () => {
  fc.assert(fc.property(
    fc.constantFrom("deb", "rpm", "apk", "alpm"),
    fc.oneof(NAME, TEXT.map((text) => text.trim())),
    VERSION,
    fc.option(WORD, { nil: undefined }),
    WORD,
    fc.oneof(WORD, fc.constant("")),
    (type, name, version, arch, id, release) => {
      const distro = release === "" ? id : `${id}-${release}`;
      assertEquals(
        purlsOf(type, { id, version: release })(name, version, arch),
        purl({
          type,
          namespace: id,
          name,
          version,
          qualifiers: { arch, distro },
        }),
      );
    },
  ));
});

Deno.test("genericPurl writes name and version", () => {
  assertEquals(
    genericPurl("notepad++", "8.6+b1"),
    "pkg:generic/notepad%2B%2B@8.6+b1",
  );
});
