/**
 * The command line of the kit.
 *
 * @module
 */

import type { ServerCommands } from "./kit/server_stage.ts";

export const USAGE = `Usage:
  deno task conformance agent  [OPTIONS] -- COMMAND...
  deno task conformance server [OPTIONS] --join FILE -- COMMAND...
  deno task conformance ours   [OPTIONS]
  deno task conformance codec  -- COMMAND...

Checks an implementation of SeP and SiP against docs/protocol.md, over the wire.
COMMAND starts it; these placeholders are filled: of an agent {join} {state}
{programs} {address} {server}, of a server {address} {directory} {join}.
"ours" plays this repository's two ends, and "codec" checks what a program
says of datagrams in tests/vectors. See tests/conformance/README.md.

Options:
  --profile FILE   All commands of an implementation, as JSON
  --join FILE      Of a server: the join file of its fleet
  --package FILE   Of a server: a package that is in its catalogue
  --network A.B.C  The loopback network to play in; else 127.0.53
  --only TEXT      Only the cases with this in their identifier
  --json FILE      Write the report there
  --log            Show what the implementation printed, at the end

Exit codes: 0 every MUST holds, 1 one does not, 2 the command line is wrong`;

const VALUED = ["profile", "join", "package", "network", "only", "json"];

export interface Options {
  readonly what: string;
  readonly command: readonly string[];
  readonly log: boolean;
  readonly values: ReadonlyMap<string, string>;
}

/** A profile: the commands of an implementation's two ends. */
export interface Profile {
  readonly agent?: { readonly run: readonly string[] };
  readonly server?: ServerCommands & {
    readonly join: string;
    readonly package?: string;
  };
}

/** Null when the command line is wrong. */
export function readOptions(args: readonly string[]): Options | null {
  const split = args.indexOf("--");
  const command = split < 0 ? [] : args.slice(split + 1);
  const [what = "", ...rest] = split < 0 ? args : args.slice(0, split);
  const values = new Map<string, string>();
  let log = false;
  for (let at = 0; at < rest.length; at++) {
    const name = rest[at]?.replace(/^--/, "") ?? "";
    if (name === "log") {
      log = true;
      continue;
    }
    const value = rest[++at];
    if (!VALUED.includes(name) || value === undefined) return null;
    values.set(name, value);
  }
  const isKnown = ["agent", "server", "ours", "codec"].includes(what);
  return isKnown ? { what, command, log, values } : null;
}

export async function readProfile(path: string | URL): Promise<Profile> {
  return JSON.parse(await Deno.readTextFile(path));
}
