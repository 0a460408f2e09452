/** Lists as text, and readers that are fed in pieces. */

import { assertEquals } from "@std/assert";
import { ListReader, type ParsedList } from "../../lib/peo/parse.ts";
import type { ListedProgram } from "../../lib/peo/program.ts";
import { ok, type Outcome } from "../../lib/trust/outcome.ts";

/** A component of a list. */
export const EDITOR = {
  type: "application",
  name: "editor",
  version: "1.0",
  purl: "pkg:generic/editor@1.0",
  properties: [{ name: "flottille:source", value: "flottille" }],
};

/** The one after it. */
export const VIEWER = { ...EDITOR, name: "viewer" };

/** The normative form, of whatever components. */
export function listText(components: unknown[], metadata?: unknown): string {
  const bom = { bomFormat: "CycloneDX", specVersion: "1.6" };
  const head = JSON.stringify({ ...bom, metadata }).slice(0, -1);
  const lines = components.map((one) => JSON.stringify(one)).join(",\n");
  return `${head},"components":[${lines === "" ? "" : `\n${lines}\n`}]}\n`;
}

/** Reads the bytes in pieces of this size, or of these sizes. */
export function readInPieces(
  bytes: Uint8Array,
  size: number | (() => number),
): Outcome<ParsedList, string> {
  const reader = new ListReader();
  const programs: ListedProgram[] = [];
  const sizeOf = typeof size === "number" ? () => size : size;
  for (let at = 0; at < bytes.length;) {
    const end = at + sizeOf();
    const read = reader.push(bytes.subarray(at, end));
    if (!read.ok) return read;
    programs.push(...read.value);
    at = end;
  }
  const end = reader.finish();
  if (!end.ok) return end;
  const { count, ...head } = end.value;
  assertEquals(count, programs.length);
  return ok({ programs, ...head });
}

/** The bytes of the text. */
export function utf8(of: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(of);
}
