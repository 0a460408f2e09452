/**
 * Program lists for tests/vectors/peo_lists.json: such as a reader must take,
 * and such as break one rule each of docs/protocol.md, "B.peo".
 *
 * @module
 */

import { hex, utf8 } from "../wire/bytes.ts";
import {
  document,
  fault,
  line,
  metadata,
  named,
  properties,
} from "./peo_parts.ts";

const ACCEPTED: Record<string, string> = {
  "no program": document([]),
  "one program": document([line()]),
  "programs of two sources": document([
    line(),
    line({
      properties: properties("npm"),
    }),
  ]),
  "no version sorts before any": document([
    line({ version: undefined, purl: "pkg:generic/editor" }),
    line(),
  ]),
  "no architecture sorts before any": document([
    line(),
    line({ properties: properties("dpkg", { architecture: "amd64" }) }),
  ]),
  "compared by UTF-16 units": document([named("\u{1f600}"), named("\uffee")]),
  "every field": document([
    line({
      supplier: { name: "Someone" },
      licenses: [{ expression: "MIT" }],
      properties: properties("npm", {
        architecture: "all",
        source_package: "source",
        source_version: "1",
        installed: "2026-02-28T23:59:59Z",
        bytes: "9007199254740991",
      }),
    }),
  ]),
  "fields that nobody knows": document([
    line({ more: { deep: [[[{}]]] }, cpe: null }),
  ], { serialNumber: 7 }),
  "white space within a line": document([
    line().replaceAll('":', '" :\t'),
  ]),
  "a field twice counts as given last": document([
    line().replace('"name":"editor"', '"name":"","name":"editor"'),
  ]),
  "a supplier without a name": document([line({ supplier: {} })]),
  "a supplier that is no object": document([line({ supplier: "Someone" })]),
  "a licence by its identifier": document([
    line({ licenses: [{ license: { id: "MIT" } }] }),
  ]),
  "licences that are null": document([line({ licenses: null })]),
  "two licences": document([
    line({ licenses: [{ expression: "MIT" }, { expression: "ISC" }] }),
  ]),
  "metadata that is no object": document([line()], { metadata: "none" }),
  "no metadata": document([line()], { metadata: undefined }),
  "a machine that makes no sense": document([line()], {
    metadata: { component: { components: 7 } },
  }),
  "a fault's sentence of 512 characters": document(
    [line()],
    metadata([fault("x".repeat(512)), fault("again")]),
  ),
  "a purl of 2,048 characters": document([
    line({ purl: `pkg:${"x".repeat(2_044)}` }),
  ]),
  "a name of 255 characters": document([named("x".repeat(255))]),
  "32 properties": document([
    line({
      properties: [
        ...properties("dpkg"),
        ...Array.from({ length: 31 }, (_, at) => ({
          ...{ name: `other:${at}`, value: "" },
        })),
      ],
    }),
  ]),
};

const good = document([line()]);

