/**
 * How a command fails: one sentence, what to do about it, and an exit code.
 * Whatever else is thrown is turned into the same shape here, so that a person
 * never sees a bare stack for an everyday event.
 *
 * @module
 */

import type { ExitName } from "./exit_codes.ts";

/** Thrown by a command to end it; printed by `runProgram`. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly exit: ExitName;
  /** What the person can do, a line each. */
  readonly advice: readonly string[];

  constructor(
    exit: ExitName,
    sentence: string,
    options: { advice?: readonly string[]; cause?: unknown } = {},
  ) {
    super(sentence, { cause: options.cause });
    this.exit = exit;
    this.advice = options.advice ?? [];
  }
}

/**
 * What the errors of the rooms mean to a person at a terminal, by their names:
 * the names are the same in every runtime and in every bundle.
 */
const EXIT_BY_NAME: Readonly<Record<string, ExitName>> = {
  AddrInUse: "portInUse",
  AgentError: "config",
  PermissionDenied: "config",
  PackError: "failed",
  NotFound: "notFound",
  Interrupted: "interrupted",
};

/**
 * What of the system is no fault of ours, by its own codes: errors that the
 * runtime gives no name. A path of the person's cannot be used as it is.
 */
const SYSTEM_CODES: ReadonlySet<string> = new Set(
  ["EROFS", "ENOSPC", "EDQUOT", "EISDIR", "ENOTDIR", "EACCES", "EPERM"],
);

/** How the runtime words an error of the system. */
const SYSTEM_MESSAGE = /^(Cannot .+: )?([^:]+) \(os error \d+\): (\w+) (.+)$/s;

/** How deep causes are followed. */
const CAUSES_MAX = 8;

/**
 * Any error as a failure. An `Error` without a name of its own is a sentence
 * that a room wrote for a person: what it ends with is `plain`, for only the
 * caller knows what it was about. Without that, and for errors of the runtime,
 * it is a fault, and the stack is shown.
 */
export function failureOf(error: unknown, plain?: ExitName): CliFailure {
  const chain = causesOf(error);
  const failure = chain.find((one) => one instanceof CliFailure);
  if (failure !== undefined) return failure;
  const exits = chain.flatMap((one) => exitOf(one, plain) ?? []);
  // A port that is taken counts wherever it stands in the chain; else the
  // outermost error counts, for it says what was being done.
  const exit = exits.find((one) => one === "portInUse") ?? exits[0] ?? "fault";
  const [sentence = "", ...lines] = messageOf(error).split("\n");
  return new CliFailure(exit, sentence, {
    advice: [
      ...lines.map((line) => line.trim()),
      ...(exit === "fault" ? stackOf(error) : []),
    ],
    cause: error,
  });
}

/** The work's own value; its plain errors are about files of the fleet. */
export async function withConfigFailures<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw failureOf(error, "config");
  }
}

function exitOf(error: Error, plain?: ExitName): ExitName | undefined {
  const { name } = error;
  if (Object.hasOwn(EXIT_BY_NAME, name)) return EXIT_BY_NAME[name];
  if ("code" in error && SYSTEM_CODES.has(String(error.code))) return "config";
  return name === "Error" ? plain : undefined;
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  let one = error;
  while (one instanceof Error && chain.length < CAUSES_MAX) {
    chain.push(one);
    one = one.cause;
  }
  return chain;
}

/** As much of a stack as helps whoever is asked for help. */
const STACK_LINES_MAX = 8;

function stackOf(error: unknown): string[] {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  return stack.split("\n").slice(1, 1 + STACK_LINES_MAX).map((line) =>
    line.trim()
  );
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === "") return "An error without a message";
  // What was being done comes first, as in every sentence of ours.
  return message.replace(
    SYSTEM_MESSAGE,
    (_, sentence: string | undefined, found, doing, path) =>
      sentence === undefined
        ? `Cannot ${doing} ${path}: ${found}`
        : `${sentence}${found}`,
  );
}
