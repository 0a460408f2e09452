/**
 * A publisher's public key as people see and type it: 64 hexadecimal digits.
 * Not base64url, as in the documents, for one in 64 of those begins with a
 * dash and would be taken for an option; it is read all the same.
 *
 * Pure.
 *
 * @module
 */

import { fromBase64Url, fromHex, toBase64Url, toHex } from "../trust/bytes.ts";
import { isSafePublicKey, PUBLIC_KEY_BYTES } from "../trust/keys.ts";
import { CliFailure } from "./failure.ts";

/** The fewest digits that may stand for a key that is listed. */
const BEGINNING_CHARS_MIN = 8;

/** From the base64url of the documents to what is shown. */
export function showKey(base64Url: string): string {
  const bytes = fromBase64Url(base64Url);
  return bytes === null ? base64Url : toHex(bytes);
}

/**
 * The base64url of what a person typed: a whole key, or, of a key that is
 * listed, its beginning.
 *
 * @throws {CliFailure} when it is no key.
 */
export function readKeyText(
  text: string,
  listed: readonly string[] = [],
): string {
  const bytes = fromHex(text.toLowerCase()) ?? fromBase64Url(text);
  if (bytes?.length === PUBLIC_KEY_BYTES && isSafePublicKey(bytes)) {
    return toBase64Url(bytes);
  }
  const found = text.length < BEGINNING_CHARS_MIN
    ? []
    : listed.filter((key) => showKey(key).startsWith(text.toLowerCase()));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (/^[0-9a-f]{8,63}$/i.test(text) && found.length === 0) {
    throw new CliFailure(
      "notFound",
      `No key of the list begins with "${text}"`,
      {
        advice: [
          "flottille-server publishers shows the list; a key that is not on it " +
          "has 64 hexadecimal digits",
        ],
      },
    );
  }
  throw new CliFailure(
    "usage",
    found.length > 1
      ? `Several keys of the list begin with "${text}"`
      : `"${text}" is no publisher's key`,
    {
      advice: [
        "A key has 64 hexadecimal digits; flottille-server key show FILE " +
        "prints that of a key's file",
        `Of a key on the list, its first ${BEGINNING_CHARS_MIN} or more are ` +
        "enough",
      ],
    },
  );
}
