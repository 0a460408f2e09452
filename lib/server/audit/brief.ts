/**
 * A list in a record. An order can name ten thousand machines, a record cannot:
 * a long list is told by its length, its hash and its beginning. Whoever has
 * the list can show that it is the one; nobody can show another.
 *
 * @module
 */

import { sha256, toHex, utf8 } from "../../trust/bytes.ts";
import type { AuditFact } from "./record.ts";

const ITEMS_MAX = 32;
const CHARS_MAX = 2_000;

/** The list itself, or what stands for it. */
export function brief(items: readonly string[]): AuditFact {
  const chars = items.reduce((sum, item) => sum + item.length, 0);
  if (items.length <= ITEMS_MAX && chars <= CHARS_MAX) return items;
  // As lines: `printf '%s\n' A B | sha256sum` says the same.
  const lines = items.map((item) => `${item}\n`).join("");
  return {
    count: items.length,
    sha256: toHex(sha256(utf8(lines))),
    first: beginning(items),
  };
}

/** A text in a record. */
export function briefText(text: string): AuditFact {
  if (text.length <= CHARS_MAX) return text;
  return { chars: text.length, sha256: toHex(sha256(utf8(text))) };
}

function beginning(items: readonly string[]): string[] {
  const first: string[] = [];
  let chars = 0;
  for (const item of items.slice(0, ITEMS_MAX)) {
    chars += item.length;
    if (chars > CHARS_MAX) break;
    first.push(item);
  }
  return first;
}
