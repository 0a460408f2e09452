/**
 * Whether a program may be changed now, or the person at the machine is left
 * alone. Pure.
 *
 * @module
 */

/** What an agent can be told to wait for, besides an exam. */
export const SPARED = {
  use: "while a person uses the program",
  login: "while somebody is logged in at the machine",
} as const;

/** A thing that is waited for. */
export type Spared = keyof typeof SPARED;

/** What was found at the machine. */
export interface Presence {
  /** What the exam's file says; null: there is none. */
  readonly exam: string | null;
  /** Persons who are logged in at the machine. */
  readonly logins: number;
  /** Processes of persons that run the program. */
  readonly processes: readonly number[];
}

/** Nobody is there. */
export const NOBODY: Presence = { exam: null, logins: 0, processes: [] };

/** Numbers in one sentence. */
const TOLD_MAX = 5;

/**
 * Why the program must be left as it is for now, as the end of a sentence;
 * null: it may be changed. Nobody is named: the server need not know who sits
 * where.
 */
export function whySpared(
  spared: readonly Spared[],
  name: string,
  { exam, logins, processes }: Presence,
): string | null {
  if (exam !== null) {
    return `an exam is under way${exam === "" ? "" : ` (${exam})`}`;
  }
  if (spared.includes("use") && processes.length > 0) {
    const told = processes.slice(0, TOLD_MAX).join(", ");
    const more = processes.length > TOLD_MAX ? ", ..." : "";
    const what = processes.length === 1 ? "process" : "processes";
    return `${name} is in use (${what} ${told}${more})`;
  }
  return spared.includes("login") && logins > 0
    ? "somebody is logged in at the machine"
    : null;
}
