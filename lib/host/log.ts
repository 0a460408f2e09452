/**
 * What a program of ours says of itself while it runs. Who formats it, and where it
 * goes, is bound at the door (`lib/cli/`); here it is one function, so a test
 * can keep the lines and look at them.
 *
 * @module
 */

/** How much a line matters, least first. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/**
 * Writes one line. The message is a constant sentence, so that equal events
 * are equal lines and can be counted together (F-11); what differs is in the
 * fields, which the writer must escape: some hold words of strangers (D-10).
 */
export type Log = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Says nothing. */
export const silentLog: Log = () => {};

/** The sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
