/**
 * Completions and man pages where they are used: `deno task test:shell` (bash,
 * zsh, man). The scripts that both programs print are sourced in a real bash
 * and a real zsh, whose TAB key is pressed in a terminal; the pages are rendered.
 *
 * @module
 */

import { run } from "./kit/process.ts";
import { fromDist, fromSources } from "./kit/programs.ts";
import { manPages } from "./man_pages.ts";

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

async function must(command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command, { deadlineMs: 60_000 });
  if (code === 0) return stdout;
  throw new Error(`${command[0]} ended with ${code}: ${stdout}${stderr}`);
}

/** What a bash would offer for these words; the last one is unfinished. */
async function bashOffers(
  script: string,
  words: readonly string[],
): Promise<string[]> {
  const [name = ""] = words;
  const lines = [
    `source "${script}"`,
    `COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")})`,
    `COMP_CWORD=${words.length - 1}`,
    `$(complete -p ${name} | sed 's/.*-F \\([^ ]*\\).*/\\1/')`,
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  const printed = await must(["bash", "-c", lines.join("\n")]);
  return printed.split("\n").filter((line) => line !== "");
}

/** What a zsh in a terminal has on its line after TAB was pressed. */
async function zshCompletes(script: string, typed: string): Promise<string> {
  const lines = [
    "zmodload zsh/zpty",
    `zpty -b shell zsh -f -i`,
    `zpty -w shell 'autoload -Uz compinit; compinit -u -D; PS1=READY; ` +
    `source "${script}"; echo SOURC""ED'`,
    "seen=; for i in {1..100}; do zpty -rt shell part && seen+=$part; " +
    "[[ $seen == *SOURCED* ]] && break; sleep 0.05; done",
    `zpty -nw shell $'${typed}\\t'`,
    "seen=; for i in {1..60}; do zpty -rt shell part && seen+=$part; " +
    "sleep 0.05; done",
    'print -r -- "$seen"',
    "zpty -d shell",
  ];
  return await must(["zsh", "-f", "-c", lines.join("\n")]);
}

async function tryShells(directory: string): Promise<void> {
  const isDist = Deno.args.includes("--executables");
  const { server, agent } = isDist ? fromDist() : fromSources();
  const print = async (program: readonly string[], shell: string) => {
    const path = `${directory}/${shell}`;
    const script = await must([...program, "completion", shell]);
    await Deno.writeTextFile(path, script);
    return path;
  };
  const bash = await print(server, "bash");
  const first = await bashOffers(bash, ["flottille-server", "in"]);
  demand(
    first.join(" ") === "init inspect install",
    `bash: flottille-server in<TAB> offers ${first.join(" ")}`,
  );
  const options = await bashOffers(bash, [
    "flottille-server",
    "install",
    "--w",
  ]);
  demand(options.includes("--wait"), `bash: install --w<TAB>: ${options}`);
  const agents = await bashOffers(await print(agent, "bash"), [
    ...["flottille-agent", "rollb"],
  ]);
  demand(
    agents[0] === "rollback",
    `bash: flottille-agent rollb<TAB>: ${agents}`,
  );
  const zsh = await print(server, "zsh");
  const word = await zshCompletes(zsh, "flottille-server downg");
  demand(
    word.includes("downgrade"),
    "zsh: flottille-server downg<TAB>: downgrade",
  );
  const option = await zshCompletes(zsh, "flottille-server install --dry");
  demand(option.includes("--dry-run"), "zsh: install --dry<TAB>: --dry-run");
}

async function renderPages(): Promise<void> {
  for (const path of manPages().keys()) {
    const command = `man --warnings -l "${path}" 2>&1 | col -b`;
    const page = await must(["sh", "-c", `MANWIDTH=80 ${command}`]);
    const [name = ""] = path.split("/").slice(-1);
    demand(/^NAME$/m.test(page) && /^COMMANDS$/m.test(page), `man: ${name}`);
    demand(!/warning:/.test(page), `man finds nothing to warn of in ${name}`);
    demand(/--help/.test(page), "dashes are dashes, to be copied");
  }
}

async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-shell-" });
  try {
    await tryShells(directory);
    await renderPages();
    console.log("\ntest:shell: ok");
    return 0;
  } catch (error) {
    console.log(
      `\ntest:shell: ${error instanceof Error ? error.stack : error}`,
    );
    return 1;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
