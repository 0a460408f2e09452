/** What is different between two lists. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import { difference } from "../../../lib/server/inventory/difference.ts";

function program(
  name: string,
  version: string,
  different: Partial<ListedProgram> = {},
): ListedProgram {
  const purl = `pkg:generic/${name}@${version}`;
  return { name, version, purl, source: "npm", ...different };
}

function told(from: readonly ListedProgram[], to: readonly ListedProgram[]) {
  const { added, removed, changed, same } = difference(from, to);
  const show = ({ name, version }: ListedProgram) => `${name} ${version}`;
  return {
    added: added.map(show),
    removed: removed.map(show),
    changed: changed.map(({ from, to }) => `${show(from)} -> ${to.version}`),
    same,
  };
}

Deno.test("difference tells what has come, gone and changed, in the order of lists", () => {
  const from = [
    program("vim", "9.0"),
    program("bash", "5.1"),
    program("a", "1"),
  ];
  const to = [program("zsh", "5"), program("bash", "5.2"), program("a", "1")];
  assertEquals(told(from, to), {
    added: ["zsh 5"],
    removed: ["vim 9.0"],
    changed: ["bash 5.1 -> 5.2"],
    same: 1,
  });
});

Deno.test("difference keeps sources and architectures apart", () => {
  const from = [
    program("libc6", "1", { architecture: "amd64" }),
    program("semver", "1"),
  ];
  const to = [
    program("libc6", "2", { architecture: "i386" }),
    program("semver", "2", { source: "pip" }),
  ];
  assertEquals(told(from, to), {
    added: ["libc6 2", "semver 2"],
    removed: ["libc6 1", "semver 1"],
    changed: [],
    same: 0,
  });
});

Deno.test("difference takes a version for the same whatever else is said of it", () => {
  const from = [program("a", "1", { licence: "MIT", installedAtS: 1 })];
  const to = [program("a", "1", { licence: "ISC", installedAtS: 2 })];
  assertEquals(told(from, to).same, 1);
});

Deno.test("difference pairs the versions that look most alike", () => {
  const versions = (...of: string[]) =>
    of.map((version) => program("lodash", version));
  assertEquals(
    told(
      versions("4.17.20", "3.10.1"),
      versions("5.0.0", "4.17.21", "3.10.1"),
    ),
    {
      added: ["lodash 5.0.0"],
      removed: [],
      changed: ["lodash 4.17.20 -> 4.17.21"],
      same: 1,
    },
  );
  assertEquals(told(versions("4.0", "5.0"), versions("5.1")), {
    added: [],
    removed: ["lodash 4.0"],
    changed: ["lodash 5.0 -> 5.1"],
    same: 0,
  });
});

const anyProgram = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  version: fc.constantFrom("", "1", "1.1", "2", "2.1", "10"),
  source: fc.constantFrom("npm", "dpkg"),
}).map(({ name, version, source }) => program(name, version, { source }));

/** As a list holds them: none twice. */
const anyList = fc.uniqueArray(anyProgram, {
  selector: ({ name, version, source }) => `${source} ${name} ${version}`,
});

Deno.test("difference accounts for every program once, and runs backwards", () =>
  fc.assert(fc.property(anyList, anyList, (from, to) => {
    const there = difference(from, to);
    const back = difference(to, from);
    const { added, removed, changed, same } = there;
    assertEquals(removed.length + changed.length + same, from.length);
    assertEquals(added.length + changed.length + same, to.length);
    assertEquals(back.same, same);
    assertEquals(back.changed.length, changed.length);
    const shuffled = difference(from.toReversed(), to.toReversed());
    assertEquals(shuffled, there);
  })));

Deno.test("difference finishes with thousands of versions of one program", () => {
  const many = (from: number) =>
    Array.from({ length: 5_000 }, (_, at) => program("x", String(from + at)));
  const { added, removed, changed, same } = told(many(0), many(2_500));
  assertEquals([added.length, removed.length], [2_468, 2_468]);
  assertEquals([changed.length, same], [32, 2_500]);
});
