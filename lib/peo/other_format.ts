/**
 * What a document is that is no list of ours: somebody sent the file of
 * another tool, and wants to hear which kind is wanted and not only that this
 * one is not.
 *
 * @module
 */

import { describe } from "../trust/shape.ts";

/** Looked at, from the document's beginning. */
export const SNIFFED_BYTES = 4_096;

const WANTED = "a list is CycloneDX 1.6 in JSON";

/** The end of a sentence on a document that begins so. */
export function otherFormat(beginning: Uint8Array): string {
  const text = new TextDecoder().decode(beginning).trimStart();
  if (text.startsWith("<")) return `it is XML; ${WANTED}`;
  if (!text.startsWith("{")) return `it is not JSON; ${WANTED}`;
  if (/"(?:spdxVersion|SPDXID)"\s*:/.test(text)) {
    return `it is an SPDX document; ${WANTED}`;
  }
  if (!/"bomFormat"\s*:\s*"CycloneDX"/.test(text)) {
    return `it is JSON of another kind, or it is cut off; ${WANTED}`;
  }
  const [, version] = /"specVersion"\s*:\s*"([^"]{0,64})"/.exec(text) ?? [];
  if (version !== undefined && version !== "1.6") {
    return `it is CycloneDX ${describe(version)}; ${WANTED}`;
  }
  return "it is CycloneDX, but not in the form of a list: all that goes " +
    "before the programs on the first line, then one program on each line";
}