const REFUSED: Record<string, string> = {
  "nothing": "",
  "not JSON": "editor 1.0\n",
  "a byte order mark": `\ufeff${good}`,
  "no newline at the end": good.slice(0, -1),
  "a newline too many": `${good}\n`,
  "a program behind the end": `${good}${line()}\n`,
  "carriage returns": good.replaceAll("\n", "\r\n"),
  "a carriage return as white space": good.replace('"name":', '"name":\r'),
  "a carriage return as white space in the head": good.replace(
    '"version":',
    '"version":\r',
  ),
  "no end": document([line()], {}, ""),
  "an end on the line of a program": good.replace("\n]}", "]}"),
  "white space beside the end": good.replace("\n]}", "\n ]}"),
  "white space behind a comma": document([line(), named("z")]).replace(
    "},\n",
    "}, \n",
  ),
  "white space in the head's end": good.replace(
    '"components":[',
    '"components": [',
  ),
  "a comma before the end": good.replace("\n]}", ",\n]}"),
  "no comma between two": document([line(), named("z")]).replace(
    "},\n",
    "}\n",
  ),
  "two programs on a line": document([`${line()},${named("z")}`]),
  "a program on two lines": good.replace(
    '"version":"1.0"',
    '"version":\n"1.0"',
  ),
  "components, and no end of the head": good.replace('"components":[\n', ""),
  "another format": good.replace("CycloneDX", "SPDX"),
  "a line that is an array": document([`[${line()}]`]),
  "a line that is null": document(["null"]),
  "no name": document([line({ name: undefined })]),
  "a name of null": document([line({ name: null })]),
  "an empty name": document([line({ name: "" })]),
  "a name of 256 characters": document([named("x".repeat(256))]),
  "a name with a control character": document([named("a\u0007b")]),
  "a name with a C1 control character": document([named("a\u0085b")]),
  "a name that turns its direction": document([named("a\u202eb")]),
  "a name with an invisible mark": document([named("a\ufeffb")]),
  "a name with a lone surrogate": document([
    line().replace('"editor"', '"\\ud800"'),
  ]),
  "an empty version": document([line({ version: "" })]),
  "a version of null": document([line({ version: null })]),
  "a version of 1": document([line({ version: 1 })]),
  "no purl": document([line({ purl: undefined })]),
  "a purl that is none": document([line({ purl: "cpe:/a:editor" })]),
  "a purl of 2,049 characters": document([
    line({ purl: `pkg:${"x".repeat(2_045)}` }),
  ]),
  "no properties": document([line({ properties: undefined })]),
  "properties of null": document([line({ properties: null })]),
  "properties by name": document([
    line({ properties: { "flottille:source": "dpkg" } }),
  ]),
  "no source": document([line({ properties: [] })]),
  "an empty source": document([line({ properties: properties("") })]),
  "a source twice": document([
    line({ properties: [...properties("dpkg"), ...properties("dpkg")] }),
  ]),
  "another tool's property twice": document([
    line({
      properties: [
        ...properties("dpkg"),
        ...["a", "b"].map((value) => ({ name: "other", value })),
      ],
    }),
  ]),
  "a property without a text": document([
    line({ properties: [...properties("dpkg"), { name: "other" }] }),
  ]),
  "a property of 7": document([
    line({ properties: [...properties("dpkg"), { name: "other", value: 7 }] }),
  ]),
  "33 properties": document([
    line({
      properties: [
        ...properties("dpkg"),
        ...Array.from({ length: 32 }, (_, at) => ({
          ...{ name: `other:${at}`, value: "" },
        })),
      ],
    }),
  ]),
  "an empty architecture": document([
    line({ properties: properties("dpkg", { architecture: "" }) }),
  ]),
  "a supplier's name of null": document([line({ supplier: { name: null } })]),
  "an empty supplier": document([line({ supplier: { name: "" } })]),
  "a licence's name of 7": document([
    line({ licenses: [{ license: { name: 7 } }] }),
  ]),
  "an empty source package": document([
    line({ properties: properties("dpkg", { source_package: "" }) }),
  ]),
  "another version of the format": good.replace('"1.6"', '"1.5"'),
  "an expression of null": document([
    line({ licenses: [{ expression: null }] }),
  ]),
  "an expression of null beside a name": document([
    line({ licenses: [{ expression: null, license: { name: "MIT" } }] }),
  ]),
  ...Object.fromEntries(
    [
      "2026-02-30T00:00:00Z",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:00:60Z",
      "2026-01-01T00:00:00+00:00",
      "2026-01-01T00:00:00.000Z",
      "2026-01-01",
      "1969-12-31T23:59:59Z",
      "",
    ].map((installed) => [
      `installed at "${installed}"`,
      document([line({ properties: properties("dpkg", { installed }) })]),
    ]),
  ),
  ...Object.fromEntries(
    ["01", "-1", "1.5", "1e3", "9007199254740992", ""].map((bytes) => [
      `"${bytes}" bytes`,
      document([line({ properties: properties("dpkg", { bytes }) })]),
    ]),
  ),
  "out of order by name": document([named("z"), line()]),
  "out of order by source": document([
    line({ properties: properties("npm") }),
    line(),
  ]),
  "out of order by version": document([line({ version: "2" }), line()]),
  "out of order by architecture": document([
    line({ properties: properties("dpkg", { architecture: "b" }) }),
    line({ properties: properties("dpkg", { architecture: "a" }) }),
  ]),
  "a program twice": document([line(), line({ purl: "pkg:other/editor" })]),
  "a line of 16,385 bytes": document([
    line({ more: "x".repeat(16_385 - line({ more: "" }).length) }),
  ]),
  "the head's properties of null": document([line()], metadata(null)),
  "a fault without a sentence": document([line()], metadata([fault("")])),
  "a fault's sentence of 513 characters": document(
    [line()],
    metadata([fault("x".repeat(513))]),
  ),
  "a fault without a source": document(
    [line()],
    metadata([fault("why", "flottille:fault:")]),
  ),
  "65 faults": document(
    [line()],
    metadata(Array.from({ length: 65 }, () => fault("why"))),
  ),
};

const rows = (lists: Record<string, string>) =>
  Object.entries(lists).map(([name, text]) => ({ name, hex: hex(utf8(text)) }));

/** Bytes that no text has. */
const NOT_UTF8 = hex(utf8(good)).replace(
  hex(utf8("editor")),
  `${hex(utf8("edit"))}ff${hex(utf8("r"))}`,
);

export function peoLists() {
  return {
    about:
      'Program lists, whole, in hexadecimal (UTF-8, line by line). `accepted`: lists that a reader must take. `refused`: each breaks the one rule of docs/protocol.md, "B.peo: a program list", that its name tells; a server answers [rate{package}] and keeps the list it had.',
    accepted: rows(ACCEPTED),
    refused: [...rows(REFUSED), { name: "not UTF-8", hex: NOT_UTF8 }],
  };
}
