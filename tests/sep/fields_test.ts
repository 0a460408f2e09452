/**
 * The kinds of argument, each at its edges.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  address,
  bytes,
  bytesOrNone,
  bytesUpTo,
  type Field,
  macs,
  names,
  oneOf,
  optional,
  orNone,
  text,
  u32,
  u64,
  whole,
} from "../../lib/sep/fields.ts";

/** Each kind, with what it reads and what it refuses. */
const KINDS: readonly {
  readonly name: string;
  readonly field: Field<unknown>;
  readonly reads: readonly string[];
  readonly refuses: readonly string[];
}[] = [
  {
    name: "u32 reads 32 bits and never rounds, D-12",
    field: u32,
    reads: ["0", "1", "2147483647", "2147483648", "4294967295"],
    refuses: ["4294967296", "9007199254740993", "18446744073709551615"],
  },
  {
    name: "u64 reads 64 bits and never rounds, D-12",
    field: u64,
    reads: [
      "0",
      "4294967296",
      "9007199254740991",
      "9007199254740992",
      "9007199254740993",
      "18446744073709551615",
    ],
    refuses: ["18446744073709551616", "99999999999999999999", "1".repeat(21)],
  },
  {
    name: "whole reads up to its limit, D-12",
    field: whole(Number.MAX_SAFE_INTEGER),
    reads: ["0", "9007199254740991"],
    refuses: ["9007199254740992", "18446744073709551615"],
  },
  {
    name: "Numbers have one spelling, D-11",
    field: u64,
    reads: [],
    refuses: ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "१"],
  },
  {
    name: "bytes has exactly its length and one spelling, D-11",
    field: bytes(2),
    reads: ["AAA", "__8", "-_8"],
    refuses: ["", "AA", "AAAA", "AAA=", "AAB", "//8", "A AA", "é"],
  },
  {
    name: "bytesOrNone may be empty",
    field: bytesOrNone(2),
    reads: ["", "AAA"],
    refuses: ["AA", "AAAA"],
  },
  {
    name: "bytesUpTo has at most its length",
    field: bytesUpTo(2),
    reads: ["", "AA", "AAA"],
    refuses: ["AAAA", "A"],
  },
  {
    name: "text counts bytes of UTF-8, D-10",
    field: text(1, 4),
    reads: ["a", "abcd", "éé", "🖊"],
    refuses: ["", "abcde", "ééé", "🖊a"],
  },
  {
    name: "text holds no control character, D-10",
    field: text(0, 16),
    reads: ["", "a b", "\u00a0"],
    refuses: ["a\0", "\n", "\r\n", "\t", "\x1b[31m", "\x7f", "\x80", "\x9b"],
  },
  {
    name: "oneOf reads its words",
    field: oneOf("envoie", "inchange"),
    reads: ["envoie", "inchange"],
    refuses: ["", "Envoie", "envoie ", "constructor"],
  },
  {
    name: "address reads IPv4 in its usual form, and a port",
    field: address,
    reads: ["0.0.0.0:1", "255.255.255.255:65535", "192.0.2.1:2013"],
    refuses: [
      ...["", "192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536"],
      ...["192.0.2.1:02013", "192.0.2.256:1", "192.0.2:1", "192.0.2.1.1:1"],
      ...["01.0.0.1:1", "0x7f.0.0.1:1", "a.b.c.d:1", "[::1]:1", "1.2.3.4:5:6"],
    ],
  },
  {
    name: "names reads up to eight, each once",
    field: names,
    reads: ["npm", "npm,pip", "a,b,c,d,e,f,g,h", "abcdefghijklmnop"],
    refuses: ["", ",", "npm,", "npm,npm", "Npm", "n m", "1pm", "../npm"],
  },
  {
    name: "macs reads up to eight, N-07",
    field: macs,
    reads: [
      "",
      "02:00:00:00:00:01",
      Array.from({ length: 8 }, () => "ff:ff:ff:ff:ff:ff").join(","),
    ],
    refuses: [
      ...[",", "02:00:00:00:00:01,", "02:00:00:00:00", "02-00-00-00-00-01"],
      ...["0A:00:00:00:00:01", "02:00:00:00:00:01, 02:00:00:00:00:02"],
      Array.from({ length: 9 }, () => "ff:ff:ff:ff:ff:ff").join(","),
    ],
  },
  {
    name: "orNone may be empty",
    field: orNone(u32),
    reads: ["", "7"],
    refuses: ["x"],
  },
  {
    name: "optional may not be empty: it is left out",
    field: optional(u32),
    reads: ["7"],
    refuses: ["", "x"],
  },
];

for (const { name, field, reads, refuses } of KINDS) {
  Deno.test(name, () => {
    for (const written of reads) {
      const value = field.parse(written);
      assertEquals(value === undefined, false, written);
      assertEquals(field.print(value), written);
    }
    for (const written of refuses) {
      assertEquals(field.parse(written), undefined, written);
    }
  });
}

Deno.test("u64 keeps every number of 64 bits as it is, D-12", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      assertEquals(u64.parse(u64.print(value)), value);
    }),
  );
});
