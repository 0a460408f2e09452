/**
 * Lists that are not taken: the one before stays whatever comes, its document
 * and what the store knows of it, and the reason is told (S-17).
 */

import { assert, assertEquals } from "@std/assert";
import { LIST_LIMITS } from "../../../lib/peo/program.ts";
import { LIST_BYTES_MAX } from "../../../lib/sip/limits.ts";
import { concat, utf8 } from "../../../lib/trust/bytes.ts";
import { keyOf } from "../examples.ts";
import {
  ada,
  documentOf,
  pack,
  send,
  type Sent,
  sentOf,
  stranger,
  testLists,
} from "./lists_kit.ts";

interface Bad {
  readonly list: Sent;
  /** What the machine is told. */
  readonly reason: string;
  /** What the log says of it. */
  readonly why: string;
}

const DOCUMENT = documentOf("zsh");
const PACKED = pack(DOCUMENT);
const TEXT = new TextDecoder().decode(DOCUMENT);

/** The document with this text in place of the program's line, or of parts. */
function changed(from: string | RegExp, to: string): Sent {
  const text = TEXT.replaceAll(from, to);
  assert(text !== TEXT, `Nothing to change: ${from}`);
  return sentOf(utf8(text));
}

/** As the document, in other bytes on their way. */
function packedAs(bytes: Uint8Array): Sent {
  return sentOf(DOCUMENT, { bytes });
}

/** The same bytes from a place on, with one bit of them another one. */
function flipped(at: number): Uint8Array {
  const index = at < 0 ? PACKED.length + at : at;
  return PACKED.with(index, (PACKED[index] ?? 0) ^ 1);
}

const line = TEXT.split("\n")[1] ?? "";
const BOMB = pack(new Uint8Array(50_000_000));

// deno-fmt-ignore
const BAD: Readonly<Record<string, Bad>> = {
  // Whose it is.
  "one signed by another key": { list: sentOf(DOCUMENT, { key: keyOf("eve") }), reason: "signature", why: "not signed by the machine's own key" },
  "one of another machine, which signed it": { list: sentOf(DOCUMENT, { key: keyOf("stranger"), machine: stranger.id }), reason: "signature", why: "not signed by" },
  "one that its machine signed with another size": { list: { ...sentOf(DOCUMENT), size: DOCUMENT.length + 1 }, reason: "signature", why: "not signed by" },
  "one without a signature": { list: sentOf(DOCUMENT, { signature: new Uint8Array(64) }), reason: "signature", why: "not signed by" },
  // What was announced.
  "one of another hash": { list: sentOf(DOCUMENT, { hash: "00".repeat(32) }), reason: "hash", why: "0000 was announced" },
  "one that is longer than announced": { list: sentOf(DOCUMENT, { size: DOCUMENT.length - 1 }), reason: "hash", why: `more than ${DOCUMENT.length - 1} bytes` },
  "one that is shorter than announced": { list: sentOf(DOCUMENT, { size: DOCUMENT.length + 1 }), reason: "hash", why: `and not ${DOCUMENT.length + 1}` },
  "a document above the limit": { list: sentOf(DOCUMENT, { size: LIST_LIMITS.documentBytesMax + 1 }), reason: "package", why: "may have 134217728" },
  "a packed one above the limit": { list: { ...sentOf(DOCUMENT), packed: LIST_BYTES_MAX + 1 }, reason: "package", why: "33554433 packed bytes" },
  // How it is packed.
  "one that is not packed": { list: packedAs(DOCUMENT), reason: "hash", why: "not packed by gzip" },
  "no bytes at all": { list: packedAs(new Uint8Array()), reason: "hash", why: "cut off" },
  "17 bytes": { list: packedAs(PACKED.slice(0, 17)), reason: "hash", why: "cut off" },
  "a gzip that is cut off": { list: packedAs(PACKED.slice(0, -40)), reason: "hash", why: "damaged or cut off" },
  "a gzip with a bad bit": { list: packedAs(flipped(60)), reason: "hash", why: "Cannot unpack the list: it" },
  "a gzip with another check sum": { list: packedAs(flipped(-8)), reason: "hash", why: "check sum" },
  "a gzip with another size in its tail": { list: packedAs(flipped(-4)), reason: "hash", why: "check sum" },
  "a gzip with a name in its head": { list: packedAs(PACKED.with(3, 8)), reason: "hash", why: "not packed by gzip" },
  "a gzip with bytes behind it": { list: packedAs(concat(PACKED, utf8("more"))), reason: "hash", why: "bytes follow" },
  "a gzip of two members": { list: packedAs(concat(PACKED, PACKED)), reason: "hash", why: "bytes follow" },
  "a document in two members": { list: packedAs(concat(pack(DOCUMENT.slice(0, 50)), pack(DOCUMENT.slice(50)))), reason: "hash", why: "it" },
  "50 MB in 48 KB": { list: packedAs(BOMB), reason: "hash", why: `more than ${DOCUMENT.length} bytes` },
  "50 MB that are no list": { list: sentOf(new Uint8Array(50_000_000), { bytes: BOMB }), reason: "package", why: "not JSON" },
  // What it says.
  "text that is no list": { list: sentOf(utf8("not a list")), reason: "package", why: "not JSON" },
  "a document of no bytes": { list: sentOf(new Uint8Array()), reason: "package", why: "it is empty" },
  "JSON that is no CycloneDX": { list: sentOf(utf8('{"spdxVersion":"SPDX-2.3"}\n')), reason: "package", why: "Cannot read the list" },
  "CycloneDX of another version": { list: changed('"1.6"', '"1.3"'), reason: "package", why: "Cannot read the list" },
  "CycloneDX on one line": { list: sentOf(utf8(TEXT.replaceAll("\n", ""))), reason: "package", why: "Cannot read the list" },
  "half a list": { list: sentOf(DOCUMENT.slice(0, -4)), reason: "package", why: "cut off" },
  "a list with bytes behind it": { list: sentOf(concat(DOCUMENT, utf8("{}\n"))), reason: "package", why: "bytes follow its end" },
  "one program twice": { list: changed(line, `${line},\n${line}`), reason: "package", why: "in it twice" },
  "a program before its place": { list: changed(line, `${line},\n${line.replaceAll("zsh", "a")}`), reason: "package", why: "belongs before" },
  "a name with a line feed": { list: changed('"zsh"', '"z\\nsh"'), reason: "package", why: 'has "z\\nsh" for a name' },
  "a name of 4,000 characters": { list: changed('"zsh"', `"${"z".repeat(4_000)}"`), reason: "package", why: "for a name" },
  "a name that is no UTF-8": { list: sentOf(concat(DOCUMENT.slice(0, -10), Uint8Array.of(0xff), DOCUMENT.slice(-10))), reason: "package", why: "not UTF-8" },
  "a line of 17 KiB": { list: changed('"zsh"', `"zsh","x":"${"x".repeat(17_000)}"`), reason: "package", why: "more than 16384 bytes" },
};

