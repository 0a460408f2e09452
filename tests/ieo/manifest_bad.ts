/**
 * Manifests that are none: what is changed in a good one, what is said about
 * it, and whether the JSON Schema can tell as well.
 *
 * @module
 */

import type { Manifest } from "../../lib/ieo/manifest.ts";
import { AGENT_UPDATE, FULL, HASH, jsonOf } from "./manifest_samples.ts";

/** One of them. */
export interface BadManifest {
  readonly what: string;
  readonly json: object;
  readonly says: RegExp;
  /** False where only `decodeManifest` knows. */
  readonly schemaTells: boolean;
}

/** New values by their places, and what is said. */
type Row = readonly [changes: Readonly<Record<string, unknown>>, says: RegExp];

/** In the place of a value: the field is taken out. */
const GONE = Symbol("gone");

// deno-fmt-ignore
const SCHEMA_TELLS: Readonly<Record<string, Row>> = {
  "no format": [{ "format": GONE }, /"format" is missing/],
  "a newer format": [{ format: 2, files: "elsewhere" }, /"format" must be 1, not 2; a newer Flottille wrote it/],
  "no name": [{ "name": GONE }, /"name" is missing/],
  "a name with a slash": [{ "name": "a/b" }, /"name" must be a program name/],
  "serial 0": [{ "serial": 0 }, /"serial" must be/],
  "a serial that is not whole": [{ "serial": 1.5 }, /"serial" must be/],
  "a title of two lines": [{ "title": "a\nb" }, /"title" must be one line/],
  "a title that a terminal obeys": [{ "title": "\u001b[2J" }, /"title" must be one line/],
  "a description with a tab": [{ "description": "a\tb" }, /"description" must be text/],
  "a homepage that a browser would run": [{ "homepage": "javascript:x" }, /an http or https address/],
  "a homepage with a space": [{ "homepage": "http://a b" }, /an http or https address/],
  "a homepage of 501 characters": [{ "homepage": `https://${"a".repeat(493)}` }, /an http or https address/],
  "a licence of two lines": [{ "licence": "a\r\nb" }, /"licence" must be one line/],
  "an agent of any version": [{ "agent": "*" }, /"agent" must be a version/],
  "a day for a moment": [{ "expires": "2027-01-31" }, /"expires" must be a moment/],
  "a moment of no zone": [{ "expires": "2027-01-31T12:00:00" }, /"expires" must be a moment/],
  "targets that are no list": [{ "targets": {} }, /"targets" must be a list/],
  "65 targets": [{ "targets": Array(65).fill({ os: "linux" }) }, /has 65 entries; at most 64 may be/],
  "a target that names nothing": [{ "targets.0": { colour: "blue" } }, /"targets\[0\]" names nothing/],
  "an os in capitals": [{ "targets.0.os": "Linux" }, /"targets\[0\].os" must be a word/],
  "versions of no distribution": [{ "targets.0.distribution": GONE }, /"targets\[0\]" has "versions" and no "distribution"/],
  "a range of bare operators": [{ "requires.0.versions": ">=" }, /"requires\[0\].versions" must be a range/],
  "a range with two spaces": [{ "requires.0.versions": ">=1  <2" }, /must be a range/],
  "a range of nine comparisons": [{ "requires.0.versions": Array(9).fill(">1").join(" ") }, /must be a range/],
  "a requirement without a name": [{ "requires.0.name": GONE }, /"requires\[0\].name" is missing/],
  "a command with a slash": [{ "bin.0.name": "a/b" }, /"bin\[0\].name" must be a command/],
  "a command that looks like an option": [{ "bin.0.name": "-f" }, /"bin\[0\].name" must be a command/],
  "a config file that is overwritten": [{ "config.0.changed": "overwrite" }, /must be one of "keep", "aside"/],
  "hooks in a list": [{ "hooks": [] }, /"hooks" must be an object/],
  "a hook without a deadline": [{ "hooks.check.deadlineSeconds": GONE }, /"hooks.check.deadlineSeconds" is missing/],
  "a hook of an hour and a second": [{ "hooks.check.deadlineSeconds": 3_601 }, /from 1 to 3600, not 3601/],
  "a hook that runs nothing": [{ "hooks.check.run": [] }, /"hooks.check.run" is an empty list/],
  "a hook that is a text": [{ "hooks.check.run": "true" }, /"hooks.check.run" must be a list/],
  "a script with arguments": [{ "hooks.check.run.1": "x" }, /has a shell, so "run" must be the script alone/],
  "a word with a NUL": [{ "hooks.postinstall.run.3": "a\0b" }, /without a NUL/],
  "a user that looks like an option": [{ "hooks.check.user": "-x" }, /must be a user's name/],
  "a shell of no path": [{ "hooks.check.shell": "sh" }, /must be an absolute path of the machine/],
  "a native package of an unknown kind": [{ "native.0.kind": "snap" }, /must be one of "deb"/],
  "a native package that looks like an option": [{ "native.0.package": "--root=x" }, /"native\[0\].package" must be/],
  "a native version with a space": [{ "native.0.version": "1 2" }, /"native\[0\].version" must be/],
  "arguments of a deb": [{ "native.0.arguments": ["-x"] }, /only an exe has "arguments"/],
  "a way to remove a deb": [{ "native.0.remove": ["/bin/true"] }, /only an exe or a pkg has "remove"/],
  "rollback as a word": [{ "rollback": "no" }, /"rollback" must be true or false/],
  "protected as a number": [{ "protected": 1 }, /"protected" must be true or false/],
  "a path that leads out": [{ "files.0.path": "../a" }, /"files\[0\].path" is "..\/a", which has the part ".."/],
  "a path that is a number": [{ "files.0.path": 1 }, /must be text/],
  "a negative size": [{ "files.0.size": -1 }, /"files\[0\].size" must be/],
  "a size of 2^53": [{ "files.0.size": 2 ** 53 }, /"files\[0\].size" must/],
  "a hash in capitals": [{ "files.0.sha256": HASH.toUpperCase() }, /64 hexadecimal digits/],
  "a setuid mode, Z-05": [{ "files.0.mode": "4755" }, /must be "0644" or "0755", not "4755"/],
  "a mode that is a number": [{ "files.0.mode": 493 }, /"files\[0\].mode"/],
  "a directory that leads out": [{ "directories": ["../d"] }, /"directories\[0\]" is/],
  "no files": [{ "files": GONE }, /"files" is missing/],
};

// deno-fmt-ignore
const SCHEMA_CANNOT_TELL: Readonly<Record<string, Row>> = {
  "the version current": [{ "version": "Current" }, /"version" must be a version/],
  "a homepage with half an address": [{ "homepage": "http://[" }, /an http or https address/],
  "half a character, D-10": [{ "title": "\ud800" }, /"title" must be one line/],
  "the 30th of February": [{ "expires": "2027-02-30T00:00:00Z" }, /"expires" must be a moment/],
  "a range of no version": [{ "requires.0.versions": ">=1..2" }, /has the part ">=1..2", which is no comparison/],
  "itself among its requirements": [{ "requires.0.name": "tool" }, /"requires" names the program itself/],
  "itself among its conflicts": [{ "conflicts.0.name": "tool" }, /"conflicts" names the program itself/],
  "a requirement twice": [{ "requires.1.name": "python" }, /"requires" names "python" twice/],
  "a command of a file that is not there": [{ "bin.0.path": "bin/none" }, /"bin\[0\].path" is "bin\/none", which is not among "files"/],
  "a command of a file that cannot be run": [{ "bin.0.path": "a" }, /whose mode is not 0755/],
  "two commands that differ by case": [{ "bin.1": { name: "TOOL", path: "bin/tool" } }, /has the command "tool" twice/],
  "a command that is a device, Z-09": [{ "bin.0.name": "con" }, /"bin\[0\].name" must be a command/],
  "a config file that is not there": [{ "config.0.path": "etc/none" }, /"config\[0\].path" is "etc\/none"/],
  "a config file twice": [{ "config.1.path": "etc/tool.conf" }, /"config" has "etc\/tool.conf" twice/],
  "a hook of a file that is not there": [{ "hooks.postinstall.run.0": "bin/none" }, /"hooks.postinstall.run\[0\]" is "bin\/none"/],
  "a hook of a file that cannot be run": [{ "hooks.postinstall.run.0": "a" }, /whose mode is not 0755/],
  "a hook that leads out": [{ "hooks.postinstall.run.0": "../x" }, /which has the part ".."/],
  "a hook that is a directory of the machine": [{ "hooks.postinstall.run.0": "/" }, /is no path of a program/],
  "an empty script": [{ "hooks.check.run": [" \n"] }, /"hooks.check" has an empty script/],
  "a native package that is not there": [{ "native.0.path": "none.deb" }, /"native\[0\].path" is "none.deb"/],
  "a deb of a name with spaces": [{ "native.0.package": "my tool" }, /which no deb can have/],
  "a native package twice": [{ "native.2": FULL.native[0] }, /"native" has the deb tool-bin twice/],
  "an exe removed by what is not there": [{ "native.1.remove": ["none.exe"] }, /"native\[1\].remove\[0\]" is "none.exe"/],
  "the agent without saying so": [{ name: "flottille-agent" }, /"self" is missing: "flottille-agent" is the agent itself/],
  "itself as the agent": [{ "self": { path: "bin/tool", deadlineSeconds: 9 } }, /"self" is only for the package "flottille-agent"/],
  "a file twice, Z-06": [{ "files.0.path": "bin/tool" }, /"bin\/tool" is there twice/],
  "a file below a file, Z-08": [{ "files.0.path": "bin/tool/x" }, /is a file and a directory/],
  "more than it may hold": [{ "files.0.size": 2 ** 40 }, /more than 1099511627776 bytes together/],
};

const OF_AGENT: Readonly<Record<string, Row>> = {
  "an agent that cannot be run": [
    { "files.0.mode": "0644" },
    /"self.path" is "flottille-agent", whose mode is not 0755/,
  ],
  "an agent that is not there": [
    { "self.path": "agent" },
    /"self.path" is "agent", which is not among "files"/,
  ],
};

/** All of them. */
export const BAD_MANIFESTS: readonly BadManifest[] = [
  ...badOf(SCHEMA_TELLS, FULL, true),
  ...badOf(SCHEMA_CANNOT_TELL, FULL, false),
  ...badOf(OF_AGENT, AGENT_UPDATE, false),
];

function badOf(
  rows: Readonly<Record<string, Row>>,
  good: Manifest,
  schemaTells: boolean,
): BadManifest[] {
  return Object.entries(rows).map(([what, [changes, says]]) => {
    const json = jsonOf(good);
    for (const [place, value] of Object.entries(changes)) {
      const keys = place.split(".");
      const last = keys.pop() ?? "";
      const at = keys.reduce<object>((one, key) => Reflect.get(one, key), json);
      if (value === GONE) Reflect.deleteProperty(at, last);
      else Reflect.set(at, last, value);
    }
    return { what, json, says, schemaTells };
  });
}
