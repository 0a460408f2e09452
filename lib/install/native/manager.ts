/**
 * Packages of the system itself, through the system's own package manager:
 * what it holds, and orders to it, each with a deadline and a wait, of bounded
 * length and with its reason told, while another manager is at work.
 *
 * What differs from one manager to the next is in `kinds.ts`. When a package
 * is installed and when a step is taken back is not known here.
 *
 * @module
 */

import { type Clock, sleep } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import type { Processes } from "../../host/processes.ts";
import type { NativePackage } from "../../ieo/manifest/types.ts";
import { commandInTree } from "../hook_program.ts";
import { withLastLines } from "../printed.ts";
import { faultOfFile, finishInterrupted } from "./before.ts";
import {
  type CommandLine,
  type Held,
  nameOf,
  type NativeName,
  type NativeRules,
  type Target,
  treeOf,
} from "./kind.ts";
import { NATIVE_RULES } from "./kinds.ts";
import { failed, type NativeFailure, type NativeOutcome } from "./outcome.ts";
import { Runner } from "./runner.ts";

/** The longest that one request takes, the wait for a lock not included. */
export const NATIVE_DEADLINE_SECONDS = 900;
/** The longest that a request waits for a lock of another manager. */
export const LOCK_WAIT_SECONDS = 300;

const LOCK_PAUSE_MS = 2_000;

/** Where a manager works, and with what. */
export interface NativeOptions {
  readonly processes: Processes;
  readonly clock: Clock;
  readonly disk: Disk;
  /** `linux`, `windows`, `darwin`: what `Machine.facts` tells. */
  readonly system: string;
  /** A system root other than this machine's `/`; for tests, on Linux. */
  readonly root?: string;
  /** Told why a request waits: a sentence. */
  readonly onWait?: (sentence: string) => void;
  readonly lockWaitSeconds?: number;
}

/** One order to a manager. */
interface Request {
  readonly pkg: NativePackage;
  /** The beginning of each sentence: "Cannot install the deb fla 2.0". */
  readonly doing: string;
  /** Where a program that is a file of the package would be. */
  readonly directory: string | null;
  readonly commands: readonly CommandLine[];
  /** Only the first program that the machine has is run. */
  readonly anyOf?: boolean;
}

/** Asks and changes what the system's package manager holds. */
export class NativeManager {
  readonly #options: NativeOptions;
  readonly #runner: Runner;

  constructor(options: NativeOptions) {
    this.#options = options;
    this.#runner = new Runner(options.processes);
  }

