/**
 * What a machine can ask for, what a server can answer, and both as bytes in
 * the seed's notation.
 *
 * A request names a package or a list by its hash, never by a path or a name:
 * there is no text in it that could climb out of a directory or reach another
 * machine's list (S-15). What does not decode to one of the requests is
 * null, and nothing of it is looked at.
 *
 * @module
 */

import { decodeBody, encodeBody } from "../sep/body.ts";
import { fieldsOf, type SipMessage, type SipRole } from "./words.ts";

/** `[paquet]`, `[editeurs]`, `[liste]` or `[declasse]`; hashes in hexadecimal. */
export type SipRequest = SipMessage<"machine">;

/** `[OK]` or `[rate]`. */
export type SipAnswer = SipMessage<"server">;

/**
 * The request as bytes.
 *
 * @throws {RangeError} when a value is outside its limits: our own mistake.
 */
export function encodeRequest(request: SipRequest): Uint8Array {
  return encode("machine", request);
}

/** The request of these bytes, or null when it is not one, exactly. */
export function decodeRequest(bytes: Uint8Array): SipRequest | null {
  return decode("machine", bytes);
}

/** The answer as bytes; throws as {@linkcode encodeRequest} does. */
export function encodeAnswer(answer: SipAnswer): Uint8Array {
  return encode("server", answer);
}

/** The answer of these bytes, or null when it is not one, exactly. */
export function decodeAnswer(bytes: Uint8Array): SipAnswer | null {
  return decode("server", bytes);
}

function encode<R extends SipRole>(
  from: R,
  message: SipMessage<R>,
): Uint8Array {
  const values: Readonly<Record<string, unknown>> = { ...message };
  const written: string[] = [];
  const fields = Object.entries(fieldsOf(from, message.word) ?? {});
  for (const [name, field] of fields) {
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

function decode<R extends SipRole>(
  from: R,
  bytes: Uint8Array,
): SipMessage<R> | null {
  const body = decodeBody(bytes);
  if (body === null) return null;
  const fields = fieldsOf(from, body.word);
  if (fields === null) return null;
  const names = Object.keys(fields);
  if (body.args.length > names.length) return null;
  const values: Record<string, unknown> = { word: body.word };
  for (const [position, name] of names.entries()) {
    const arg = body.args[position];
    const field = fields[name];
    const value = arg === undefined ? missing(field) : field?.parse(arg);
    if (value === undefined) return null;
    values[name] = value;
  }
  return values as SipMessage<R>;
}

/** What an argument that did not come stands for: undefined, it had to. */
function missing(
  field: { readonly optional?: true } | undefined,
): null | undefined {
  return field?.optional ? null : undefined;
}
