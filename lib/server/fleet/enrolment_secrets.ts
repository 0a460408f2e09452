/**
 * `keys/enrolment.json`: the secrets whose bearer may become a machine of the
 * fleet. A secret can be replaced, given an expiry and a number of uses; how
 * often it was used is in the store, not here, because the owner edits this
 * file and the server never does.
 *
 * @module
 */

import { z } from "zod";
import { fromBase64Url, fromUtf8, toBase64Url } from "../../trust/bytes.ts";
import { ENROLMENT_SECRET_BYTES, enrolmentId } from "../../trust/enrolment.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** Most secrets in one fleet. */
const SECRETS_MAX = 64;

/** A secret of the fleet. */
export interface EnrolmentSecret {
  /** Derived from the secret: what `[identifie]` names. */
  readonly id: string;
  readonly secret: Uint8Array;
  /** The wall clock's moment from which it is not good; null: never. */
  readonly expiresMs: number | null;
  /** How many machines may use it; null: any number. */
  readonly usesMax: number | null;
}

const schema = z.strictObject({
  format: z.literal(1),
  secrets: z.array(z.strictObject({
    secret: z.string(),
    expires: z.iso.datetime({ offset: true }).nullable(),
    uses: z.int().min(1).nullable(),
  })).max(SECRETS_MAX),
});

/** The file's text: JSON, a newline at its end. */
export function encodeSecrets(secrets: readonly EnrolmentSecret[]): string {
  const written = secrets.map(({ secret, expiresMs, usesMax }) => ({
    secret: toBase64Url(secret),
    expires: expiresMs === null ? null : new Date(expiresMs).toISOString(),
    uses: usesMax,
  }));
  return JSON.stringify({ format: 1, secrets: written }, null, 2) + "\n";
}

/** The file's secrets, or the end of a sentence that begins with its name. */
export function decodeSecrets(
  bytes: Uint8Array,
): Outcome<EnrolmentSecret[], string> {
  const parsed = parseJson(bytes);
  if (parsed === undefined) return fault("is not JSON");
  const checked = schema.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where = issue?.path.join(".") ?? "";
    return fault(`is malformed at "${where}": ${issue?.message ?? ""}`);
  }
  const secrets: EnrolmentSecret[] = [];
  for (const [index, written] of checked.data.secrets.entries()) {
    const secret = fromBase64Url(written.secret);
    if (secret === null || secret.length !== ENROLMENT_SECRET_BYTES) {
      return fault(
        `is malformed at "secrets.${index}.secret": ` +
          `it is not ${ENROLMENT_SECRET_BYTES} bytes in base64url`,
      );
    }
    secrets.push({
      id: enrolmentId(secret),
      secret,
      expiresMs: written.expires === null ? null : Date.parse(written.expires),
      usesMax: written.uses,
    });
  }
  return ok(secrets);
}

function parseJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A SyntaxError, the only thing the parser throws.
  }
}
