/**
 * Entries that no package may hold: names that lead out of the directory or
 * mean another file somewhere, and what is neither a file nor a directory.
 *
 * @module
 */

import { utf8 } from "../../lib/trust/bytes.ts";
import { type Hostile, TEXT, withEntry, wrongFile } from "./hostile_kit.ts";
import { craftPackage, manifestOf, signed } from "./samples.ts";
import { TYPE_DIRECTORY, TYPE_FILE, TYPE_SYMLINK } from "./zips.ts";

function badName(id: string, name: string, says: RegExp): Hostile {
  return {
    title: `the name ${JSON.stringify(name.slice(0, 40))}, ${id}`,
    build: () => withEntry({ name, content: TEXT }),
    says,
  };
}

const LONG = "x".repeat(256);
const DEEP = Array.from({ length: 33 }, () => "d").join("/");

/** Names that lead out of the directory, or mean another file somewhere. */
export const HOSTILE_NAMES: readonly Hostile[] = [
  badName("Z-01", "../evil", /has the part ".."/),
  badName("Z-01", "a/../../evil", /has the part ".."/),
  badName("Z-01", "..", /has the part ".."/),
  badName("Z-02", "/etc/evil", /begins with a slash/),
  badName("Z-02", "C:\\evil", /has the character :/),
  badName("Z-02", "\\\\server\\share", /has the character \\/),
  badName("Z-02", "C:evil", /has the character :/),
  badName("Z-03", "..\\..\\evil", /has the character \\/),
  badName("Z-03", "b/..\\evil", /has the character \\/),
  badName("Z-03", "..\\../evil", /has the character \\|has the part/),
  badName("Z-09", "nul\0byte", /has a control character/),
  badName("Z-09", "line\nbreak", /has a control character/),
  badName("Z-09", "dot.", /ends in a dot or a space/),
  badName("Z-09", "space ", /ends in a dot or a space/),
  badName("Z-09", "b./c", /ends in a dot or a space/),
  badName("Z-09", "CON", /name of a device/),
  badName("Z-09", "b/nul.txt", /name of a device/),
  badName("Z-09", "com1", /name of a device/),
  badName("Z-09", "b:stream", /has the character :/),
  badName("Z-09", LONG, /longer than 255 bytes/),
  badName("Z-09", `${"é".repeat(128)}`, /longer than 255 bytes/),
  badName("Z-09", Array(6).fill("y".repeat(200)).join("/"), /longer than 1024/),
  badName("Z-09, Z-24", DEEP, /more than 32 levels/),
  badName("Z-24", Array(1_000).fill("d").join("/"), /longer than 1024|levels/),
  badName("Z-09", "del\x7f", /has a control character/),
  badName("Z-09", "c1\x85", /has a control character/),
  badName("Z-09", "b/Lpt\u00b9.txt", /name of a device/),
  badName("Z-10", "", /is empty|empty part/),
  badName("Z-10", ".", /has the part "."/),
  badName("Z-10", "./b", /has the part "."/),
  badName("Z-10", "b//c", /has an empty part/),
  badName("Z-10", "IEO.json", /keeps for itself/),
  badName("Z-10", "ieo.installed.json/x", /keeps for itself/),
  badName("Z-10", "/", /is empty|empty part/),
];

