/**
 * Every word of SiP, once: who may say it, what it carries, what it means.
 *
 * The notation is SeP's. `OK` and `rate` are the seed's own words; the
 * requests are ours, in its language, because the seed says what is fetched
 * and sent but gives the requests no names. Types, encoder, decoder, the check
 * of the sender and the table of `docs/protocol.md` follow from this table. It
 * is wire format: append, never reorder or reuse.
 *
 * @module
 */

import { bytes, type Field, optional, whole } from "../sep/fields.ts";
import { type Reason, reasonOf } from "../sep/reasons.ts";
import { fromHex, toHex } from "../trust/bytes.ts";

/** Who speaks. The seed's "serveur" and "machine cliente". */
export type SipRole = "server" | "machine";

/** The arguments of a word, in their order on the wire. */
type Fields = Readonly<Record<string, Field<unknown>>>;

interface WordSpec {
  readonly from: SipRole;
  /** What it says, in English. */
  readonly gloss: string;
  readonly carries: Fields;
}

const binaryHash = bytes(32);

/** SHA-256: base64url on the wire, hexadecimal in the house. */
const hash: Field<string> = {
  shape: "SHA-256, 32 bytes",
  parse(written) {
    const value = binaryHash.parse(written);
    return value === undefined ? undefined : toHex(value);
  },
  print: (value) => binaryHash.print(fromHex(value) ?? new Uint8Array(0)),
};

/** Bytes, counted; as far as a number of JavaScript counts exactly. */
const count = whole(Number.MAX_SAFE_INTEGER);

/** A word of the table of reasons; one that we do not know is `system`. */
const reason: Field<Reason> = {
  shape: "one of the reasons",
  parse: (written) =>
    /^[a-z]{1,16}$/.test(written) ? reasonOf(written) : undefined,
  print: (value) => value,
};

// deno-fmt-ignore
export const SIP_WORDS = {
  paquet:   { from: "machine", gloss: "Send me this package, from this byte on", carries: { sha256: hash, offset: count } },
  editeurs: { from: "machine", gloss: "Send me the publishers' list",            carries: {} },
  liste:    { from: "machine", gloss: "Take my program list",                    carries: { sha256: hash, size: count, packed: count, signature: bytes(64) } },
  declasse: { from: "machine", gloss: "Send me the downgrade statement for this package", carries: { sha256: hash } },
  OK:       { from: "server",  gloss: "Yes; bytes in all, or bytes already here", carries: { bytes: optional(count) } },
  rate:     { from: "server",  gloss: "No, and why",                             carries: { reason } },
} as const satisfies Record<string, WordSpec>;

/** One of SiP's words. */
export type SipWord = keyof typeof SIP_WORDS;

type ValueOf<F> = F extends Field<infer T> ? T : never;

type MessageOf<W extends SipWord> =
  & { readonly word: W }
  & {
    readonly [K in keyof (typeof SIP_WORDS)[W]["carries"]]: ValueOf<
      (typeof SIP_WORDS)[W]["carries"][K]
    >;
  };

/** A word with what it carries, as role `R` may say it. */
export type SipMessage<R extends SipRole> = {
  [W in SipWord]: (typeof SIP_WORDS)[W]["from"] extends R ? MessageOf<W>
    : never;
}[SipWord];

/** The fields of a word, or null when it is none of `from`'s. */
export function fieldsOf(from: SipRole, word: string): Fields | null {
  if (!Object.hasOwn(SIP_WORDS, word)) return null;
  const spec: WordSpec = SIP_WORDS[word as SipWord];
  return spec.from === from ? spec.carries : null;
}

/** The table of the protocol document, in Markdown. */
export function sipWordsTable(): string {
  const lines = [
    "| word | from | carries | meaning |",
    "| --- | --- | --- | --- |",
  ];
  for (const [word, spec] of Object.entries(SIP_WORDS)) {
    const fields: Fields = spec.carries;
    const carries = Object.entries(fields)
      .map(([name, field]) => `${name}: ${field.shape}`)
      .join("; ");
    lines.push(
      `| \`${word}\` | ${spec.from} | ${
        carries || "nothing"
      } | ${spec.gloss} |`,
    );
  }
  return `${lines.join("\n")}\n`;
}
