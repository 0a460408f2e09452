/**
 * The envelope of signed JSON: DSSE 1.0 (Dead Simple Signing Envelope,
 * secure-systems-lab/dsse, `protocol.md` and `envelope.md`) with one Ed25519
 * signature, in the manner of TUF and in-toto, so that their tools read ours.
 *
 * What is signed is not the payload but its pre-authentication encoding, which
 * binds its type: a publishers' list can never pass for a statement. Ours is a
 * strict profile of DSSE: exactly one signature, a `keyid` (the base64url of
 * the public key), no other fields. As DSSE asks of a verifier, both alphabets
 * of base64 are read; the standard one is written.
 *
 * The payload is parsed only after a signature over it was verified: the only
 * way to it is `openWith`. Whose key is to be trusted is for the callers.
 *
 * @module
 */

import { concat, fromUtf8, toBase64Url, utf8 } from "./bytes.ts";
import { parseJson } from "./json.ts";
import {
  type KeyPair,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  verify,
} from "./keys.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import {
  bytesOf,
  listOf,
  misfit,
  objectOf,
  sentenceOf,
  type Shape,
  textOf,
} from "./shape.ts";

/** Why the payload cannot be had: forged, or signed but not one JSON value. */
export type EnvelopeFault = "signature" | "payload";

/** An envelope that was read and not yet verified. */
export interface Envelope {
  /** Who it says signed: base64url of the public key. A hint, not a proof. */
  readonly keyId: string;
  /** The same, as 32 bytes. */
  readonly claimedKey: Uint8Array;
  /** The payload, if this key signed it under the type asked for. */
  openWith(publicKey: Uint8Array): Outcome<unknown, EnvelopeFault>;
}

/** DSSE's PAE: what is signed in the place of the payload. */
export function preAuthenticationEncoding(
  payloadType: string,
  payload: Uint8Array,
): Uint8Array {
  const type = utf8(payloadType);
  return concat(
    utf8(`DSSEv1 ${type.length} `),
    type,
    utf8(` ${payload.length} `),
    payload,
  );
}

/**
 * Signs the payload's JSON: the envelope's bytes, one line of JSON.
 *
 * @throws {TypeError} when the payload has no JSON form.
 */
export function seal(
  key: KeyPair,
  payloadType: string,
  payload: unknown,
): Uint8Array<ArrayBuffer> {
  const json: unknown = JSON.stringify(payload);
  if (typeof json !== "string") {
    throw new TypeError(`Cannot sign ${typeof payload}: it has no JSON form`);
  }
  const bytes = utf8(json);
  const signature = key.sign(preAuthenticationEncoding(payloadType, bytes));
  const envelope = {
    payload: bytes.toBase64(),
    payloadType,
    signatures: [{
      keyid: toBase64Url(key.publicKey),
      sig: signature.toBase64(),
    }],
  };
  return utf8(`${JSON.stringify(envelope)}\n`);
}

/**
 * Reads an envelope of this type, of at most `bytesMax` bytes. The fault is
 * the end of a sentence that begins with what was read: "is not JSON".
 */
export function unseal(
  bytes: Uint8Array,
  payloadType: string,
  bytesMax: number,
): Outcome<Envelope, string> {
  if (bytes.length > bytesMax) {
    return fault(`has ${bytes.length} bytes; at most ${bytesMax} may be`);
  }
  const text = fromUtf8(bytes);
  if (text === null) return fault("is not UTF-8");
  const document = parseJson(text);
  if (!document.ok) return fault(document.fault.problem);
  const read = ENVELOPE(document.value.value, "");
  if (!read.ok) return fault(`does not fit: ${sentenceOf(read.fault)}`);
  const { payload, signatures } = read.value;
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1) {
    return fault(`has ${signatures.length} signatures instead of one`);
  }
  if (read.value.payloadType !== payloadType) {
    return fault(`is not of type ${payloadType}`);
  }
  const signed = preAuthenticationEncoding(payloadType, payload);
  return ok({
    keyId: toBase64Url(signature.keyid),
    claimedKey: signature.keyid,
    openWith: (publicKey) =>
      verify(publicKey, signed, signature.sig)
        ? parsePayload(payload)
        : fault("signature"),
  });
}

function parsePayload(payload: Uint8Array): Outcome<unknown, EnvelopeFault> {
  const text = fromUtf8(payload);
  const document = text === null ? null : parseJson(text);
  return document?.ok ? ok(document.value.value) : fault("payload");
}

/** Padded base64 in either alphabet, of so many bytes if `size` is given. */
function base64Of(size?: number): Shape<Uint8Array> {
  const what = `${size === undefined ? "" : `${size} bytes in `}padded base64`;
  return (value, path) => {
    const bytes = typeof value === "string" ? fromBase64(value) : null;
    return bytes !== null && (size ?? bytes.length) === bytes.length
      ? ok(bytes)
      : misfit(path, `must be ${what}`);
  };
}

function fromBase64(text: string): Uint8Array | null {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.fromBase64(standard);
    // Other spellings of the same bytes are refused, and white space as well.
    return bytes.toBase64() === standard ? bytes : null;
  } catch {
    return null; // A SyntaxError, the only thing the decoder throws.
  }
}

const ENVELOPE = objectOf({
  payload: base64Of(),
  payloadType: textOf("text", () => true),
  // More than one is refused by `unseal`, with a sentence of its own.
  signatures: listOf(
    objectOf({
      keyid: bytesOf(PUBLIC_KEY_BYTES),
      sig: base64Of(SIGNATURE_BYTES),
    }),
    16,
  ),
});
