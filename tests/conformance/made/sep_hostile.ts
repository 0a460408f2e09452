/**
 * Datagrams for tests/vectors/sep_hostile.json: one of every word, and each of
 * them wrong in one way, or in two of which the first that is found counts.
 *
 * @module
 */

import { type Argument, body, type Role } from "../wire/body.ts";
import { type Bytes, concat, flipped, hex, utf8 } from "../wire/bytes.ts";
import { type Bend, type Header, none, seal } from "../wire/datagram.ts";
import {
  delegation,
  fleetOf,
  type Key,
  keyFromSeed,
  machineOf,
} from "../wire/keys.ts";

const filled = (byte: number, length: number) =>
  new Uint8Array(length).fill(byte);

const FLEET = keyFromSeed(filled(1, 32));
const SERVER = keyFromSeed(filled(2, 32));
const MACHINE = keyFromSeed(filled(0x68, 32));
const OTHER = keyFromSeed(filled(0x44, 32));
const FILTER_KEY = filled(7, 32);
const DELEGATION = delegation({
  ...{ fleet: FLEET, server: SERVER.public, serial: 1 },
  certificateHash: filled(9, 32),
});
const AT = "192.0.2.1:2013";

const WORDS: readonly (readonly [Role, string, readonly Argument[]])[] = [
  ["server", "ping", [1, 1, 0, AT, "192.0.2.1:3615", 1, DELEGATION]],
  ["server", "echo", [filled(3, 16), DELEGATION]],
  ["server", "OK", []],
  ["server", "OK", ["envoie"]],
  ["server", "identifiant", [
    ...[machineOf(MACHINE.public), "accepte", filled(5, 60), AT, ""],
  ]],
  ["server", "possede", ["notepad++", "*", "ieo"]],
  ["server", "rien", []],
  ["server", "dliste", [filled(4, 32), "npm,pip"]],
  ["server", "install", [
    ...["18446744073709551615", 1, "éditeur", "1.0", filled(6, 32), 10],
    "retour",
  ]],
  ["server", "suppression", [5, 1, "editor", "*"]],
  ["machine", "ping", [MACHINE.public, 1]],
  ["machine", "echo", [MACHINE.public, filled(3, 16)]],
  ["machine", "OK", []],
  ["machine", "OK", ["inchange"]],
  ["machine", "identifie", [
    ...["02:00:00:00:00:01,02:00:00:00:00:02", "pc", "linux", "x86_64"],
    ...["0.1.0", 7, filled(1, 6), filled(2, 16)],
  ]],
  ["machine", "oui", []],
  ["machine", "non", []],
  ["machine", "vliste", [filled(4, 32)]],
  ["machine", "reussi", [2, 1, "1.0", "kept the owner's\netc/editor.conf"]],
  ["machine", "rate", [3, 4294967295, "hook", ""]],
];

interface Otherwise extends Bend, Partial<Header> {
  readonly key?: Key;
  readonly filterKey?: Bytes;
  readonly body?: Bytes;
}

function maker(from: Role, word: string, args: readonly Argument[]) {
  return (otherwise: Otherwise = {}): Bytes => {
    const header: Header = {
      from,
      step: 2,
      fleet: fleetOf(FLEET.public),
      machine: machineOf(MACHINE.public),
      conversation: filled(0xc0, 16),
      prev: filled(0xd0, 16),
      session: filled(0xe0, 8),
      counter: 3,
      ...otherwise,
    };
    const key = otherwise.key ?? (from === "server" ? SERVER : MACHINE);
    const filterKey = otherwise.filterKey ?? FILTER_KEY;
    const said = otherwise.body ?? body(word, ...args);
    return seal(header, said, { filterKey, key }, otherwise);
  };
}

const zeroed = (bytes: Bytes) => {
  const other = bytes.slice();
  other.fill(0, other.length - 64);
  return other;
};

