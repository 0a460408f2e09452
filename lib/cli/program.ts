/**
 * A program of several commands: finds the one that is meant, prints help,
 * runs it, and turns whatever happens into an exit code.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { type Command, type Context, HELP_WORDS } from "./command.ts";
import { exitCode, exitCodeLines } from "./exit_codes.ts";
import { CliFailure, failureOf } from "./failure.ts";
import { helpLines, type HelpPage } from "./help.ts";
import { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { suggestion } from "./suggestion.ts";

/** A program, before it is run. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly about: readonly string[];
  /** In the order of the help; groups keep together. */
  readonly commands: readonly Command[];
  readonly process: ProcessFacts;
}

/** Runs one command line; never rejects. */
export async function runProgram(
  program: Program,
  host: Host,
  args: readonly string[],
): Promise<number> {
  const output = new Output(host.terminal, host.clock);
  try {
    const { name, process } = program;
    return await dispatch(
      program,
      { host, output, process, program: name },
      args,
    );
  } catch (error) {
    const { exit, message, advice } = failureOf(error);
    output.error(message, advice);
    return exitCode(exit);
  }
}

async function dispatch(
  program: Program,
  context: Context,
  args: readonly string[],
): Promise<number> {
  const { output, host } = context;
  const [first, ...rest] = args;
  const print = (page: HelpPage) => {
    output.text(helpLines(page, host.terminal.columns()));
    output.text(["", "Exit codes:", ...exitCodeLines()]);
    return exitCode("ok");
  };
  if (first === undefined) {
    output.error("There is no command", [
      `${program.name} --help lists the commands`,
    ]);
    return exitCode("usage");
  }
  if (first === "--version" || first === "version") {
    output.line(`${program.name} ${program.version}`);
    return exitCode("ok");
  }
  if (HELP_WORDS.includes(first)) return print(programPage(program));
  if (first === "help") {
    const [about] = rest;
    return about === undefined
      ? print(programPage(program))
      : print(commandOf(program, about).help(program.name));
  }
  const command = commandOf(program, first);
  if (asksForHelp(rest)) return print(command.help(program.name));
  const read = command.read(rest);
  if (!read.ok) {
    throw new CliFailure("usage", read.fault, {
      advice: [
        `Usage: ${command.help(program.name).usage}`,
        `${program.name} ${command.name} --help says more`,
      ],
    });
  }
  return exitCode(await read.value(context));
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const words = end === -1 ? args : args.slice(0, end);
  return words.some((word) => HELP_WORDS.includes(word));
}

function commandOf(program: Program, word: string): Command {
  const found = program.commands.find(({ name }) => name === word);
  if (found !== undefined) return found;
  const names = [
    ...program.commands.map(({ name }) => name),
    "help",
    "version",
  ];
  const near = suggestion(word, names);
  throw new CliFailure(
    "usage",
    `There is no command "${word}"${near === null ? "" : `; ${near}`}`,
    { advice: [`${program.name} --help lists the commands`] },
  );
}

function programPage({ name, about, commands }: Program): HelpPage {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const group = groups.get(command.group) ?? [];
    group.push(command);
    groups.set(command.group, group);
  }
  return {
    usage: `${name} COMMAND [ARGUMENTS]`,
    about,
    sections: [
      ...[...groups].map(([title, members]) => ({
        title,
        entries: members.map((member) => ({
          term: member.name,
          text: member.summary,
        })),
      })),
      {
        title: "Help",
        entries: [
          { term: `${name} COMMAND --help`, text: "Options and examples" },
          { term: `${name} --version`, text: "The version" },
        ],
      },
    ],
  };
}