for (const [what, { list, reason, why }] of Object.entries(BAD)) {
  testLists(`keep the one before when ${what} comes, S-17`, async (bench) => {
    const lists = await bench.open();
    const good = sentOf(documentOf("bash"));
    await send(lists, good);
    const held = lists.held(ada.id);
    assertEquals((await send(lists, list)).reason, reason);
    // Nothing of it is left, on the disk or in the store.
    assertEquals(await bench.names(), ["bash"]);
    assertEquals(lists.held(ada.id), held);
    assertEquals(await bench.files(), [".peo.gz"]);
    const document = await lists.document(ada.id);
    const kept = new Response(document?.read());
    assertEquals(await kept.bytes(), documentOf("bash"));
    const [told = "", ...others] = bench.told;
    const refused = "warning: A machine's list was refused; the one before is";
    assert(told.startsWith(`${refused} kept: ada: Cannot `), told);
    assert(told.includes(why), told);
    assertEquals(others, []);
    // And the next good one is taken.
    assertEquals((await send(lists, sentOf(documentOf("fish")))).reason, null);
    assertEquals(await bench.names(), ["fish"]);
  });
}

testLists(
  "keep the one before when program 5,001 of a long list is wrong, S-17",
  async (bench) => {
    const lists = await bench.open();
    await send(lists, sentOf(documentOf("bash")));
    const many = Array.from({ length: 5_000 }, (_, index) => `p${index}`);
    const long = new TextDecoder().decode(documentOf(...many, "z"));
    const bad = sentOf(utf8(long.replace('"name":"z"', '"name":""')));
    assertEquals((await send(lists, bad)).reason, "package");
    assert(bench.told[0]?.includes("program 5001 has"), bench.told[0]);
    assertEquals(await bench.names(), ["bash"]);
    // Nothing that was staged gets into the next one.
    assertEquals((await send(lists, sentOf(documentOf("zsh")))).reason, null);
    assertEquals(await bench.names(), ["zsh"]);
  },
);

testLists(
  "mend what is wrong with a part on the disk by taking it from its beginning, S-17",
  async (bench) => {
    const lists = await bench.open();
    const list = sentOf(documentOf("bash", "curl"));
    await send(lists, list, { cutAt: 100 });
    const part = `${ada.id}.${list.sha256}-${list.packed}.part`;
    const path = `${bench.directory}/${part}`;
    await Deno.writeFile(path, new Uint8Array(100));
    assertEquals(await send(lists, list), { offset: 100, reason: "hash" });
    assertEquals(await send(lists, list), { offset: 0, reason: null });
  },
);
