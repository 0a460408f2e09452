/**
 * Completions for the shells: a script that knows a program's commands and
 * their options. It asks the program nothing, so the TAB key stays quick; what
 * is no option is completed as a file. Pure.
 *
 * @module
 */

import { type CommandManual, type Manual, optionsOf } from "./manual.ts";

/** The script for each shell. */
export const COMPLETIONS = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  pwsh: powershellScript,
} as const satisfies Record<string, (manual: Manual) => string>;

/** A shell that completions are made for. */
export type Shell = keyof typeof COMPLETIONS;

function functionOf({ name }: Manual): string {
  return `_${name.replaceAll("-", "_")}`;
}

/** All words that begin with a dash. */
function optionNames(command: CommandManual): string[] {
  return optionsOf(command).flatMap(({ names }) => names);
}

function bashScript(manual: Manual): string {
  const { name, commands } = manual;
  const cases = commands.map((command) =>
    `    ${command.name}) options="${optionNames(command).join(" ")}" ;;`
  );
  const words = commands.map((command) => command.name).join(" ");
  return `# Completion of ${name} for bash. For good:
#   ${name} completion bash > /etc/bash_completion.d/${name}
${functionOf(manual)}() {
  local current=\${COMP_WORDS[COMP_CWORD]} options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words} help --help --version" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    help) options="${words}" ;;
  esac
  if [[ $current == -* || \${COMP_WORDS[1]} == help ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F ${functionOf(manual)} ${name}
`;
}

function zshScript(manual: Manual): string {
  const { name, commands } = manual;
  const own = functionOf(manual);
  const described = (word: string, says: string) =>
    `'${quoted(`${word.replaceAll(":", "\\:")}:${says}`)}'`;
  const cases = commands.map((command) => {
    const options = optionsOf(command).flatMap(({ names, says }) =>
      names.map((option) => described(option, says))
    );
    return `    ${command.name}) options=(${options.join(" ")}) ;;`;
  });
  const words = commands.map((command) =>
    `    ${described(command.name, command.summary)}`
  );
  return `#compdef ${name}
# Completion of ${name} for zsh. For good, in a folder of $fpath:
#   ${name} completion zsh > /usr/local/share/zsh/site-functions/_${name}
${own}() {
  local -a commands options
  commands=(
${words.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe option options
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_${name}" ]; then
  ${own} "$@"
else
  compdef ${own} ${name}
fi
`;
}

function fishScript({ name, commands }: Manual): string {
  const lines = commands.flatMap((command) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name} ` +
    `-d '${quotedForFish(command.summary)}'`,
    ...optionsOf(command).map(({ names, metavar, says }) => {
      const words = names.map((option) =>
        option.startsWith("--")
          ? `-l ${option.slice(2)}`
          : `-s ${option.slice(1)}`
      );
      const value = metavar === null ? "" : " -r";
      return `complete -c ${name} -n '__fish_seen_subcommand_from ` +
        `${command.name}' ${words.join(" ")}${value} ` +
        `-d '${quotedForFish(says)}'`;
    }),
  ]);
  return `# Completion of ${name} for fish. For good:
#   ${name} completion fish > /etc/fish/completions/${name}.fish
${lines.join("\n")}
`;
}

function powershellScript({ name, commands }: Manual): string {
  const rows = commands.map((command) => {
    const options = optionNames(command).map((word) => `'${word}'`);
    return `    '${command.name}' = @(${options.join(", ")})`;
  });
  return `# Completion of ${name} for PowerShell. For good, into your profile:
#   ${name} completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($word, $line, $cursor)
  $options = @{
${rows.join("\n")}
  }
  $before = $line.CommandElements | ForEach-Object { $_.ToString() }
  $choices = if ($before.Count -lt 2 -or
      ($before.Count -eq 2 -and $word -ne '')) {
    $options.Keys | Sort-Object
  } else { $options[$before[1]] }
  $choices | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_)
  }
}
`;
}

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

function quotedForFish(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
