/**
 * One command of the server's command line: its words for people, its typed
 * parser, what it does. `defineCommand` closes over the type of its values, so
 * that commands of every type stand in one list.
 *
 * @module
 */

import { formatMessage } from "@optique/core/message";
import { getDocPageSync, type Parser, parseSync } from "@optique/core/parser";
import { extractOptionNames, formatUsageTerm } from "@optique/core/usage";
import type { Host } from "../host/host.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { ExitName } from "./exit_codes.ts";
import type { Example, HelpEntry, HelpPage, HelpSection } from "./help.ts";
import type { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { suggestion } from "./suggestion.ts";

/** What a command works with. */
export interface Context {
  readonly host: Host;
  readonly output: Output;
  readonly process: ProcessFacts;
  /** How the program is called: `flottille-server`. */
  readonly program: string;
}

/** What a command is made from. */
export interface CommandSpec<T> {
  readonly name: string;
  /** Under which heading of the program's help it stands. */
  readonly group: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the command's name: `NAME --on WHERE...`. */
  readonly usage: string;
  /** Paragraphs, for the command's own help. */
  readonly about: readonly string[];
  /** Command lines without the program's name, and what they do. */
  readonly examples: readonly Example[];
  readonly parser: Parser<"sync", T, unknown>;
  run(context: Context, values: T): Promise<ExitName>;
}

/** A command, whatever the type of its values. */
export interface Command {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly parser: Parser<"sync", unknown, unknown>;
  help(program: string): HelpPage;
  /** What to run, or a sentence on what is wrong with the arguments. */
  read(
    args: readonly string[],
  ): Outcome<(context: Context) => Promise<ExitName>, string>;
}

/** The words that ask for help on a command. */
export const HELP_WORDS: readonly string[] = ["--help", "-h"];

/** Makes a command. */
export function defineCommand<T>(spec: CommandSpec<T>): Command {
  const { name, group, summary, parser } = spec;
  const options = [...extractOptionNames(parser.usage), "--help"];
  return {
    name,
    group,
    summary,
    parser,
    help: (program) => helpOf(spec, program),
    read(args) {
      const parsed = parseSync(parser, args);
      if (parsed.success) {
        return ok((context) => spec.run(context, parsed.value));
      }
      return fault(
        unknownOption(args, options) ??
          formatMessage(parsed.error, { quotes: false }),
      );
    },
  };
}

/** The sentence on the first option that the command does not have. */
function unknownOption(
  args: readonly string[],
  options: readonly string[],
): string | null {
  const end = args.indexOf("--");
  const words = end === -1 ? args : args.slice(0, end);
  for (const word of words) {
    const [name = ""] = word.split("=", 1);
    if (!/^-[^\d]/.test(name)) continue; // A word, or a negative number.
    if (options.includes(name)) continue;
    const near = suggestion(name, options);
    return `There is no option "${name}" here${near ? `; ${near}` : ""}`;
  }
  return null;
}

function helpOf<T>(spec: CommandSpec<T>, program: string): HelpPage {
  const entries =
    getDocPageSync(spec.parser)?.sections.flatMap((section) =>
      section.entries
    ) ?? [];
  const argumentList: HelpEntry[] = [];
  const optionList: HelpEntry[] = [];
  for (const { term, description } of entries) {
    const list = term.type === "argument" ? argumentList : optionList;
    list.push({
      term: formatUsageTerm(term, { optionsSeparator: ", " }),
      text: description ? formatMessage(description, { quotes: false }) : "",
    });
  }
  optionList.push({ term: "--help", text: "Print this help" });
  const sections: HelpSection[] = [
    { title: "Arguments", entries: argumentList },
    { title: "Options", entries: optionList },
  ];
  const usage = [program, spec.name, spec.usage].join(" ").trim();
  const examples = spec.examples.map(([line, does]): Example => [
    `${program} ${line}`,
    does,
  ]);
  return { usage, about: spec.about, sections, examples };
}
