/**
 * How datagrams of SeP look in `docs/protocol.md`: in hexadecimal, eight groups
 * of four bytes a line, or field by field.
 *
 * @module
 */

import { utf8 } from "../lib/trust/bytes.ts";

/** One datagram of an exchange. */
export interface Said {
  readonly from: "server" | "machine";
  readonly to: string;
  readonly body: string;
  /** The whole datagram, in hexadecimal. */
  readonly bytes: string;
}

/** One flow, as it went. */
export interface Exchange {
  readonly flow: string;
  readonly title: string;
  readonly said: readonly Said[];
  /** After a discovery: the session that both ends then hold. */
  readonly session?: string;
}

/** A flow under its heading, each datagram in hexadecimal. */
export function shownExchange(
  { flow, title, said, session }: Exchange,
): string {
  const lines = said.map(({ from, to, body, bytes }) =>
    `${from} to ${to}: ${shortened(body)}, ${bytes.length / 2} bytes\n` +
    inLines(bytes)
  );
  const end = session === undefined
    ? ""
    : `\n\nThe session is now \`${session}\`.`;
  return `#### ${flow}: ${title}\n\n${fenced(lines.join("\n"))}${end}`;
}

/** The body, with its long arguments cut. */
function shortened(body: string): string {
  return body.replace(
    /[A-Za-z0-9_-]{33,}/g,
    (long) => `${long.slice(0, 12)}...`,
  );
}

/** Eight groups of four bytes a line. */
function inLines(hex: string): string {
  const groups = hex.match(/.{1,8}/g) ?? [];
  const lines: string[] = [];
  for (let first = 0; first < groups.length; first += 8) {
    lines.push(`    ${groups.slice(first, first + 8).join(" ")}`);
  }
  return lines.join("\n");
}

/** Text that no formatter touches. */
export function fenced(text: string): string {
  return "```text\n" + text + "\n```";
}

/** Every field of a datagram, with its offset and its meaning. */
export function explain(hex: string): string {
  const bytes = Uint8Array.fromHex(hex);
  const body = bodyOf(bytes);
  const tail = 80 + utf8(body).length;
  // deno-fmt-ignore
  const fields: readonly [at: number, size: number, meaning: string][] = [
    [0,         4,  '"SeP1"'],
    [4,         1,  "suite 1"],
    [5,         1,  bytes[5] === 1 ? "sent by a server" : "sent by a machine"],
    [6,         1,  `step ${bytes[6]} of the conversation`],
    [7,         1,  "zero"],
    [8,         8,  "the fleet"],
    [16,        16, "the machine that speaks"],
    [32,        16, "the conversation: the server's choice, in [install]"],
    [48,        16, "prev: SHA-256 of that [install], first half"],
    [64,        8,  "the session"],
    [72,        4,  "the number of the conversation in it"],
    [76,        2,  `the body has ${tail - 80} bytes`],
    [78,        2,  "zero"],
    [80,        tail - 80, body],
    [tail,      8,  "filter: HMAC-SHA256 of all above, first 8"],
    [tail + 8,  64, "signature of the machine over all above"],
  ];
  return fields.flatMap(([at, size, meaning]) =>
    (hex.slice(at * 2, (at + size) * 2).match(/.{1,32}/g) ?? [])
      .map((part, line) => {
        const place = line === 0 ? String(at) : "";
        return `${place.padStart(3)}  ${part.padEnd(32)}  ${
          line === 0 ? meaning : ""
        }`.trimEnd();
      })
  ).join("\n");
}

/** The body of a datagram, as text. */
export function bodyOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(80, bytes.length - 72));
}
