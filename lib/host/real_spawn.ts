/**
 * Begins a program, and tells apart what its name in a file may be blamed for
 * (nothing there, nothing that runs) and what only the machine may.
 *
 * @module
 */

import type { RunFault } from "./processes.ts";
import type { Begun, Prepared } from "./real_accounts.ts";

/** The system's names of what can be wrong with a program's name or file. */
const FAULT_OF_CODE: Readonly<Record<string, RunFault>> = {
  ENOENT: "not found",
  ENOTDIR: "not found",
  ELOOP: "not found",
  ENAMETOOLONG: "not found",
  EACCES: "not executable",
  EPERM: "not executable",
  ENOEXEC: "not executable",
  EISDIR: "not executable",
  ELIBBAD: "not executable",
  ETXTBSY: "not executable",
};

const CODE_OF_TEXT: readonly (readonly [RegExp, string])[] = [
  [/text file busy/i, "ETXTBSY"],
  [/exec format error/i, "ENOEXEC"],
  [/not a valid Win32 application/i, "ENOEXEC"],
];

/**
 * A program that was just written cannot be run while any process has it open
 * for writing, and each process that is begun meanwhile inherits that for an
 * instant (ETXTBSY). So this is tried again.
 */
const BUSY_TRIES_MAX = 20;
const BUSY_PAUSE_MS = 50;

/** What programs of Windows cannot live without. */
const WINDOWS_NEEDS = [
  "COMSPEC",
  "PATH",
  "PATHEXT",
  "ProgramData",
  "ProgramFiles",
  "ProgramFiles(x86)",
  "SystemDrive",
  "SystemRoot",
  "TEMP",
  "TMP",
  "windir",
];

/** Begins the program, in a group of its own. */
export async function spawn(
  prepared: Prepared,
): Promise<Begun<Deno.ChildProcess>> {
  const fault = await faultBehind(prepared);
  if (fault !== null) return fault;
  for (let tries = 1;; tries++) {
    try {
      return { ok: true, value: begin(prepared) };
    } catch (error) {
      if (codeOf(error) === "ETXTBSY" && tries < BUSY_TRIES_MAX) {
        await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
        continue;
      }
      return faultOf(error);
    }
  }
}

function begin(prepared: Prepared): Deno.ChildProcess {
  const { command: [program, ...args], environment, directory } = prepared;
  const { goesOn = false } = prepared;
  return new Deno.Command(program, {
    args,
    clearEnv: !goesOn,
    env: !goesOn && Deno.build.os === "windows"
      ? withWindowsNeeds(environment, (name) => Deno.env.get(name))
      : { ...environment },
    ...(directory === undefined ? {} : { cwd: directory }),
    ...(prepared.uid === undefined ? {} : { uid: prepared.uid }),
    ...(prepared.gid === undefined ? {} : { gid: prepared.gid }),
    detached: true, // A group of its own, with the child's number.
    stdin: goesOn ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Clean on Windows means: the system's own variables, and those given. */
export function withWindowsNeeds(
  environment: Readonly<Record<string, string>>,
  inherited: (name: string) => string | undefined,
): Record<string, string> {
  const whole: Record<string, string> = {};
  for (const name of WINDOWS_NEEDS) {
    const value = inherited(name);
    if (value !== undefined) whole[name] = value;
  }
  // The search path given is one of POSIX, and means nothing there.
  const { PATH: _, ...others } = environment;
  return { ...whole, ...others };
}

/**
 * A helper before the program always begins, so what it would run is looked at
 * first; the helper's own answer would only be an exit code.
 */
async function faultBehind(
  { behind }: Prepared,
): Promise<Begun<never> | null> {
  if (behind === undefined || !behind.startsWith("/")) return null;
  try {
    const { isFile, mode } = await Deno.stat(behind);
    if (isFile && ((mode ?? 0) & 0o111) !== 0) return null;
    const detail = `"${behind}" is no file that may be run`;
    return { ok: false, fault: "not executable", detail };
  } catch (error) {
    return faultOf(error);
  }
}

/** @throws the error itself, when it is not about the program's name. */
function faultOf(error: unknown): Begun<never> {
  const fault = FAULT_OF_CODE[codeOf(error)];
  if (fault === undefined || !(error instanceof Error)) throw error;
  return { ok: false, fault, detail: error.message };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  // The runtime gives no code to errors that it has no class for.
  return CODE_OF_TEXT.find(([text]) => text.test(error.message))?.[1] ?? "";
}
