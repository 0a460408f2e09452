/**
 * `completion`: what the TAB key knows.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { needing, wordArgument } from "../arguments.ts";
import { type Command, defineCommand } from "../command.ts";
import type { Manual } from "../manual/manual.ts";

/** `flottille-server completion SHELL`, of a program with this manual. */
export function completionCommand(manual: () => Manual): Command {
  return defineCommand({
    name: "completion",
    group: "Help",
    summary: "Print a completion script for a shell",
    usage: "bash|zsh|fish|pwsh",
    about: [
      "Prints a script that completes commands and options at the TAB key. Its " +
      "first lines say where it belongs.",
    ],
    examples: [["completion bash", ""]],
    parser: object({
      shell: wordArgument("SHELL", "bash, zsh, fish or pwsh"),
    }, needing("SHELL")),
    async run({ output }, { shell }) {
      const { completionLines } = await import(
        "../manual/completion_lines.ts"
      );
      output.text(completionLines(manual(), shell));
      return "ok";
    },
  });
}
