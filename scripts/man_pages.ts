/**
 * Writes the man pages from the commands themselves: `deno task man --write`,
 * or looks whether they are as they should be: `--check`.
 *
 * @module
 */

import { agentManual } from "../lib/cli/agent_help.ts";
import { manPage } from "../lib/cli/manual/man_page.ts";
import { serverManual } from "../lib/cli/server_main.ts";

const DIRECTORY = new URL("../docs/man/", import.meta.url);

/** Each page's file, and its text as it should be. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map(
    [serverManual(), agentManual()].map((manual) => [
      new URL(`${manual.name}.1`, DIRECTORY).pathname,
      manPage(manual),
    ]),
  );
}

if (import.meta.main) {
  for (const [path, text] of manPages()) {
    if (Deno.args.includes("--write")) {
      await Deno.mkdir(DIRECTORY, { recursive: true });
      await Deno.writeTextFile(path, text);
    } else if (await Deno.readTextFile(path).catch(() => "") !== text) {
      console.error(`"${path}" is not what the commands say now`);
      console.error("Write it: deno task man --write");
      Deno.exit(1);
    }
  }
}
