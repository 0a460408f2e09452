/** The document: valid CycloneDX 1.6, and the same bytes for equal machines. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  buildDocument,
  digestOf,
  documentLines,
  type ListContent,
} from "../../lib/peo/document.ts";
import {
  boundedFaults,
  DOCUMENT_FAULTS_MAX,
  FaultList,
} from "../../lib/peo/faults.ts";
import { parseList } from "../../lib/peo/parse.ts";
import {
  compareListed,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "../../lib/peo/program.ts";
import { cyclonedxFaults } from "./cyclonedx_schema.ts";
import {
  LISTED_FAULT,
  LISTED_PROGRAMS,
  longestProgram,
} from "./listed_arbitrary.ts";
import { valueOf } from "./unwrap.ts";

const MACHINE = {
  system: "linux",
  architecture: "x86_64",
  distribution: { id: "debian", version: "12" },
};

const EDITOR: ListedProgram = {
  name: "editor",
  version: "",
  purl: "pkg:generic/editor",
  source: "flottille",
};

const CURL: ListedProgram = {
  name: "libcurl4",
  version: "7.88.1-10+deb12u8",
  purl: "pkg:deb/debian/libcurl4@7.88.1-10+deb12u8?arch=amd64&distro=debian-12",
  source: "dpkg",
  architecture: "amd64",
  supplier: "Alessandro Ghedini",
  sourcePackage: "curl",
  sourceVersion: "7.88.1-10",
  installedAtS: 1_795_410_000,
  sizeBytes: 843_776,
};

const SEMVER: ListedProgram = {
  name: "semver",
  version: "7.6.0",
  purl: "pkg:npm/semver@7.6.0",
  source: "npm",
  licence: "ISC",
};

// deno-fmt-ignore
const WORKED_EXAMPLE =
  '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json",' +
  '"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":' +
  '{"lifecycles":[{"phase":"operations"}],"component":{"type":"device",' +
  '"name":"computer","properties":' +
  '[{"name":"flottille:system","value":"linux"},' +
  '{"name":"flottille:architecture","value":"x86_64"}],"components":' +
  '[{"type":"operating-system","name":"debian","version":"12"}]},' +
  '"properties":[{"name":"flottille:fault:rpm","value":"It is cut off"}]},' +
  '"components":[\n' +
  '{"type":"application","supplier":{"name":"Alessandro Ghedini"},' +
  '"name":"libcurl4","version":"7.88.1-10+deb12u8","purl":' +
  '"pkg:deb/debian/libcurl4@7.88.1-10+deb12u8?arch=amd64&distro=debian-12",' +
  '"properties":[{"name":"flottille:source","value":"dpkg"},' +
  '{"name":"flottille:architecture","value":"amd64"},' +
  '{"name":"flottille:source_package","value":"curl"},' +
  '{"name":"flottille:source_version","value":"7.88.1-10"},' +
  '{"name":"flottille:installed","value":"2026-11-23T05:00:00Z"},' +
  '{"name":"flottille:bytes","value":"843776"}]},\n' +
  '{"type":"application","name":"editor","purl":"pkg:generic/editor",' +
  '"properties":[{"name":"flottille:source","value":"flottille"}]},\n' +
  '{"type":"library","name":"semver","version":"7.6.0",' +
  '"licenses":[{"expression":"ISC"}],"purl":"pkg:npm/semver@7.6.0",' +
  '"properties":[{"name":"flottille:source","value":"npm"}]}\n]}\n';

Deno.test("buildDocument writes the worked example", async () => {
  const document = buildDocument({
    machine: MACHINE,
    programs: [SEMVER, EDITOR, CURL],
    faults: [{ source: "rpm", error: "It is cut off" }],
  });
  assertEquals(new TextDecoder().decode(document), WORKED_EXAMPLE);
  assertEquals(await cyclonedxFaults(document), null);
});

Deno.test("buildDocument writes the example of the protocol's page", async () => {
  const page = await Deno.readTextFile(
    new URL("../../docs/protocol.md", import.meta.url),
  );
  const [, example = ""] = /```text\n(\{"\$schema"[^`]*)```/.exec(page) ?? [];
  const { programs, faults } = valueOf(
    parseList(new TextEncoder().encode(example)),
  );
  assertEquals(programs.length, 3);
  const document = build(programs, [...faults]);
  assertEquals(new TextDecoder().decode(document), example);
  assertEquals(await cyclonedxFaults(document), null);
});

Deno.test("buildDocument writes an empty list, S-17", async () => {
  const document = build([], []);
  assertEquals(JSON.parse(new TextDecoder().decode(document)).components, []);
  assertEquals(await cyclonedxFaults(document), null);
  assertEquals(parseList(document), {
    ok: true,
    value: {
      programs: [],
      faults: [],
      distribution: MACHINE.distribution,
      rebootFor: "",
    },
  });
});

Deno.test("cyclonedxFaults refuses what is not CycloneDX", async () => {
  const wrong = WORKED_EXAMPLE.replace('"application"', '"programme"');
  const faults = await cyclonedxFaults(new TextEncoder().encode(wrong));
  assertNotEquals(faults, null);
});

Deno.test("buildDocument is valid CycloneDX 1.6 for every list", async () => {
  await fc.assert(fc.asyncProperty(
    LISTED_PROGRAMS,
    fc.array(LISTED_FAULT, { maxLength: 4 }),
    async (programs, faults) => {
      assertEquals(await cyclonedxFaults(build(programs, faults)), null);
    },
  ));
});

Deno.test("buildDocument gives the same bytes in whatever order", () => {
  fc.assert(fc.property(
    LISTED_PROGRAMS.chain((programs) =>
      fc.tuple(
        fc.constant(programs),
        fc.shuffledSubarray(programs, {
          minLength: programs.length,
          maxLength: programs.length,
        }),
      )
    ),
    ([programs, shuffled]) => {
      assertEquals(build(shuffled, []), build(programs, []));
    },
  ));
});

Deno.test("parseList reads back what buildDocument wrote", () => {
  fc.assert(fc.property(
    LISTED_PROGRAMS,
    fc.array(LISTED_FAULT, { maxLength: 4 }),
    (programs, faults) => {
      assertEquals(parseList(build(programs, faults)), {
        ok: true,
        value: {
          programs: programs.toSorted(compareListed),
          faults,
          distribution: MACHINE.distribution,
          rebootFor: "",
        },
      });
    },
  ));
});

Deno.test("documentLines gives whole lines, and digestOf their hash and size", () => {
  const programs = Array.from({ length: 1_000 }, (_, index) => ({
    ...CURL,
    name: `program-${String(index).padStart(4, "0")}`,
  }));
  const content = { machine: MACHINE, programs, faults: [] };
  const pieces = [...documentLines(content)];
  assert(pieces.length > 5, `${pieces.length} pieces`);
  for (const piece of pieces) assertEquals(piece.at(-1), 0x0a);
  const whole = buildDocument(content);
  assertEquals(digestOf(pieces), {
    sha256: createHash("sha256").update(whole).digest("hex"),
    size: whole.length,
  });
});

Deno.test("buildDocument keeps within the limits of a line, S-17", () => {
  const errors = new FaultList("dpkg");
  for (let index = 0; index < 100; index++) errors.add("\u{20ac}".repeat(600));
  const faults = Array.from(
    { length: 20 },
    (_, index) =>
      errors.all().map((fault) => ({ ...fault, source: `source-${index}` })),
  ).flat();
  const document = build([longestProgram()], faults);
  const [head = "", line = ""] = new TextDecoder().decode(document).split("\n");
  assert(new TextEncoder().encode(head).length <= LIST_LIMITS.headBytesMax);
  assert(new TextEncoder().encode(line).length <= LIST_LIMITS.lineBytesMax);
  const read = valueOf(parseList(document));
  assertEquals(read.programs, [longestProgram()]);
  assertEquals(read.faults, boundedFaults(faults));
});

Deno.test("boundedFaults keeps the first of every source and counts the others", () => {
  const faults = Array.from(
    { length: 20 },
    (_, source) =>
      Array.from({ length: 16 }, (_, index) => ({
        source: `source-${source}`,
        error: `${index}`.padEnd(LIST_LIMITS.faultLengthMax, "x"),
      })),
  ).flat();
  const kept = boundedFaults(faults);
  assert(kept.length <= DOCUMENT_FAULTS_MAX);
  assertEquals(new Set(kept.map(({ source }) => source)).size, 21);
  assertEquals(kept.at(-1), {
    source: "list",
    error: "300 more faults are not told",
  });
  assertEquals(boundedFaults(faults.slice(0, 3)), faults.slice(0, 3));
});

function build(programs: ListedProgram[], faults: ListFault[]) {
  const content: ListContent = { machine: MACHINE, programs, faults };
  return buildDocument(content);
}
