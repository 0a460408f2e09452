/**
 * The agent's help pages.
 *
 * @module
 */

import { AGENT_VERSION } from "../agent/status.ts";
import type { AgentCommand } from "./agent_arguments.ts";
import { AGENT_COMMANDS } from "./agent_commands.ts";
import { exitCodeLines } from "./exit_codes.ts";
import { helpLines, type HelpPage } from "./help.ts";
import type { Manual } from "./manual/manual.ts";

const NAME = "flottille-agent";

const ABOUT = "Makes this computer a machine of a fleet: installs, updates, " +
  "removes and lists programs as the fleet's server orders, and nothing that " +
  "the fleet's owner has not signed.";

/** The help of the program, for a terminal of so many columns. */
export function agentHelp(columns: number): string[] {
  return withExitCodes(helpLines({
    usage: `${NAME} COMMAND [OPTIONS]`,
    about: [ABOUT],
    sections: [
      {
        title: "Commands",
        entries: AGENT_COMMANDS.map(({ name, summary }) => ({
          term: name,
          text: summary,
        })),
      },
      {
        title: "Help",
        entries: [
          { term: `${NAME} COMMAND --help`, text: "Options and examples" },
          { term: `${NAME} --version`, text: "The version" },
        ],
      },
    ],
  }, columns));
}

/** The help of one command. */
export function commandHelp(command: AgentCommand, columns: number): string[] {
  return withExitCodes(helpLines(pageOf(command), columns));
}

/** All that there is to say of the agent's command line. */
export function agentManual(): Manual {
  return {
    name: NAME,
    version: AGENT_VERSION,
    about: [ABOUT],
    commands: AGENT_COMMANDS.map((command) => ({
      name: command.name,
      summary: command.summary,
      page: pageOf(command),
    })),
  };
}

function pageOf(command: AgentCommand): HelpPage {
  const { name, about, options, examples } = command;
  const operands = (command.operands ?? []).map(({ name, needed }) =>
    needed ? ` ${name}` : ` [${name}]`
  ).join("");
  return {
    usage: `${NAME} ${name}${operands} [OPTIONS]`,
    about,
    sections: [
      {
        title: "Options",
        entries: [
          ...options.filter(({ hidden = false }) => !hidden).map(
            ({ name, metavar, says }) => ({
              term: metavar === null ? name : `${name} ${metavar}`,
              text: says,
            }),
          ),
          { term: "--help", text: "Print this help" },
        ],
      },
    ],
    examples: examples.map(([line, does]) => [`${NAME} ${line}`, does]),
  };
}

function withExitCodes(lines: string[]): string[] {
  return [...lines, "", "Exit codes:", ...exitCodeLines()];
}
