/**
 * Looks who is at the machine, and whether they use a program. What cannot be
 * found out is taken for nobody: a machine that is never updated would be
 * worse, and the trouble is told.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { Machine } from "../../host/machine.ts";
import type { Processes } from "../../host/processes.ts";
import {
  isPersonsSession,
  personsInQuery,
  personsInUtmp,
  personsProcesses,
} from "./sessions.ts";
import { NOBODY, type Presence, type Spared, whySpared } from "./sparing.ts";

/** What is looked at. */
export interface PersonOptions {
  readonly host: {
    readonly disk: Disk;
    readonly processes: Processes;
    readonly machine: Machine;
  };
  /** What is waited for. */
  readonly spared: readonly Spared[];
  /** While this file is there, an exam is under way. */
  readonly examPath: string;
  readonly programsDirectory: string;
  /** Where logind keeps its sessions; for tests. */
  readonly sessionsDirectory?: string;
  readonly log: Log;
}

/** Where an exam is told of, in the agent's state directory. */
export const EXAM_FILE = "exam";

const SESSIONS = "/run/systemd/sessions";
const UTMP = "/run/utmp";
const CONSOLE = "/dev/console";

const EXAM_CHARS_MAX = 120;
const SESSION_BYTES_MAX = 16_384;
const SESSIONS_MAX = 1_000;
const UTMP_BYTES_MAX = 1_048_576;
const DEADLINE_MS = 10_000;
const OUTPUT_BYTES_MAX = 65_536;

/**
 * The runtime may not read `/proc` without every permission there is, so a
 * shell does. A program is in use by who runs a file of it, or names one in the
 * words of a process: a script is run by its interpreter.
 */
const SCRIPT = `
cd -P "$1" 2>/dev/null || exit 0
files="$(pwd -P)/"
ls -ln /proc/[0-9]*/exe 2>/dev/null | grep -F -e "-> $files"
for words in $(grep -lFs -e "$files" /proc/[0-9]*/cmdline); do
  ls -dln "\${words%/cmdline}" 2>/dev/null
done
exit 0`;

/** The persons at this machine. */
export class Persons {
  readonly #options: PersonOptions;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  /**
   * Why the program must be left as it is for now, as the end of a sentence;
   * null: it may be changed. Never rejects.
   */
  async whySpared(name: string): Promise<string | null> {
    const { spared } = this.#options;
    const exam = await this.#try("an exam", () => this.#exam()) ?? null;
    // What nobody asked for is not looked at.
    const isAsked = (what: Spared) => exam === null && spared.includes(what);
    const presence: Presence = {
      exam,
      processes: isAsked("use")
        ? await this.#try("a program's use", () => this.#processes(name)) ??
          NOBODY.processes
        : NOBODY.processes,
      logins: isAsked("login")
        ? await this.#try("the sessions", () => this.#logins()) ?? 0
        : 0,
    };
    return whySpared(spared, name, presence);
  }

  /** What the exam's file says in its first line; null: there is no such file. */
  async #exam(): Promise<string | null> {
    const { host: { disk }, examPath } = this.#options;
    const stat = await disk.stat(examPath);
    if (stat === null) return null;
    if (stat.kind !== "file") return "";
    const bytesMax = EXAM_CHARS_MAX * 4;
    const bytes = await disk.readPlain(examPath, { bytesMax });
    const [line = ""] = new TextDecoder().decode(bytes).split("\n");
    return line.replace(/\p{Cc}/gu, " ").trim().slice(0, EXAM_CHARS_MAX)
      .toWellFormed();
  }

  async #processes(name: string): Promise<readonly number[]> {
    const { host: { disk, processes }, programsDirectory } = this.#options;
    const directory = `${programsDirectory}/${name}`;
    if (await disk.stat(directory) === null) return [];
    const { stdout } = await processes.run({
      command: ["/bin/sh", "-c", SCRIPT, "sh", directory],
      environment: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", LC_ALL: "C" },
      deadlineMs: DEADLINE_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    return personsProcesses(new TextDecoder().decode(stdout));
  }

  async #logins(): Promise<number> {
    const { host: { disk, machine } } = this.#options;
    const { system } = machine.facts();
    if (system === "windows") return await this.#loginsByQuery();
    if (system === "darwin") {
      // It belongs to whoever sits before the screen.
      return (await disk.stat(CONSOLE))?.owner ?? 0 ? 1 : 0;
    }
    return await this.#sessions() ?? await this.#loginsByUtmp();
  }

  /** Null: there is no logind. */
  async #sessions(): Promise<number | null> {
    const { host: { disk }, sessionsDirectory = SESSIONS } = this.#options;
    if (await disk.stat(sessionsDirectory) === null) return null;
    let [looked, count] = [0, 0];
    for await (const { name, kind } of disk.list(sessionsDirectory)) {
      if (kind !== "file") continue;
      if (++looked > SESSIONS_MAX) break;
      const path = `${sessionsDirectory}/${name}`;
      // It may have ended meanwhile.
      const bytes = await disk.readPlain(path, { bytesMax: SESSION_BYTES_MAX })
        .catch(() => null);
      if (bytes === null) continue;
      if (isPersonsSession(new TextDecoder().decode(bytes))) count++;
    }
    return count;
  }

  async #loginsByUtmp(): Promise<number> {
    const { disk } = this.#options.host;
    if ((await disk.stat(UTMP))?.kind !== "file") return 0;
    return personsInUtmp(
      await disk.readPlain(UTMP, { bytesMax: UTMP_BYTES_MAX }),
    );
  }

  async #loginsByQuery(): Promise<number> {
    const { stdout, code } = await this.#options.host.processes.run({
      command: ["query.exe", "user"],
      environment: { SystemRoot: "C:\\Windows", PATH: "C:\\Windows\\System32" },
      deadlineMs: DEADLINE_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    // Without anybody it ends with 1 and a sentence.
    return code === null ? 0 : personsInQuery(new TextDecoder().decode(stdout));
  }

  async #try<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      this.#options.log("warning", `Cannot look for ${what} at the machine`, {
        error: sentenceOf(error),
      });
      return undefined;
    }
  }
}
