/**
 * Runs the command lines of package managers: the environment in which they
 * ask nothing and speak English, deadlines, and bounded output.
 *
 * A manager that is killed at its deadline may leave the system's database in
 * the middle of something; so the deadline is long, and the asking to end
 * before it too.
 *
 * @module
 */

import type { Processes, RunResult } from "../../host/processes.ts";
import {
  PRINTED_FIRST_BYTES,
  PRINTED_LAST_BYTES,
  readPrinted,
} from "../printed.ts";
import {
  type CommandLine,
  type NativeRules,
  printedBy,
  type Verdict,
} from "./kind.ts";

// The system's own first: in /usr/local/bin are the commands of programs, also
// of publishers who may run nothing as administrator.
const ENVIRONMENT = {
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
};

/** A question to a database; it may wait for the disk, and for nothing else. */
const ASK_DEADLINE_MS = 60_000;
/** The list of 100,000 packages. */
const ASK_BYTES_MAX = 32 * 1_024 * 1_024;
const GRACE_MS = 30_000;
/** Verdicts and notes are read from this much of the beginning. */
const ORDER_BYTES_MAX = 262_144;

/** What rpm says at each start on a system whose own manager is another. */
const BANNERS =
  /^rpm: (RPM should not be used directly|However assuming).*\n/gm;

/** An order that was carried out, or tried. */
export interface Answer {
  readonly verdict: Verdict;
  readonly output: string;
  readonly notes: readonly string[];
}

/** Runs command lines. */
export class Runner {
  readonly #processes: Processes;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  /** What a question is answered with; nothing when it fails. */
  async ask(
    command: CommandLine,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const result = await this.#processes.run({
      command,
      environment: { ...ENVIRONMENT, ...environment },
      account: null,
      deadlineMs: ASK_DEADLINE_MS,
      outputBytesMax: ASK_BYTES_MAX,
    });
    // As it stands: fields are parted by tabs.
    return result.code === 0 ? new TextDecoder().decode(result.stdout) : "";
  }

  /** Has a manager do something. */
  async order(
    command: CommandLine,
    rules: NativeRules,
    deadlineSeconds: number,
  ): Promise<Answer | "not there"> {
    const result = await this.#processes.run({
      command,
      environment: { ...ENVIRONMENT, ...rules.environment },
      account: null,
      deadlineMs: deadlineSeconds * 1_000,
      graceMs: GRACE_MS,
      outputBytesMax: ORDER_BYTES_MAX,
      tailBytesMax: PRINTED_LAST_BYTES,
    });
    if (result.fault === "not found") return "not there";
    const printed = printedBy(result).replaceAll(BANNERS, "");
    const output = shorten(readPrinted(result.both).replaceAll(BANNERS, ""));
    const verdict = verdictOn(result, rules, deadlineSeconds);
    const notes = [...rules.notes(printed)];
    if (verdict.kind === "done" && verdict.note !== undefined) {
      notes.push(verdict.note);
    }
    return { verdict, output, notes };
  }
}

function verdictOn(
  result: RunResult,
  rules: NativeRules,
  deadlineSeconds: number,
): Verdict {
  if (result.fault !== undefined) {
    const why = result.faultDetail ?? result.fault;
    return { kind: "failed", reason: "denied", why };
  }
  if (!result.killed) return rules.judge(result);
  const why = `${rules.manager} was killed at its deadline of ` +
    `${deadlineSeconds} s`;
  return { kind: "failed", reason: "deadline", why };
}

/** What is kept of a long output: its two ends, as of a hook's. */
function shorten(text: string): string {
  const middle = text.length - PRINTED_FIRST_BYTES - PRINTED_LAST_BYTES;
  if (middle <= 0) return text;
  return `${text.slice(0, PRINTED_FIRST_BYTES).toWellFormed()}\n` +
    `... ${middle} characters left out ...\n` +
    text.slice(-PRINTED_LAST_BYTES).toWellFormed();
}
