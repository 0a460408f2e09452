/**
 * The agent's command line, read: which command, and its options. It uses the
 * runtime's own `parseArgs` and no library, because an idle agent's memory is
 * measured; the table of options gives the parser and the help.
 *
 * Pure: arguments in, a request or a failure out.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { CliFailure } from "./failure.ts";
import type { Example } from "./help.ts";
import { suggestion } from "./suggestion.ts";

/** An option of the agent. */
export interface AgentOption {
  /** With its dashes. */
  readonly name: `--${string}`;
  /** What its value is called; null for an option without one. */
  readonly metavar: string | null;
  readonly says: string;
  /** May be given several times. */
  readonly several?: boolean;
  /** Not for people: left out of the help. */
  readonly hidden?: boolean;
}

/** A word that a command takes beside its options. */
export interface AgentOperand {
  /** In capitals, as the help shows it; its key among what was given. */
  readonly name: string;
  readonly needed: boolean;
}

/** A command of the agent. */
export interface AgentCommand {
  readonly name: string;
  readonly summary: string;
  readonly about: readonly string[];
  /** Words beside the options, in their order; none when it is left out. */
  readonly operands?: readonly AgentOperand[];
  readonly options: readonly AgentOption[];
  readonly examples: readonly Example[];
}

/** The values of the options and operands that were given, by their names. */
export type Given = ReadonlyMap<string, readonly string[]>;

const NAME = "flottille-agent";

/**
 * The values given to a command.
 *
 * @throws {CliFailure} for an unknown option, a word too many or too few, a
 * value that is missing, or an option given twice.
 */
export function readArguments(
  command: AgentCommand,
  args: readonly string[],
): Given {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      command.options.map(({ name, metavar }) => [
        name.slice(2),
        { type: metavar === null ? "boolean" : "string", multiple: true },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const operands = [...command.operands ?? []];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      const operand = operands.shift();
      if (operand === undefined) {
        throw wrong(command, `There is one word too many: "${token.value}"`);
      }
      given.set(operand.name, [token.value]);
      continue;
    }
    const option = command.options.find(({ name }) => name === token.rawName);
    if (option === undefined) throw unknownOption(command, token.rawName);
    const { name, several } = option;
    const values = given.get(name) ?? [];
    if (values.length > 0 && !several) {
      throw wrong(command, `${name} is given twice`);
    }
    values.push(valueOf(command, option, token.value));
    given.set(name, values);
  }
  const missing = operands.find(({ needed }) => needed);
  if (missing === undefined) return given;
  const article = /^[AEIOU]/.test(missing.name) ? "an" : "a";
  throw wrong(command, `${command.name} needs ${article} ${missing.name}`);
}

function valueOf(
  command: AgentCommand,
  { name, metavar }: AgentOption,
  value: string | undefined,
): string {
  if (metavar === null) {
    if (value === undefined) return "";
    throw wrong(command, `${name} takes no value`);
  }
  if (value !== undefined && value !== "") return value;
  throw wrong(command, `${name} needs a value: ${name} ${metavar}`);
}

function unknownOption(command: AgentCommand, word: string): CliFailure {
  const names = [...command.options.map(({ name }) => name), "--help"];
  const near = suggestion(word, names);
  return wrong(
    command,
    `There is no option "${word}" here${near === null ? "" : `; ${near}`}`,
  );
}

/** A failure of usage that tells where the help is. */
export function wrong(command: AgentCommand, sentence: string): CliFailure {
  return new CliFailure("usage", sentence, {
    advice: [`${NAME} ${command.name} --help says more`],
  });
}
