/**
 * The orders of versions against the real tools, where this machine has them:
 * other pairs in each run, made of what such versions are made of.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareIn, type Ecosystem } from "../../../lib/peo/versions/order.ts";

type Pair = readonly [a: string, b: string];

const RPM = "/usr/bin/rpm";
const VERCMP = "/usr/bin/vercmp";
const DPKG = "/usr/bin/dpkg";

Deno.test({
  name: "compareIn says of rpm's versions what the rpm of this machine says",
  ignore: !isThere(RPM),
  fn() {
    const pairs = madePairs("019a~^._+", 400);
    const asked = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}")," ")`);
    const said = run(RPM, ["--eval", `%{lua:${asked.join(" ")}}`]).stdout
      .trim().split(/\s+/).map(Number);
    assertEquals(said, pairs.map((pair) => ours("rpm", pair)));
  },
});

Deno.test({
  name: "compareIn says of pacman's versions what the real vercmp says",
  ignore: !isThere(VERCMP),
  fn() {
    // A dash in front would be an option of it.
    for (const [a, b] of madePairs("019arc.:_+-", 150)) {
      const [one, other] = [`1${a}`, `1${b}`];
      const said = Number(run(VERCMP, [one, other]).stdout);
      assertEquals(ours("alpm", [one, other]), said, `${one} and ${other}`);
    }
  },
});

Deno.test({
  name: "compareIn says of Debian's versions what the real dpkg says",
  ignore: !isThere(DPKG),
  fn() {
    for (const [a, b] of madePairs("019arc.~+", 75)) {
      const [one, other] = [`1:1${a}-1`, `1:1${b}-1`];
      const order = ours("deb", [one, other]);
      const sign = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
      const { code } = run(DPKG, ["--compare-versions", one, sign, other]);
      assertEquals(code, 0, `${one} ${sign} ${other}`);
    }
  },
});

function madePairs(signs: string, count: number): readonly Pair[] {
  const text = fc.string({
    unit: fc.constantFrom(...signs),
    minLength: 1,
    maxLength: 8,
  });
  return fc.sample(fc.tuple(text, text), count);
}

function ours(ecosystem: Ecosystem, [a, b]: Pair): number {
  return Math.sign(compareIn(ecosystem, a, b));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function run(path: string, args: readonly string[]) {
  const { code, stdout } = new Deno.Command(path, {
    args: [...args],
    stderr: "null",
  }).outputSync();
  return { code, stdout: new TextDecoder().decode(stdout) };
}