  /**
   * The version of the package that is installed and whole; null when it is
   * not, or when this machine has no such manager. Where there are several the
   * one that was installed last.
   */
  async query(pkg: NativeName): Promise<string | null> {
    return (await this.#held(pkg)).findLast(({ whole }) => whole)?.version ??
      null;
  }

  /**
   * Is something of the package there that is not whole? What an order that
   * failed, or a power cut, left behind: `query` does not see it.
   */
  async isBroken(pkg: NativeName): Promise<boolean> {
    return (await this.#held(pkg)).some(({ whole }) => !whole);
  }

  /**
   * Installs the file, or updates to it. Nothing is done when the manager
   * holds this very version and no other.
   */
  async install(
    pkg: NativePackage,
    filePath: string,
  ): Promise<NativeOutcome> {
    const doing = `Cannot install ${nameOf(pkg)} ${pkg.version}`;
    const rules = NATIVE_RULES[pkg.kind];
    const target = await this.#target(pkg, filePath);
    const [held, ...others] = target.held;
    const isThere = held?.whole === true && held.version === pkg.version &&
      others.length === 0;
    if (isThere) return { ok: true, output: "", notes: [] };
    const refused = this.#faultOfSystem(doing, rules) ??
      await this.#faultBefore(doing, rules, target);
    if (refused !== null) return refused;
    if (pkg.kind === "deb") await this.#finishInterrupted();
    const directory = treeOf(pkg, filePath);
    const commands = rules.install(target);
    return await this.#request({ pkg, doing, directory, commands });
  }

  /**
   * Brings back what `query` told before the install: removes the package when
   * it told null, installs `previousFile` otherwise, anew if need be; without
   * that file the system's own repositories are asked for the version.
   */
  async goBack(
    pkg: NativePackage,
    before: string | null,
    previousFile: string | null,
  ): Promise<NativeOutcome> {
    if (before === null) return await this.remove(pkg);
    const doing = `Cannot bring ${nameOf(pkg)} back to ${before}`;
    const rules = NATIVE_RULES[pkg.kind];
    const refused = this.#faultOfSystem(doing, rules);
    if (refused !== null) return refused;
    const outcome = previousFile === null
      ? await this.#fetch(pkg, before, doing)
      : await this.#request({
        pkg,
        doing,
        directory: treeOf(pkg, previousFile),
        commands: rules.goBack(await this.#target(pkg, previousFile)),
      });
    if (pkg.kind === "deb") await this.#finishInterrupted();
    return outcome;
  }

  /**
   * Removes the package; that it is not there is fine.
   *
   * @param directory The version's tree, for an `exe` whose `remove` is one of
   * its files.
   */
  async remove(
    pkg: NativePackage,
    directory: string | null = null,
  ): Promise<NativeOutcome> {
    const doing = `Cannot remove ${nameOf(pkg)}`;
    const rules = NATIVE_RULES[pkg.kind];
    const refused = this.#faultOfSystem(doing, rules);
    if (refused !== null) return refused;
    const held = await this.#held(pkg);
    if (held.length === 0) return { ok: true, output: "", notes: [] };
    const commands = rules.remove({ pkg, root: this.#root, held });
    if (commands === null) {
      return failed(
        "package",
        `${doing}: ${rules.manager} removes nothing, and the manifest names ` +
          "no command that does",
      );
    }
    const outcome = await this.#request({ pkg, doing, directory, commands });
    if (pkg.kind === "deb") await this.#finishInterrupted();
    return outcome;
  }

  get #root(): string | null {
    return this.#options.root ?? null;
  }

  async #target(pkg: NativePackage, path: string): Promise<Target> {
    // msiexec takes what follows a slash for an option.
    const file = this.#options.system === "windows"
      ? path.replaceAll("/", "\\")
      : path;
    return { pkg, file, root: this.#root, held: await this.#held(pkg) };
  }

  async #held(pkg: NativeName): Promise<readonly Held[]> {
    const rules = NATIVE_RULES[pkg.kind];
    if (!rules.systems.includes(this.#options.system)) return [];
    const printed: string[] = [];
    for (const command of rules.query(pkg, this.#root)) {
      printed.push(await this.#runner.ask(command, rules.environment));
    }
    return rules.held(pkg, printed);
  }

  #faultOfSystem(doing: string, rules: NativeRules): NativeFailure | null {
    const { system } = this.#options;
    if (rules.systems.includes(system)) return null;
    const wanted = rules.systems.join(" or ");
    return failed(
      "target",
      `${doing}: ${rules.manager} is of ${wanted}, and this machine is ${system}`,
    );
  }

  async #faultBefore(
    doing: string,
    rules: NativeRules,
    target: Target,
  ): Promise<NativeFailure | null> {
    const fault = await faultOfFile(this.#runner, rules, target);
    return fault === null
      ? null
      : failed(fault.reason, `${doing}: ${fault.why}`);
  }

  async #finishInterrupted(): Promise<void> {
    await finishInterrupted(this.#runner, this.#options.disk, this.#root);
  }

  async #fetch(
    pkg: NativePackage,
    version: string,
    doing: string,
  ): Promise<NativeOutcome> {
    const commands = this.#root === null
      ? NATIVE_RULES[pkg.kind].fetch(pkg, version)
      : [];
    if (commands.length > 0) {
      return await this.#request({
        pkg,
        doing,
        directory: null,
        commands,
        anyOf: true,
      });
    }
    return failed(
      "absent",
      `${doing}: Flottille did not install that version and has no file of it`,
    );
  }

  async #request(request: Request): Promise<NativeOutcome> {
    const notes: string[] = [];
    let output = "";
    for (const [index, command] of request.commands.entries()) {
      const isLast = index === request.commands.length - 1;
      const outcome = await this.#run(request, command);
      if (outcome === "not there") {
        if (request.anyOf === true && !isLast) continue;
        return failed(
          "target",
          `${request.doing}: this machine has no ${command[0]}`,
        );
      }
      if (!outcome.ok || request.anyOf === true) return outcome;
      output += outcome.output;
      notes.push(...outcome.notes);
    }
    return { ok: true, output, notes };
  }

  async #run(
    { pkg, doing, directory }: Request,
    command: CommandLine,
  ): Promise<NativeOutcome | "not there"> {
    const rules = NATIVE_RULES[pkg.kind];
    const found = directory === null || pkg.remove !== command
      ? { ok: true as const, value: command }
      : await commandInTree(this.#options.disk, directory, command);
    if (!found.ok) return failed("package", `${doing}: ${found.fault}`);
    const { clock, onWait, lockWaitSeconds } = this.#options;
    const untilMs = clock.monotonicMs() +
      (lockWaitSeconds ?? LOCK_WAIT_SECONDS) * 1_000;
    for (let isFirst = true;; isFirst = false) {
      const answer = await this.#runner.order(
        found.value,
        rules,
        NATIVE_DEADLINE_SECONDS,
      );
      if (answer === "not there") return answer;
      const { verdict, output, notes } = answer;
      if (verdict.kind === "done") return { ok: true, output, notes };
      if (verdict.kind === "failed") {
        const detail = withLastLines(`${doing}: ${verdict.why}`, output);
        return failed(verdict.reason, detail, output);
      }
      const waits = `the package manager is busy (${verdict.by})`;
      if (clock.monotonicMs() >= untilMs) {
        return failed("busy", `${doing}: ${waits}`, output);
      }
      if (isFirst) onWait?.(`${doing} yet: ${waits}`);
      await sleep(clock, LOCK_PAUSE_MS);
    }
  }
}
