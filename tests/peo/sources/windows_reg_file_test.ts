/** Files of the registry editor, and the programs in them: on files of their form. */

import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { genericPurl } from "../../../lib/peo/purl.ts";
import { readRegFile } from "../../../lib/peo/sources/windows_reg_file.ts";
import { uninstallEntriesOf } from "../../../lib/peo/sources/windows_uninstall.ts";
import { anyText } from "./library_context.ts";
import { file, RECORDED, UNINSTALL, utf16 } from "./windows_kit.ts";

Deno.test("uninstallEntriesOf tells name, version, publisher, day and size", async () => {
  assertEquals(await entriesIn("seven_64.reg"), [
    {
      name: "Git version 2.12.2.2",
      version: "2.12.2.2",
      supplier: "The Git Development Community",
      installedAtS: Date.UTC(2017, 4, 2) / 1_000,
      sizeBytes: 0x353f6 * 1_024,
    },
    {
      name: "Strawberry Perl (64-bit)",
      version: "5.24.1",
      supplier: "strawberryperl.com project",
      installedAtS: Date.UTC(2017, 5, 22) / 1_000,
      sizeBytes: 0x6f6dd * 1_024,
    },
    {
      name: "Mozilla Firefox 57.0.2 (fr)",
      version: "57.0.2",
      supplier: "Mozilla",
      installedAtS: undefined,
      sizeBytes: 0x1fe81 * 1_024,
    },
  ]);
});

Deno.test("uninstallEntriesOf reads names that no code page of ours has", async () => {
  const entries = await entriesIn("ten_russian.reg");
  assertEquals(
    entries.map(({ name, version, supplier }) => [name, version, supplier]),
    [
      ["КриптоПро CSP", "5.0.12000", "Компания КриптоПро"],
      ["1C Предприятие 7.7", "77.27", undefined],
    ],
  );
});

Deno.test("uninstallEntriesOf leaves out parts, updates and entries without a name", async () => {
  const { keys } = readRegFile(await Deno.readFile(`${RECORDED}xp_32.reg`));
  assertEquals(keys.map(({ path }) => path.slice(UNINSTALL.length + 1)), [
    "",
    "AddressBook",
    "Connection Manager",
    "KB2079403",
    "KB968930",
    "KB969084",
    "PuTTY_is1",
  ]);
  assertEquals(uninstallEntriesOf(keys).map(({ name }) => name), [
    "PuTTY version 0.58",
  ]);
});

Deno.test("uninstallEntriesOf takes a day for a day and nothing else", () => {
  const cases: readonly [string, number | undefined][] = [
    ["20240229", Date.UTC(2024, 1, 29) / 1_000],
    ["20230229", undefined],
    ["20241301", undefined],
    ["01/02/2024", undefined],
    ["2024-01-02", undefined],
    ["20240101x", undefined],
    ["", undefined],
  ];
  for (const [day, expected] of cases) {
    const [entry] = uninstallEntriesOf(keysOf(`"InstallDate"="${day}"`));
    assertEquals(entry?.installedAtS, expected, day);
  }
});

Deno.test("readRegFile reads escapes, texts over lines, lists and long values", () => {
  const { keys, problem } = readRegFile(utf16(file(
    '"A"="C:\\\\x \\"y\\" \\\\"',
    '"two',
    'lines"="one\r\ntwo"',
    '"Wide"=hex(2):25,00,41,00,\\',
    "  25,00,00,00",
    '"List"=hex(7):61,00,00,00,62,00,\\',
    "  00,00,00,00",
    '"Number"=dword:0000001f',
    '"Binary"=hex:00,01',
    '"Long"=hex(b):00,00,00,00,00,00,00,00',
    '@="own"',
  )));
  assertEquals(problem, null);
  assertEquals(Object.fromEntries(keys[0]?.values ?? []), {
    "a": 'C:\\x "y" \\',
    "two\r\nlines": "one\r\ntwo",
    "wide": "%A%",
    "list": ["a", "b"],
    "number": 31,
    "": "own",
  });
});

Deno.test("readRegFile gives what can be read of a broken file, and says where it breaks", () => {
  const good = file('"DisplayName"="good"');
  const cases: readonly [string, number, RegExp | null][] = [
    // the file; keys that are read; the problem
    [good, 1, null],
    [`${good}"Cut"="off`, 1, /line 5 begins a text that does not end/],
    [
      `${good}rubbish\r\n${good.slice(good.indexOf("["))}`,
      2,
      /line 5 is neither/,
    ],
    [`${good}[HKEY_`, 1, /begins a key that does not end/],
    [`${good}"Nothing"\r\n[A\\B]\r\n`, 2, /line 5 has no value/],
    [`${good}"Odd"=dword:xyz\r\n"Odd"=hex(2):4\r\n`, 1, null],
    ["REGEDIT4\r\n", 0, /not a registry file of version 5.00/],
    ["", 0, /not a registry file/],
  ];
  for (const [text, count, expected] of cases) {
    const { keys, problem } = readRegFile(utf16(text));
    assertEquals(keys.length, count, text);
    if (expected === null) assertEquals(problem, null, text);
    else assertMatch(problem ?? "", expected);
  }
});

Deno.test("readRegFile throws for no bytes at all, nor for any cut of a file (S-17)", async () => {
  const real = await Deno.readFile(`${RECORDED}ten_russian.reg`);
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((bytes) =>
        Uint8Array.from([...utf16(file("")), ...bytes])
      ),
      anyText().map((text) => utf16(file(text))),
      fc.tuple(fc.nat(real.length), fc.nat(real.length - 1), fc.nat(255))
        .map(([length, at, byte]) => {
          const bytes = real.slice(0, length);
          if (at < length) bytes[at] = byte;
          return bytes;
        }),
    ),
    (bytes) => {
      for (const each of uninstallEntriesOf(readRegFile(bytes).keys)) {
        genericPurl(each.name, each.version);
      }
    },
  ));
});

async function entriesIn(name: string) {
  const { keys, problem } = readRegFile(await Deno.readFile(RECORDED + name));
  assertEquals(problem, null);
  return uninstallEntriesOf(keys);
}

function keysOf(...lines: string[]) {
  return readRegFile(utf16(file('"DisplayName"="x"', ...lines))).keys;
}
