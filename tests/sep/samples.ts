/**
 * One message, or a few, of every word and every role: for the tests that must
 * hold for all of them, and the kinds of value for those that invent theirs.
 *
 * @module
 */

import fc from "fast-check";
import {
  type MachineMessage,
  type MessageFrom,
  type Role,
  type ServerMessage,
  type Word,
  WORDS,
} from "../../lib/sep/words.ts";
import { cutNote } from "../../lib/sep/note.ts";
import { anyCharacter } from "../any_character.ts";
import { delegate, SERVER_AT, SERVER_KEY, SIP_AT } from "./props.ts";

const delegation = delegate(SERVER_KEY, 1n).bytes;

/** The bytes of this value, so many times. */
function filled(count: number, value: number): Uint8Array {
  return new Uint8Array(count).fill(value);
}

/** Every word that a server may say. */
export const SERVER_MESSAGES: readonly ServerMessage[] = [
  {
    word: "ping",
    args: {
      epoch: 3n,
      count: 41,
      windowMs: 500,
      sep: SERVER_AT,
      sip: SIP_AT,
      publishers: 2,
      delegation,
    },
  },
  { word: "echo", args: { nonce: filled(16, 0x11), delegation: null } },
  { word: "echo", args: { nonce: filled(16, 0x11), delegation } },
  { word: "OK", args: { list: null } },
  { word: "OK", args: { list: "envoie" } },
  {
    word: "identifiant",
    args: {
      machine: filled(16, 0x22),
      verdict: "accepte",
      certificate: filled(404, 0x30),
      sip: SIP_AT,
      reason: null,
    },
  },
  {
    word: "identifiant",
    args: {
      machine: filled(16, 0x22),
      verdict: "refuse",
      certificate: filled(0, 0),
      sip: SIP_AT,
      reason: "revoked",
    },
  },
  { word: "possede", args: { name: "notepad++", version: "*", only: null } },
  {
    word: "possede",
    args: { name: "curl", version: "8.1", only: "ieo" },
  },
  { word: "rien", args: {} },
  { word: "dliste", args: { held: null, libraries: null } },
  { word: "dliste", args: { held: filled(32, 0x44), libraries: ["npm"] } },
  {
    word: "install",
    args: {
      order: 7n,
      attempt: 1,
      name: "editor",
      version: "2.1",
      sha256: filled(32, 0x55),
      size: 48_211,
      how: null,
    },
  },
  {
    word: "install",
    args: {
      order: 9n,
      attempt: 1,
      name: "editor",
      version: "*",
      sha256: filled(32, 0),
      size: 0,
      how: "retour",
    },
  },
  {
    word: "suppression",
    args: { order: 8n, attempt: 2, name: "editor", version: "*" },
  },
];

/** Every word that a machine may say. */
export const MACHINE_MESSAGES: readonly MachineMessage[] = [
  { word: "ping", args: { key: SERVER_KEY.publicKey, serial: 1n } },
  {
    word: "echo",
    args: { key: SERVER_KEY.publicKey, nonce: filled(16, 0x66) },
  },
  { word: "OK", args: { list: null } },
  { word: "OK", args: { list: "inchange" } },
  {
    word: "identifie",
    args: {
      macs: ["02:00:00:00:00:01", "02:00:00:00:00:02"],
      hostName: "salle-3",
      system: "linux",
      architecture: "x86_64",
      agentVersion: "0.1.0",
      epoch: 3n,
      enrolment: filled(6, 0x77),
      proof: filled(16, 0x88),
      vouch: null,
    },
  },
  {
    word: "identifie",
    args: {
      macs: [],
      hostName: "",
      system: "",
      architecture: "",
      agentVersion: "",
      epoch: 0n,
      enrolment: null,
      proof: null,
      vouch: filled(80, 0x89),
    },
  },
  { word: "oui", args: {} },
  { word: "non", args: {} },
  { word: "vliste", args: { list: filled(32, 0x99) } },
  { word: "reussi", args: { order: 7n, attempt: 1, version: "2.1", note: "" } },
  {
    word: "reussi",
    args: {
      order: 7n,
      attempt: 1,
      version: "2.1",
      note: "kept the owner's etc/editor.conf\nand said so",
    },
  },
  { word: "reussi", args: { order: 8n, attempt: 2, version: "", note: "" } },
  {
    word: "rate",
    args: { order: 7n, attempt: 1, reason: "disk", note: "4 KiB are free" },
  },
];