/** What is wrong, as what it is dropped, and the bytes. */
function* wrongs(
  make: (otherwise?: Otherwise) => Bytes,
  [from, word, args]: readonly [Role, string, readonly Argument[]],
): Generator<readonly [string, string, Bytes]> {
  const whole = make();
  const n = whole.length - 152;
  const flag = from === "server" ? 0 : 1;
  yield ["cut behind the header", "short", whole.slice(0, 80)];
  yield [
    "cut before the last byte",
    n === 4 ? "short" : "length",
    whole.slice(0, -1),
  ];
  yield ["one byte more", "length", concat(whole, none(1))];
  yield ["n is one more", "length", make({ length: n + 1 })];
  yield ["the next magic", "magic", make({ magic: "SeP2" })];
  yield ["the next suite", "suite", make({ suite: 2 })];
  yield ["an unknown flag", "reserved", make({ flags: (1 - flag) | 2 })];
  yield ["step 8", "reserved", make({ step: 8 })];
  yield ["signed as of the other role", "direction", make({ flags: flag })];
  yield ["another fleet", "fleet", make({ fleet: filled(9, 8) })];
  yield ["another filter key", "filter", make({ filterKey: filled(8, 32) })];
  yield ["a bit of the session flipped", "filter", flipped(whole, 8 * 64)];
  yield ["a bit of the counter flipped", "filter", flipped(whole, 8 * 75)];
  yield ["a bit of the body flipped", "filter", flipped(whole, 8 * 81 + 7)];
  yield ["a bit of the tag flipped", "filter", flipped(whole, 8 * (80 + n))];
  yield [
    "an argument too many",
    "word",
    make({ body: body(word, ...args, ...Array(8).fill("x")) }),
  ];
  yield ["a word in capitals", "word", make({ body: body("XX", ...args) })];
  yield [
    "a line feed behind the body",
    "word",
    make({ body: concat(body(word, ...args), utf8("\n")) }),
  ];
  yield [
    "a letter written as an escape",
    "word",
    make({ body: concat(utf8(`[${word}{`), utf8("%61}]")) }),
  ];
  yield ["signed by another machine", "signature", make({ key: OTHER })];
  yield ["signed by the fleet's key", "signature", make({ key: FLEET })];
  yield [
    "signed by the other side",
    "signature",
    make({ key: from === "server" ? MACHINE : SERVER }),
  ];
  yield ["signed without its text", "signature", make({ signedText: "" })];
  yield ["a signature of zeros", "signature", zeroed(whole)];
  yield [
    "a bit of the signature flipped",
    "signature",
    flipped(whole, 8 * (whole.length - 40)),
  ];
  yield [
    "another magic and another filter key",
    "magic",
    make({ magic: "SeP2", filterKey: filled(8, 32) }),
  ];
  yield [
    "another filter key and no word",
    "filter",
    make({ filterKey: filled(8, 32), body: utf8("[nothing]") }),
  ];
  yield [
    "no word and signed by another",
    "word",
    make({ body: utf8("[nothing]"), key: OTHER }),
  ];
}

export function sepHostile() {
  const good: unknown[] = [];
  const refused: unknown[] = [];
  for (const row of WORDS) {
    const [from, word, args] = row;
    const to = from === "server" ? "machine" : "server";
    const make = maker(from, word, args);
    const text = new TextDecoder().decode(body(word, ...args));
    const name = `a ${from}'s [${word}${args.length > 0 ? "{...}" : ""}]`;
    good.push({ name, to, body: text, bytes: hex(make()) });
    for (const [what, drop, bytes] of wrongs(make, row)) {
      refused.push({ name: `${name}: ${what}`, to, bytes: hex(bytes), drop });
    }
  }
  return {
    about:
      'Hostile datagrams of SeP, whole, in hexadecimal. `good`: one of every word, lawful in form. `refused`: each of them wrong in the way that its name tells, with everything else right (filter and signature are made anew where the wrong thing is inside them), and as what a receiver drops it: the first reason in the order of docs/protocol.md, "Receiving". Whether the word has its place there is not asked. `to` is who receives. The keys grow from seeds of 32 equal bytes: fleet 01, server 02, machine 68.',
    filterKey: hex(FILTER_KEY),
    fleetKey: hex(FLEET.public),
    serverKey: hex(SERVER.public),
    machineKey: hex(MACHINE.public),
    good,
    refused,
  };
}
