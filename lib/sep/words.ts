/**
 * Every word of SeP, once: who may say it, what it carries, what it means.
 *
 * The words are the seed's own. The types, the encoder, the decoder, the check
 * of the sender and the table in `docs/protocol.md` all follow from this one
 * table, so they cannot drift apart. It is wire format: append arguments and
 * words, never reorder or reuse them.
 *
 * @module
 */

import {
  address,
  bytes,
  bytesOrNone,
  bytesUpTo,
  type Field,
  macs,
  names,
  note,
  oneOf,
  optional,
  orNone,
  text,
  u32,
  u64,
  whole,
} from "./fields.ts";
import { decodeBody, encodeBody } from "./body.ts";

/** Who speaks. The seed's "serveur" and "machine cliente". */
export type Role = "server" | "machine";

/** The arguments of a word, in their order on the wire. */
type Fields = Readonly<Record<string, Field<unknown>>>;

interface WordSpec {
  /** What it says, in English. */
  readonly gloss: string;
  /** The arguments when the server says it; null when it may not. */
  readonly server: Fields | null;
  /** The arguments when a machine says it; null when it may not. */
  readonly machine: Fields | null;
}

/** The longest wait for an echo that a ping may ask for: W, in milliseconds. */
export const WINDOW_MS_MAX = 60_000;
/** Bytes of a program's name in `[possede]`: any program of a list. */
export const NAME_BYTES_MAX = 128;
/** Bytes of a version. */
export const VERSION_BYTES_MAX = 64;
/** Bytes of the server's certificate, in DER. */
export const CERTIFICATE_BYTES_MAX = 560;

const key = bytes(32);
const nonce = bytes(16);
const delegation = bytes(140);
const name = text(1, NAME_BYTES_MAX);
const version = text(1, VERSION_BYTES_MAX);
const listHash = bytesOrNone(32);
const listAnswer = oneOf("envoie", "inchange");
const nothing = {};

// deno-fmt-ignore
export const WORDS = {
  ping: {
    gloss: "Are you there?",
    server:  { epoch: u64, count: u32, windowMs: whole(WINDOW_MS_MAX), sep: address, sip: address, publishers: whole(Number.MAX_SAFE_INTEGER), delegation },
    machine: { key, serial: u64 },
  },
  echo: {
    gloss: "I am here",
    server:  { nonce, delegation: optional(delegation) },
    machine: { key, nonce },
  },
  OK: {
    gloss: "Understood",
    server:  { list: optional(listAnswer) },
    machine: { list: optional(listAnswer) },
  },
  identifie: {
    gloss: "This is who I am",
    server:  null,
    machine: { macs, hostName: text(0, 64), system: text(0, 16), architecture: text(0, 16), agentVersion: text(0, 24), epoch: u64, enrolment: bytesOrNone(6), proof: bytesOrNone(16), vouch: optional(bytes(80)) },
  },
  identifiant: {
    gloss: "This is what you are to me",
    server:  { machine: bytes(16), verdict: oneOf("accepte", "attente", "refuse"), certificate: bytesUpTo(CERTIFICATE_BYTES_MAX), sip: address, reason: orNone(text(1, 24)) },
    machine: null,
  },
  possede: {
    gloss: "Do you have this program?",
    server:  { name, version, only: optional(oneOf("ieo")) },
    machine: null,
  },
  oui:  { gloss: "Yes",           server: null,    machine: nothing },
  non:  { gloss: "No",            server: null,    machine: nothing },
  rien: { gloss: "Nothing to do", server: nothing, machine: null },
  dliste: {
    gloss: "Send me your list",
    server:  { held: listHash, libraries: optional(names) },
    machine: null,
  },
  vliste: {
    gloss: "My list has changed",
    server:  null,
    machine: { list: bytes(32) },
  },
  install: {
    gloss: "Install this",
    server:  { order: u64, attempt: u32, name, version, sha256: bytes(32), size: whole(Number.MAX_SAFE_INTEGER), how: optional(oneOf("retour")) },
    machine: null,
  },
  suppression: {
    gloss: "Remove this",
    server:  { order: u64, attempt: u32, name, version },
    machine: null,
  },
  reussi: {
    gloss: "It worked",
    server:  null,
    machine: { order: u64, attempt: u32, version: text(0, VERSION_BYTES_MAX), note },
  },
  rate: {
    gloss: "It did not work",
    server:  null,
    machine: { order: u64, attempt: u32, reason: text(1, 24), note },
  },
} as const satisfies Record<string, WordSpec>;

/** One of the seed's words. */
export type Word = keyof typeof WORDS;

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The arguments of word `W` as role `R` says it. */
export type ArgsOf<R extends Role, W extends Word> = {
  readonly [K in keyof (typeof WORDS)[W][R]]: ValueOf<(typeof WORDS)[W][R][K]>;
};

/** A word with its arguments, as role `R` may say it. */
export type MessageFrom<R extends Role> = {
  [W in Word]: (typeof WORDS)[W][R] extends null ? never
    : { readonly word: W; readonly args: ArgsOf<R, W> };
}[Word];

export type ServerMessage = MessageFrom<"server">;
export type MachineMessage = MessageFrom<"machine">;

/** The message as a body in the seed's notation. */
export function encodeMessage<R extends Role>(
  from: R,
  message: MessageFrom<R>,
): Uint8Array {
  const fields = fieldsOf(from, message.word);
  if (fields === null) {
    throw new TypeError(`A ${from} never says [${message.word}]`);
  }
  const values = message.args as Readonly<Record<string, unknown>>;
  const written: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.optional && values[name] === null) break;
    const arg = field.print(values[name]);
    // What we could not read back, we must not send.
    if (field.parse(arg) === undefined) {
      throw new RangeError(
        `Cannot write [${message.word}]: ${name} is not ${field.shape}`,
      );
    }
    written.push(arg);
  }
  return encodeBody(message.word, written);
}

/** The message of a body, or null when it is not one that role may say. */
export function decodeMessage<R extends Role>(
  from: R,
  body: Uint8Array,
): MessageFrom<R> | null {
  const decoded = decodeBody(body);
  if (decoded === null || !Object.hasOwn(WORDS, decoded.word)) return null;
  const word = decoded.word as Word;
  const fields = fieldsOf(from, word);
  if (fields === null) return null;
  const args = readArguments(fields, decoded.args);
  return args === null ? null : { word, args } as MessageFrom<R>;
}

function readArguments(
  fields: Fields,
  written: readonly string[],
): Record<string, unknown> | null {
  const entries = Object.entries(fields);
  if (written.length > entries.length) return null;
  const args: Record<string, unknown> = {};
  for (const [position, [name, field]] of entries.entries()) {
    const arg = written[position];
    if (arg === undefined) {
      if (!field.optional) return null;
      args[name] = null;
      continue;
    }
    const value = field.parse(arg);
    if (value === undefined || field.print(value) !== arg) return null;
    args[name] = value;
  }
  return args;
}

function fieldsOf(from: Role, word: Word): Fields | null {
  return WORDS[word][from];
}