/** Entries that are not what a package may hold. */
export const HOSTILE_TYPES: readonly Hostile[] = [
  {
    title: "a symlink, and a file through it, Z-04",
    build: () =>
      signed(craftPackage(manifestOf({ link: "/etc" }), [
        { name: "link", content: utf8("/etc"), mode: TYPE_SYMLINK | 0o777 },
        { name: "link/evil", content: TEXT },
      ])),
    says: /type 0o120000/,
  },
  {
    title: "a symlink said to be from MS-DOS, Z-04",
    build: () => wrongFile({ mode: TYPE_SYMLINK | 0o777, madeOn: 0 }),
    says: /type 0o120000/,
  },
  ...([["a device", 0o060000], ["a terminal", 0o020000], ["a FIFO", 0o010000], [
    "a socket",
    0o140000,
  ]] as const).map(([what, type]): Hostile => ({
    title: `${what}, Z-05`,
    build: () => wrongFile({ mode: type | 0o666 }),
    says: /neither a regular file nor a directory/,
  })),
  {
    title: "a directory with content, Z-05",
    build: () =>
      withEntry({ name: "d/", content: TEXT, mode: TYPE_DIRECTORY | 0o755 }),
    says: /directory that has content/,
  },
  {
    title: "a directory by its attributes and a file by its name, Z-05",
    build: () => wrongFile({ mode: TYPE_DIRECTORY | 0o755 }),
    says: /type 0o40000/,
  },
  {
    title: "a directory by its DOS attributes and a file by its name, Z-05",
    build: () => wrongFile({ madeOn: 0, mode: 0, dosAttributes: 0x10 }),
    says: /directory by its attributes and a file by its name/,
  },
  {
    title: "a file by its attributes and a directory by its name, Z-05",
    build: () => withEntry({ name: "d/", mode: TYPE_FILE | 0o644 }),
    says: /type 0o100000, neither a regular file nor a directory/,
  },
  {
    title: "a name twice, Z-06",
    build: () => withEntry({ name: "a", content: utf8("other\n") }),
    says: /twice in the zip/,
  },
  {
    title: "names that differ by case only, Z-06",
    build: () => withEntry({ name: "A", content: TEXT }, { A: TEXT }),
    says: /one name on some systems/,
  },
  {
    title: "names that differ by composition only, Z-06",
    build: () =>
      signed(craftPackage(manifestOf({ "\u00e9": TEXT, "e\u0301": TEXT }), [
        { name: "\u00e9", content: TEXT },
        { name: "e\u0301", content: TEXT },
      ])),
    says: /one name on some systems/,
  },
  {
    title: "a name twice in manifest and zip, Z-06",
    build: () => {
      const manifest = manifestOf({ a: TEXT });
      const files = [...manifest.files, ...manifest.files];
      const entry = { name: "a", content: TEXT };
      return signed(craftPackage({ ...manifest, files }, [entry, entry]));
    },
    says: /"a" is there twice/,
  },
  {
    title: "a directory twice, Z-06",
    build: () => {
      const manifest = { ...manifestOf({}), directories: ["d"] };
      const entry = { name: "d/", mode: TYPE_DIRECTORY | 0o755 };
      return signed(craftPackage(manifest, [entry, entry]));
    },
    says: /"d\/" is in the zip and not in its manifest, or twice/,
  },
  {
    title: "a second manifest, Z-06",
    build: () => withEntry({ name: "ieo.json", content: utf8("{}") }),
    says: /"ieo.json" is in the zip and not in its manifest, or twice/,
  },
  ...([
    ["the case of a directory", "d/a", "D/a"],
    ["the case of a letter with an accent", "\u00e9", "\u00c9"],
    ["case and composition", "\u00c9", "e\u0301"],
    ["the case of a letter of Greek", "\u03c3", "\u03a3"],
  ] as const).map(([what, one, two]): Hostile => ({
    title: `names that differ by ${what} only, Z-06`,
    build: () =>
      signed(craftPackage(manifestOf({ [one]: TEXT, [two]: TEXT }), [
        { name: one, content: TEXT },
        { name: two, content: TEXT },
      ])),
    says: /are one name on some systems/,
  })),
  {
    title: "a file and what lies below it, Z-08",
    build: () => withEntry({ name: "a/b", content: TEXT }, { "a/b": TEXT }),
    says: /is a file and a directory/,
  },
  {
    title: "a file and what lies below it in other letters, Z-08",
    build: () => withEntry({ name: "A/b", content: TEXT }, { "A/b": TEXT }),
    says: /"a" and "A\/" are one name on some systems/,
  },
  {
    title: "a file and a directory of its name, Z-08",
    build: () => {
      const manifest = { ...manifestOf({ a: TEXT }), directories: ["a"] };
      return signed(craftPackage(manifest, [
        { name: "a/", mode: TYPE_DIRECTORY | 0o755 },
        { name: "a", content: TEXT },
      ]));
    },
    says: /"a" is a file and a directory/,
  },
  {
    title: "a name not marked as UTF-8, Z-09",
    build: () =>
      withEntry({ name: "\u00e9", content: TEXT, both: { flags: 0 } }, {
        "\u00e9": TEXT,
      }),
    says: /not marked as UTF-8/,
  },
  {
    title: "a name that is not UTF-8, Z-09",
    build: () => withEntry({ name: new Uint8Array([0x62, 0xff]) }),
    says: /has a name that is not UTF-8/,
  },
  {
    title: "an old name of another alphabet, Z-09",
    build: () => withEntry({ name: new Uint8Array([0x82, 0x82]) }),
    says: /has a name that is not UTF-8/,
  },
];

/** The type bits of a regular file with setuid, setgid and sticky (Z-05). */
export const SETUID_MODE = TYPE_FILE | 0o7755;
