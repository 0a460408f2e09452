/**
 * The exit codes of both programs, once. Scripts and cron act on the number,
 * so a code is never given another meaning; the help and the documents print
 * this very table.
 *
 * @module
 */

/** Every code that a command can end with, and what it means. */
export const EXIT_CODES = {
  ok: { code: 0, text: "Everything that was asked for is done" },
  failed: { code: 1, text: "Something ended badly; each is named" },
  usage: { code: 2, text: "The command line is wrong" },
  config: {
    code: 3,
    text: "A config file, join file, key or directory cannot be used",
  },
  notRunning: { code: 4, text: "The server, or the agent, is not running" },
  notFound: { code: 5, text: "No such machine, program, order or file" },
  portInUse: { code: 6, text: "A port is in use by another program" },
  refused: { code: 7, text: "The server refused the request; it says why" },
  fault: { code: 70, text: "A fault in Flottille itself, or in the system" },
  interrupted: { code: 130, text: "Ctrl-C; what was ordered goes on" },
} as const satisfies Record<string, { code: number; text: string }>;

/** A name of the table. */
export type ExitName = keyof typeof EXIT_CODES;

/** The number of a name of the table. */
export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code;
}

/** The table as lines of text, for the help. */
export function exitCodeLines(): string[] {
  return Object.values(EXIT_CODES).map(({ code, text }) =>
    `${String(code).padStart(5)}  ${text}`
  );
}
