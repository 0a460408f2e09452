/**
 * Shell sessions that are run for real and written down: what the pages of the
 * documentation that show whole sessions are made from.
 *
 * @module
 */

import { eventually, run, Running, WIDENING } from "./process.ts";
import type { Programs } from "./programs.ts";

/** A paragraph, and what is typed after it. */
export interface Part {
  readonly says?: string;
  /** Shell lines; `... > LOG 2>&1 & echo $! > PID` starts a program. */
  readonly commands?: readonly string[];
  /** On which computer; absent: the one where everything happens. */
  readonly on?: string;
}

/** What a transcript is made in. */
export interface TranscriptOptions {
  readonly directory: string;
  /** What the page shows in its place. */
  readonly home: string;
  /** The command line that runs another one on this computer. */
  readonly within?: (on: string, command: readonly string[]) => string[];
  /** Makes output alike from one run to the next. */
  readonly tidy?: (text: string) => string;
}

/** In the place of the MAC addresses of whatever computer it ran on. */
const MAC = "02:00:00:00:00:01";
const DEADLINE_MS = 90_000;
const BACKGROUND = /^(.*) > (\S+) 2>&1 & echo \$! > (\S+)$/;

/** Shell sessions in one folder, written down. */
export class Transcript {
  readonly lines: string[] = [];
  readonly #options: TranscriptOptions;
  readonly #path: string;
  readonly #background: Running[] = [];

  constructor(options: TranscriptOptions) {
    this.#options = options;
    const { directory } = options;
    this.#path = `${directory}/.bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin`;
  }

  async play(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      if (part.says !== undefined) this.lines.push("", part.says, "");
      if (part.commands === undefined) continue;
      this.lines.push("```console");
      for (const command of part.commands) {
        await this.#command(command, part.on);
      }
      this.lines.push("```");
    }
  }

  async #command(command: string, on: string | undefined): Promise<void> {
    this.lines.push(`${on === undefined ? "" : `${on} `}$ ${command}`);
    const background = BACKGROUND.exec(command);
    if (background !== null) return await this.#start(background, on);
    const { code, stdout, stderr } = await run(this.#shell(command, on), {
      directory: this.#options.directory,
      deadlineMs: DEADLINE_MS,
    });
    const output = this.#tidied(stdout + stderr);
    if (output !== "") this.lines.push(output);
    if (code !== 0) this.lines.push(`(exit code ${code})`);
  }

  /** `env -i` and `sh` both become the program: its number is the child's. */
  async #start(
    [, line = "", log = "", pid = ""]: RegExpExecArray,
    on: string | undefined,
  ) {
    const { directory } = this.#options;
    const shell = `exec ${line} > ${log} 2>&1`;
    const started = new Running(log, this.#shell(shell, on), directory);
    this.#background.push(started);
    await Deno.writeTextFile(`${directory}/${pid}`, `${started.pid}\n`);
    await this.#settled(log);
  }

  /** A program in the background is there when its log says so. */
  async #settled(log: string): Promise<void> {
    await eventually(`${log} says that it is ready`, async () => {
      const path = `${this.#options.directory}/${log}`;
      const text = await Deno.readTextFile(path).catch(() => "");
      return / (runs|is ready) /.test(text) ? true : null;
    });
  }

  #shell(line: string, on: string | undefined): string[] {
    const { within } = this.#options;
    const here = ["env", `PATH=${this.#path}`, "NO_COLOR=1", "sh", "-c", line];
    return on === undefined || within === undefined ? here : within(on, here);
  }

  #tidied(text: string): string {
    const { directory, home, tidy = (text: string) => text } = this.#options;
    return tidy(
      text.replaceAll(directory, home)
        .replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, MAC),
    ).trimEnd();
  }

  /** The page, as it goes into a file. */
  get page(): string {
    return `${this.lines.join("\n").trimStart()}\n`;
  }

  async end(): Promise<void> {
    for (const one of this.#background.reverse()) await one.stop();
  }
}

/** Two commands in `.bin`, as they would lie in a directory of the PATH. */
export async function putPrograms(
  directory: string,
  programs: Programs,
): Promise<void> {
  // npm may need the certificates that our own programs refuse to run with.
  const kept = WIDENING.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [`export ${name}='${value}'`];
  });
  const { stdout: npm } = await run(["sh", "-c", "command -v npm"]);
  // Sources need the modules that are here already, whatever HOME is.
  const { stdout } = await run([Deno.execPath(), "info", "--json"]);
  const cache = JSON.parse(stdout).denoDir;
  await Deno.mkdir(`${directory}/.bin`);
  await Deno.writeTextFile(
    `${directory}/.bin/npm`,
    ["#!/bin/sh", ...kept, `exec ${npm.trim()} "$@"`, ""].join("\n"),
    { mode: 0o755 },
  );
  for (const name of ["server", "agent"] as const) {
    const command = programs[name].map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(
      `${directory}/.bin/flottille-${name}`,
      `#!/bin/sh\nexport DENO_DIR='${cache}'\nexec ${command} "$@"\n`,
      { mode: 0o755 },
    );
  }
}