/** All of them, with who says them. */
export const MESSAGES: readonly {
  readonly from: Role;
  readonly message: MessageFrom<Role>;
}[] = [
  ...SERVER_MESSAGES.map((message) => ({ from: "server" as const, message })),
  ...MACHINE_MESSAGES.map((message) => ({ from: "machine" as const, message })),
];

/** Words that this role may say. */
export function wordsOf(role: Role): Word[] {
  return (Object.keys(WORDS) as Word[]).filter((word) =>
    WORDS[word][role] !== null
  );
}

/** Bytes of exactly, or up to, so many. */
function someBytes(max: number, min = max) {
  return fc.uint8Array({ minLength: min, maxLength: max });
}

/** Well-formed text without control characters, of so many bytes of UTF-8. */
export function someText(min: number, max: number): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter, maxLength: max }).filter((text) => {
    const size = new TextEncoder().encode(text).length;
    return text.isWellFormed() && !/\p{Cc}/u.test(text) &&
      size >= min && size <= max;
  });
}

/** Text that a result may carry, often as long as it may be. */
export const someNote: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 1_000 }),
  fc.array(fc.constantFrom("a", "+", "\n", "é", "😀"), { maxLength: 700 })
    .map((parts) => parts.join("")),
).map(cutNote);

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const byte = fc.integer({ min: 0, max: 255 });
const address = fc.record({
  hostname: fc.tuple(byte, byte, byte, byte).map((parts) => parts.join(".")),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const mac = someBytes(6).map((bytes) => bytes.toHex().match(/../g)?.join(":"));
const answer = fc.constantFrom("envoie", "inchange");
const name = someText(1, 128);
const version = someText(1, 64);
const orNull = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: null });

/** The kinds of value of each argument, by role, word and name. */
const ARGUMENTS: Record<Role, Record<string, fc.Arbitrary<unknown>>> = {
  server: {
    ping: fc.record({
      epoch: u64,
      count: u32,
      windowMs: fc.integer({ min: 0, max: 60_000 }),
      sep: address,
      sip: address,
      publishers: fc.maxSafeNat(),
      delegation: someBytes(140),
    }),
    echo: fc.record({
      nonce: someBytes(16),
      delegation: orNull(someBytes(140)),
    }),
    OK: fc.record({ list: orNull(answer) }),
    identifiant: fc.record({
      machine: someBytes(16),
      verdict: fc.constantFrom("accepte", "attente", "refuse"),
      certificate: someBytes(560, 0),
      sip: address,
      reason: orNull(someText(1, 24)),
    }),
    possede: fc.record({
      name,
      version,
      only: fc.constantFrom("ieo" as const, null),
    }),
    rien: fc.record({}),
    dliste: fc.record({
      held: orNull(someBytes(32)),
      libraries: orNull(
        fc.subarray(["npm", "pip", "gem", "cargo"], { minLength: 1 }),
      ),
    }),
    install: fc.record({
      order: u64,
      attempt: u32,
      name,
      version,
      sha256: someBytes(32),
      size: fc.maxSafeNat(),
      how: fc.constantFrom("retour" as const, null),
    }),
    suppression: fc.record({ order: u64, attempt: u32, name, version }),
  },
  machine: {
    ping: fc.record({ key: someBytes(32), serial: u64 }),
    echo: fc.record({ key: someBytes(32), nonce: someBytes(16) }),
    OK: fc.record({ list: orNull(answer) }),
    identifie: fc.record({
      macs: fc.array(mac, { maxLength: 8 }),
      hostName: someText(0, 64),
      system: someText(0, 16),
      architecture: someText(0, 16),
      agentVersion: someText(0, 24),
      epoch: u64,
      enrolment: orNull(someBytes(6)),
      proof: orNull(someBytes(16)),
      vouch: orNull(someBytes(80)),
    }),
    oui: fc.record({}),
    non: fc.record({}),
    vliste: fc.record({ list: someBytes(32) }),
    reussi: fc.record({
      order: u64,
      attempt: u32,
      version: someText(0, 64),
      note: someNote,
    }),
    rate: fc.record({
      order: u64,
      attempt: u32,
      reason: someText(1, 24),
      note: someNote,
    }),
  },
};

/** Any lawful message of this role and word. */
export function someMessage<R extends Role>(
  from: R,
  word: Word,
): fc.Arbitrary<MessageFrom<R>> {
  const args = ARGUMENTS[from][word];
  if (args === undefined) throw new TypeError(`No values for [${word}]`);
  return args.map((args) => ({ word, args }) as MessageFrom<R>);
}
