/** The document: valid CycloneDX 1.6, and the same bytes for equal machines. */

import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { buildDocument, type ListContent } from "../../lib/peo/document.ts";
import { parseList } from "../../lib/peo/parse.ts";
import {
  compareListed,
  type ListedProgram,
  type ListFault,
} from "../../lib/peo/program.ts";
import { cyclonedxFaults } from "./cyclonedx_schema.ts";
import { LISTED_FAULT, LISTED_PROGRAMS } from "./listed_arbitrary.ts";

const MACHINE = {
  system: "linux",
  architecture: "x86_64",
  distribution: { id: "debian", version: "12" },
};

const EDITOR = {
  name: "editor",
  version: "1.0",
  purl: "pkg:generic/editor@1.0",
  source: "flottille",
};

const BASH = {
  name: "bash",
  version: "5.2.15-2+b7",
  purl: "pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12",
  source: "dpkg",
  architecture: "amd64",
};

// deno-fmt-ignore
const WORKED_EXAMPLE =
  '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json",' +
  '"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":' +
  '{"lifecycles":[{"phase":"operations"}],"component":{"type":' +
  '"operating-system","name":"debian","version":"12","properties":' +
  '[{"name":"flottille:system","value":"linux"},' +
  '{"name":"flottille:architecture","value":"x86_64"}]},"properties":' +
  '[{"name":"flottille:fault:dpkg","value":"It is cut off"}]},"components":[\n' +
  '{"type":"application","name":"bash","version":"5.2.15-2+b7","purl":' +
  '"pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12",' +
  '"properties":[{"name":"flottille:source","value":"dpkg"},' +
  '{"name":"flottille:architecture","value":"amd64"}]},\n' +
  '{"type":"application","name":"editor","version":"1.0","purl":' +
  '"pkg:generic/editor@1.0","properties":' +
  '[{"name":"flottille:source","value":"flottille"}]}\n]}\n';

Deno.test("buildDocument writes the worked example", () => {
  assertEquals(
    text({
      machine: MACHINE,
      programs: [EDITOR, BASH],
      faults: [{ source: "dpkg", error: "It is cut off" }],
    }),
    WORKED_EXAMPLE,
  );
});

Deno.test("buildDocument writes an empty list, S-17", async () => {
  const document = build([], []);
  assertEquals(JSON.parse(new TextDecoder().decode(document)).components, []);
  assertEquals(await cyclonedxFaults(document), null);
  assertEquals(parseList(document), {
    ok: true,
    value: { programs: [], faults: [], distribution: MACHINE.distribution },
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
        },
      });
    },
  ));
});

function build(programs: ListedProgram[], faults: ListFault[]) {
  return buildDocument({ machine: MACHINE, programs, faults });
}

function text(content: ListContent): string {
  return new TextDecoder().decode(buildDocument(content));
}
