/**
 * The config file in a copy of a fleet's directory: the fleet is where the file
 * is, wherever the original said that it was. Everything else stays as its
 * owner wrote it.
 *
 * @module
 */

import { dirname } from "node:path";
import { parseConfig } from "../config/config.ts";

const HERE = 'directory = "."';

/**
 * The text for a copy.
 *
 * @param path Of the copy.
 * @throws {Error} when its owner wrote it in a form that we cannot change.
 */
export function movedConfig(text: string, path: string): string {
  // What is wrong with one that cannot be read, its reader says better.
  const { ok } = parseConfig(text, path);
  if (!ok || isHere(text, path)) return text;
  const lines = text.split("\n");
  // Only what stands before the first table is an option of the file itself.
  const table = lines.findIndex((line) => /^\s*\[/.test(line));
  const line = lines.findIndex((line, at) =>
    /^\s*directory\s*=/.test(line) && (table === -1 || at < table)
  );
  if (line === -1) lines.unshift(HERE);
  else lines[line] = HERE;
  const moved = lines.join("\n");
  if (isHere(moved, path)) return moved;
  throw new Error(
    `Cannot copy the config file: its option "directory" cannot be changed; ` +
      `write it on a line of its own: ${HERE}`,
  );
}

function isHere(text: string, path: string): boolean {
  const config = parseConfig(text, path);
  return config.ok && config.value.directory === dirname(path);
}
