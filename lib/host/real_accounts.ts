/**
 * Puts the account of `RunOptions.account` into a command: its number, its
 * groups and its home.
 *
 * The runtime sets a user and one group, and empties the list of supplementary
 * groups. `setpriv` of util-linux sets all three, so it goes before the
 * program when there are such groups; where it is missing they are left out.
 *
 * @module
 */

import { type Account, findAccount } from "./accounts.ts";
import type { RunFault, RunOptions } from "./processes.ts";

/** A command that is ready to be spawned. */
export interface Prepared {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The program itself, when a helper stands before it. */
  readonly behind?: string;
  /** It inherits our environment, and a stdin that ends with us. */
  readonly goesOn?: boolean;
}

/** Either a value, or why nothing can be run. */
export type Begun<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: RunFault; readonly detail: string };

const SETPRIV_PATHS = ["/usr/bin/setpriv", "/bin/setpriv"];

/** The command as the account that it asks for. */
export async function realAccounts(
  { command, environment, directory, account }: RunOptions,
): Promise<Begun<Prepared>> {
  const prepared: Prepared = {
    command,
    environment,
    ...(directory === undefined ? {} : { directory }),
  };
  if (account === undefined) return { ok: true, value: prepared };
  const uid = Deno.uid();
  if (uid === null) return withoutAccounts(prepared, account);
  const found = await lookUp(account ?? uid);
  if (found === null && account !== null) {
    return {
      ok: false,
      fault: "no such account",
      detail: `this machine has no account "${account}" in its passwd file`,
    };
  }
  const named = { ...prepared, environment: environmentOf(found, environment) };
  if (found === null || found.uid === uid) return { ok: true, value: named };
  return { ok: true, value: await asAnother(found, named) };
}

async function asAnother(
  { uid, gid, groups }: Account,
  prepared: Prepared,
): Promise<Prepared> {
  const setpriv = groups.length === 0 ? null : await firstOf(SETPRIV_PATHS);
  if (setpriv === null) return { ...prepared, uid, gid };
  return {
    ...prepared,
    behind: prepared.command[0],
    command: [
      setpriv,
      `--reuid=${uid}`,
      `--regid=${gid}`,
      `--groups=${groups.join(",")}`,
      "--",
      ...prepared.command,
    ],
  };
}

/** Windows: the account of this process, and no other. */
function withoutAccounts(
  prepared: Prepared,
  account: string | null,
): Begun<Prepared> {
  if (account === null) return { ok: true, value: prepared };
  const detail = "on this system a program cannot be run as another account";
  return { ok: false, fault: "no such account", detail };
}

function environmentOf(
  account: Account | null,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const { name, home } = account ?? { name: "", home: "/" };
  if (name === "") return { HOME: home, ...environment };
  return { HOME: home, USER: name, LOGNAME: name, ...environment };
}

async function lookUp(who: string | number): Promise<Account | null> {
  const [passwd, group] = await Promise.all(
    ["/etc/passwd", "/etc/group"].map((path) =>
      Deno.readTextFile(path).catch((error) => {
        if (error instanceof Deno.errors.NotFound) return "";
        throw error;
      })
    ),
  );
  return findAccount(who, passwd ?? "", group ?? "");
}

async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      await Deno.stat(path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}
