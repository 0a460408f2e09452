/**
 * The zip library's errors as sentences of ours: what was found, in words that
 * a publisher can act on.
 *
 * @module
 */

import { describe } from "../trust/shape.ts";
import { faultOfPath } from "./paths.ts";
import {
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
} from "./zip_library.ts";

/** What the library says of a file that is no zip at all (Z-23). */
const NOT_A_ZIP: readonly string[] = [
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
];

/** A sentence, without a full stop, for anything that reading a zip threw. */
export function zipErrorSentence(error: unknown): string {
  if (!(error instanceof Error)) return "The zip cannot be read";
  if (NOT_A_ZIP.includes(error.message)) {
    return "It is not a zip, or it is cut off";
  }
  const { filename, reason } = detailsOf(error);
  if (filename !== null) {
    const problem = faultOfPath(filename) ?? "is not safe";
    return `The entry ${describe(filename)} ${problem}`;
  }
  const message = lowerFirst(error.message);
  return reason === null
    ? `The zip cannot be read: ${message}`
    : `The zip is ambiguous: ${reason}`;
}

/** The library hangs what it found on its errors, outside their types. */
function detailsOf(
  error: Error,
): { readonly filename: string | null; readonly reason: string | null } {
  const filename: unknown = Reflect.get(error, "filename");
  const reason: unknown = Reflect.get(error, "reason");
  return {
    filename: typeof filename === "string" ? filename : null,
    reason: typeof reason === "string" ? reason : null,
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
