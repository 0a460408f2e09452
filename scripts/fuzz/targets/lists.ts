/**
 * `B.peo` as a server reads it: in pieces of any size the same as in one, and
 * what is taken keeps every limit of a list and can be written again.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { buildDocument } from "../../../lib/peo/document.ts";
import { DOCUMENT_FAULTS_MAX } from "../../../lib/peo/faults.ts";
import { type ParsedList, parseList } from "../../../lib/peo/parse.ts";
import {
  compareListed,
  isListable,
  LIST_LIMITS,
  type ListedProgram,
} from "../../../lib/peo/program.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { listText, readInPieces } from "../../../tests/peo/list_kit.ts";
import { absurd, type Json } from "../absurd_json.ts";
import { byteProbe } from "../byte_probe.ts";
import type { Chance } from "../chance.ts";
import { demand, type Target } from "../target.ts";
import { demandSentence } from "./signed.ts";

const MACHINE = {
  system: "linux",
  architecture: "x86_64",
  distribution: { id: "debian", version: "12" },
};

const PROGRAMS: readonly ListedProgram[] = [
  {
    name: "bash",
    version: "5.2.15-2+b7",
    purl: "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12",
    source: "dpkg",
    architecture: "amd64",
    supplier: "Matthias Klose",
    licence: "GPL-3.0-or-later",
    sourcePackage: "bash",
    sourceVersion: "5.2.15-2",
    installedAtS: 1_764_000_000,
    sizeBytes: 7_164_928,
  },
  {
    name: "editor",
    version: "2.1",
    purl: "pkg:generic/editor@2.1",
    source: "flottille",
  },
  {
    name: "left-pad",
    version: "1.3.0",
    purl: "pkg:npm/left-pad@1.3.0",
    source: "npm",
    licence: "WTFPL",
  },
];

const FAULTS = [{ source: "rpm", error: "Its database cannot be read" }];

const SAMPLES = [
  buildDocument({ machine: MACHINE, programs: PROGRAMS, faults: FAULTS }),
  buildDocument({ machine: MACHINE, programs: PROGRAMS, faults: [] }),
  buildDocument({ machine: MACHINE, programs: [], faults: [] }),
];

const TOKENS = [
  ...'{ } [ ] , : " \\ null 1 \\u0022 \\ud800 \n ,\n ]}\n'.split(" "),
  ...['"name":"a",', '"properties":[', '{"name":"x","value":"y"},', "\n\n"],
].map(utf8);

/** Lines of the samples, as values. */
const COMPONENTS = new TextDecoder().decode(SAMPLES[0]).split("\n").slice(1, 4)
  .map((line): Json => JSON.parse(line.replace(/,$/, "")));
const METADATA = (JSON.parse(new TextDecoder().decode(SAMPLES[0])) as {
  readonly metadata: Json;
}).metadata;

function someList(chance: Chance): Uint8Array {
  const components = COMPONENTS.map((one) =>
    chance.oneIn(3) ? absurd(one, chance) : one
  );
  if (chance.oneIn(8)) components.push(chance.pick(COMPONENTS));
  if (chance.oneIn(8)) components.reverse();
  const metadata = chance.oneIn(3) ? absurd(METADATA, chance) : METADATA;
  return utf8(listText(components, metadata));
}

function check(bytes: Uint8Array): string {
  const whole = parseList(bytes);
  // Sizes that follow from the bytes: the same again for the same input.
  let turn = bytes.length;
  const inPieces = readInPieces(bytes, () => 1 + (turn = turn * 7 + 3 & 0x1ff));
  // A fault may be found in one piece before the limit is seen in the other.
  assertEquals(inPieces.ok, whole.ok);
  if (!whole.ok) {
    demandSentence(whole.fault);
    return /program \d|in it twice/.test(whole.fault) ? "misfit" : "refused";
  }
  assertEquals(inPieces, whole);
  demandLawful(whole.value);
  return whole.value.programs.length === 0 ? "taken, empty" : "taken";
}

function demandLawful({ programs, faults }: ParsedList): void {
  demand(faults.length <= DOCUMENT_FAULTS_MAX, "Too many faults");
  for (const { source, error } of faults) {
    demand(isListable(source) && isListable(error, 512), "A bad fault");
  }
  for (const [index, program] of programs.entries()) {
    const { name, version, purl, source } = program;
    const isGood = isListable(name) && isListable(source) &&
      (version === "" || isListable(version)) &&
      isListable(purl, LIST_LIMITS.purlLengthMax);
    demand(isGood, `A program with a bad text: ${JSON.stringify(program)}`);
    const before = programs[index - 1];
    demand(
      before === undefined || compareListed(before, program) < 0,
      "Programs out of order",
    );
  }
  // Of many faults only some are written again.
  const some = faults.slice(0, LIST_LIMITS.faultsMax);
  const document = { machine: MACHINE, programs, faults: some };
  const again = parseList(
    buildDocument(document),
  );
  demand(again.ok, "What was read cannot be written");
  assertEquals(again.value.programs, programs);
  assertEquals(again.value.faults, some);
}

/** The target of program lists. */
export const LIST_TARGETS: readonly Target[] = [{
  name: "list",
  about: "a program list is the same in any pieces, and keeps its limits, S-17",
  ends: ["refused", "misfit", "taken", "taken, empty"],
  open: () =>
    Promise.resolve(byteProbe({
      samples: SAMPLES,
      tokens: TOKENS,
      bytesMax: 16_384,
      bytesMost: 1_048_576,
      compose: someList,
      check,
    })),
}];
