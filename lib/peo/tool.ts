/**
 * Other programs that a source asks: found by absolute path where only the
 * system's administrator can put things, and run so that they cannot hurt.
 * Never below /usr/local or in a search path of somebody's: in there are the
 * commands of programs, also of publishers who may run nothing as
 * administrator.
 *
 * @module
 */

import { sentenceOf } from "../host/log.ts";
import type { RunResult } from "../host/processes.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { madeListable } from "./program.ts";
import type { SourceContext } from "./source.ts";

/** What to run. */
export interface ToolRun {
  /** The name of its file: `rpm`, `reg.exe`. */
  readonly tool: string;
  readonly args: readonly string[];
  /**
   * It is told of another root by its arguments: so the tool of this very
   * system is taken, and not the one below the root.
   */
  readonly takesRoot?: true;
  /** Where it may be, in place of the system's own directories. */
  readonly directories?: readonly string[];
  /** Put over the environment that all tools have. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes with which what it printed counts; zero alone if absent. */
  readonly codes?: readonly number[];
  /** Told of what it printed on its standard error though it went well. */
  readonly onSaid?: (line: string) => void;
  readonly deadlineMs?: number;
  /** Bytes that it may print. */
  readonly outputBytesMax?: number;
}

/** A source's own deadline is half as much again. */
export const TOOL_DEADLINE_MS = 20_000;

/** 200,000 packages in a query format of ours take less. */
export const TOOL_OUTPUT_BYTES_MAX = 64 * 1_024 * 1_024;

/** Between the asking to end and the killing. */
const GRACE_MS = 1_000;

/** What a fault quotes of a tool's own words. */
const SAID_LENGTH_MAX = 200;

const POSIX_DIRECTORIES = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

const WINDOWS_DIRECTORIES = ["C:\\Windows\\System32"];

/** Tools that are told nothing else speak English, in UTF-8. */
const ENVIRONMENT = {
  PATH: POSIX_DIRECTORIES.join(":"),
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

type ToolContext = Pick<
  SourceContext,
  "disk" | "processes" | "machine" | "root"
>;

/**
 * What the tool printed on its standard output, or a sentence on why that is
 * not known; null when this machine has no such tool.
 */
export async function toolOutput(
  context: ToolContext,
  run: ToolRun,
): Promise<Outcome<Uint8Array<ArrayBuffer>, string> | null> {
  const {
    deadlineMs = TOOL_DEADLINE_MS,
    outputBytesMax = TOOL_OUTPUT_BYTES_MAX,
  } = run;
  try {
    const path = await pathOf(context, run);
    if (path === null) return null;
    const result = await context.processes.run({
      command: [path, ...run.args],
      environment: { ...ENVIRONMENT, ...run.environment },
      ...{ deadlineMs, graceMs: Math.min(GRACE_MS, deadlineMs / 2) },
      outputBytesMax,
      leftovers: "kill",
    });
    const why = whyNot(result, { ...run, deadlineMs, outputBytesMax });
    if (why !== null) return fault(`Cannot read what ${path} says: ${why}`);
    if (run.onSaid !== undefined) saidBy(result).forEach(run.onSaid);
    return ok(result.stdout);
  } catch (error) {
    return fault(`Cannot run ${run.tool}: ${sentenceOf(error)}`);
  }
}

/** Is the tool there? The path by which it is run, or null. */
async function pathOf(
  { disk, machine, root }: ToolContext,
  { tool, takesRoot, directories }: ToolRun,
): Promise<string | null> {
  const isWindows = machine.system === "windows";
  const own = isWindows ? WINDOWS_DIRECTORIES : POSIX_DIRECTORIES;
  const before = takesRoot ? "" : root;
  for (const directory of directories ?? own) {
    const path = `${before}${directory}${isWindows ? "\\" : "/"}${tool}`;
    const kind = (await disk.stat(path))?.kind;
    // Alternatives and interpreters of several versions are links.
    if (kind === "file" || kind === "symlink") return path;
  }
  return null;
}

type Limits = Required<Pick<ToolRun, "deadlineMs" | "outputBytesMax">>;

/** The end of a sentence; null when what it printed counts. */
function whyNot(
  result: RunResult,
  { codes = [0], deadlineMs, outputBytesMax }: Limits & Pick<ToolRun, "codes">,
): string | null {
  if (result.fault !== undefined) {
    return `it cannot be run, ${result.faultDetail ?? result.fault}`;
  }
  if (result.truncated) {
    return `it printed more than ${outputBytesMax} bytes; ` +
      "run it by hand to see what";
  }
  if (result.killed) {
    return `it did not end within ${deadlineMs / 1_000} s; ` +
      "run it by hand to see why";
  }
  if (result.code === null) {
    return `${result.signal ?? "a signal"} ended it${firstSaid(result)}`;
  }
  return codes.includes(result.code)
    ? null
    : `it ended with code ${result.code}${firstSaid(result)}`;
}

/** As the end of a sentence. */
function firstSaid(result: RunResult): string {
  const [first] = saidBy(result);
  return first === undefined ? "" : `: ${first}`;
}

/** Of its standard error. */
const SAID_BYTES_MAX = 16_384;

/** The lines of its standard error that say something. */
function saidBy({ stderr }: RunResult): string[] {
  const text = new TextDecoder().decode(stderr.subarray(0, SAID_BYTES_MAX));
  return text.split(/[\r\n]+/).map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => madeListable(line, SAID_LENGTH_MAX));
}
