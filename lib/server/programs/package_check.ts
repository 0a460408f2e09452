/**
 * Is the file of a published program still the one that was published (B-08)?
 *
 * Its kind and size are looked at every time. Its hash is computed once in
 * each run of the server, before it is served for the first time, and again
 * when a machine says that it got something else; a file that is changed in
 * between and keeps its size is refused by every machine.
 *
 * @module
 */

import { join } from "node:path";
import { type Clock, sleep } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import { hashFile } from "../../ieo/verify.ts";
import type { ProgramState } from "../shapes/api_schema.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { ProgramRecord } from "../shapes/program.ts";

/** What is needed of a program to check its file. */
type Stated = Pick<ProgramRecord, "sha256" | "size">;

/** The checker of one directory of packages. */
export class PackageCheck {
  readonly #disk: Disk;
  readonly #directory: string;
  /** What the hash has said in this run, or is about to say. */
  readonly #hashed = new Map<string, Promise<ProgramState>>();
  /** The same, once it is known. */
  readonly #known = new Map<string, ProgramState>();

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /** Where the package of this hash is. */
  pathOf(sha256: string): string {
    return join(this.#directory, `${sha256}.ieo`);
  }

  /** What can be said at once: for tables. */
  async look({ sha256, size }: Stated): Promise<ProgramState> {
    const stat = await this.#disk.stat(this.pathOf(sha256));
    if (stat === null) return "missing";
    if (stat.kind !== "file" || stat.size !== size) return "changed";
    return this.#known.get(sha256) ?? "ok";
  }

  /** What must be known before the file is served. */
  async assure(program: Stated): Promise<ProgramState> {
    const state = await this.look(program);
    return state === "ok" ? await this.#hash(program) : state;
  }

  /** A machine got something else: look again, whatever was known. */
  async doubt(program: Stated): Promise<ProgramState> {
    this.#hashed.delete(program.sha256);
    this.#known.delete(program.sha256);
    return await this.assure(program);
  }

  /** It was verified byte for byte just now. */
  trust(sha256: string): void {
    this.#hashed.set(sha256, Promise.resolve("ok"));
    this.#known.set(sha256, "ok");
  }

  /** Checks all of them, at half of the disk's speed, and tells what is bad. */
  async patrol(
    programs: readonly ProgramRecord[],
    { clock, log, isStopped }: {
      readonly clock: Clock;
      readonly log: Log;
      isStopped(): boolean;
    },
  ): Promise<void> {
    for (const program of programs) {
      if (isStopped()) return;
      const beganMs = clock.monotonicMs();
      const state = await this.assure(program).catch((error) =>
        sentenceOf(error)
      );
      if (state !== "ok") {
        log("error", "A published package is broken and will not be served", {
          program: `${program.name} ${program.version}`,
          state,
          path: this.pathOf(program.sha256),
        });
      }
      await sleep(clock, clock.monotonicMs() - beganMs);
    }
  }

  #hash({ sha256 }: Stated): Promise<ProgramState> {
    const known = this.#hashed.get(sha256);
    if (known !== undefined) return known;
    const hashed = hashFile(this.#disk, this.pathOf(sha256))
      .then((found): ProgramState => found === sha256 ? "ok" : "changed");
    this.#hashed.set(sha256, hashed);
    hashed.then(
      (state) => this.#known.set(sha256, state),
      () => this.#hashed.delete(sha256), // The disk failed: ask it again.
    );
    return hashed;
  }
}
