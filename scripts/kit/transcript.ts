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
  /**
   * On which computer; absent: the one where everything happens. On several:
   * all must end well, and what they print is not shown.
   */
  readonly on?: string | readonly string[];
  /**
   * The last command is run again until this is in its output: the page shows
   * that. It ends the script when it does not come.
   */
  readonly until?: RegExp;
}

/** A computer that commands run on. */
export interface Place {
  /** Where its shell starts; seen from this computer. */
  readonly directory: string;
  /** The command line that runs another one on it. */
  command(line: readonly string[]): readonly string[];
}

/** What a transcript is made in. */
export interface TranscriptOptions {
  readonly directory: string;
  /** What the page shows in its place. */
  readonly home: string;
  /** Other computers than this one, by name. */
  readonly places?: ReadonlyMap<string, Place>;
  /** Makes output alike from one run to the next. */
  readonly tidy?: (text: string) => string;
}

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

  /** @throws when what a part waits for does not come. */
  async play(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      if (part.says !== undefined) this.lines.push("", part.says, "");
      if (part.commands === undefined) continue;
      if (this.lines.at(-1) === "```") this.lines.push("");
      this.lines.push("```console");
      const { on, commands, until } = part;
      for (const [at, command] of commands.entries()) {
        const awaited = at === commands.length - 1 ? until : undefined;
        if (typeof on === "object") await this.#everywhere(command, on);
        else await this.#command(command, on, awaited);
      }
      this.lines.push("```");
    }
  }

  async #everywhere(command: string, all: readonly string[]): Promise<void> {
    this.lines.push(`${all[0]} to ${all.at(-1)} $ ${command}`);
    for (const on of all) {
      const { code, output } = await this.#ran(command, on);
      if (code !== 0) throw new Error(`${on}: ${command}: ${output}`);
    }
  }

  async #command(
    command: string,
    on: string | undefined,
    until: RegExp | undefined,
  ): Promise<void> {
    this.lines.push(`${on === undefined ? "" : `${on} `}$ ${command}`);
    let ran = await this.#ran(command, on);
    if (until !== undefined) {
      await eventually(`"${command}" prints ${until}`, async () => {
        if (until.test(ran.output)) return true;
        ran = await this.#ran(command, on);
        return null;
      }, { withinMs: DEADLINE_MS, everyMs: 1_000 }).catch((error) => {
        throw new Error(`${error.message}:\n${ran.output}`);
      });
    }
    if (ran.output !== "") this.lines.push(ran.output);
    if (ran.code !== 0) this.lines.push(`(exit code ${ran.code})`);
  }

  /** Runs it to its end, or starts it in the background. */
  async #ran(command: string, on: string | undefined) {
    const background = BACKGROUND.exec(command);
    if (background !== null) {
      await this.#start(background, on);
      return { code: 0, output: "" };
    }
    const { code, stdout, stderr } = await run(this.#shell(command, on), {
      directory: this.#options.directory,
      deadlineMs: DEADLINE_MS,
    });
    return { code, output: this.#tidied(stdout + stderr) };
  }

  /** `env -i` and `sh` both become the program: its number is the child's. */
  async #start(
    [, line = "", log = "", pid = ""]: RegExpExecArray,
    on: string | undefined,
  ) {
    const { directory } = this.#place(on);
    const shell = this.#shell(`exec ${line} > ${log} 2>&1`, on);
    const started = new Running(log, shell, this.#options.directory);
    this.#background.push(started);
    await Deno.writeTextFile(`${directory}/${pid}`, `${started.pid}\n`);
    await this.#settled(`${directory}/${log}`);
  }

  /** A program in the background is there when its log says so. */
  async #settled(path: string): Promise<void> {
    await eventually(`${path} says that it is ready`, async () => {
      const text = await Deno.readTextFile(path).catch(() => "");
      return / (runs|is ready) |^listening on /m.test(text) ? true : null;
    });
  }

  #shell(line: string, on: string | undefined): readonly string[] {
    const variables = [`PATH=${this.#path}`, "NO_COLOR=1"];
    return this.#place(on).command(["env", ...variables, "sh", "-c", line]);
  }

  #place(on: string | undefined): Place {
    const { directory, places } = this.#options;
    if (on === undefined) return { directory, command: (line) => line };
    const place = places?.get(on);
    if (place === undefined) throw new Error(`There is no computer ${on}`);
    return place;
  }

  #tidied(text: string): string {
    const { directory, home, tidy = (text: string) => text } = this.#options;
    return tidy(text.replaceAll(directory, home)).trimEnd();
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
