/**
 * What an agent remembers over restarts: its own key, the join file's facts,
 * what it was shown and believes, the highest epoch it has heard. One small
 * file each in the state directory, each replaced atomically.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { writePrivateFile } from "../host/private_file.ts";
import { utf8 } from "../trust/bytes.ts";
import { encodeJoinFile, type JoinFile } from "../trust/join_file.ts";
import { type KeyPair, machineOf, showMachine } from "../trust/keys.ts";
import {
  encodeTrustedState,
  type TrustedState,
} from "../trust/trusted_state.ts";
import {
  LIBRARIES_FILE,
  openEpoch,
  openJoin,
  openKey,
  openLibraries,
  openTrusted,
} from "./memory_files.ts";

/** An agent's memory; what changes is written before it is relied on. */
export class Memory {
  readonly key: KeyPair;
  /** The machine's identifier: 32 characters. */
  readonly machine: string;
  #join: JoinFile;
  #trusted: TrustedState;
  #epoch: bigint;
  #libraries: readonly string[];
  readonly #host: Pick<Host, "disk">;
  readonly #directory: string;
  /** Writes of one file must not overtake one another. */
  #writes: Promise<void> = Promise.resolve();

  private constructor(
    host: Pick<Host, "disk">,
    directory: string,
    facts: {
      key: KeyPair;
      join: JoinFile;
      trusted: TrustedState;
      epoch: bigint;
      libraries: readonly string[];
    },
  ) {
    this.#host = host;
    this.#directory = directory;
    this.key = facts.key;
    this.machine = showMachine(machineOf(facts.key.publicKey));
    this.#join = facts.join;
    this.#trusted = facts.trusted;
    this.#epoch = facts.epoch;
    this.#libraries = facts.libraries;
  }

  /**
   * Opens the state directory, or makes it from a join file.
   *
   * @param joinPath The join file the agent was started with, if any.
   * @throws {AgentError} with a sentence that says which file, what is wrong
   * with it and what to do (K-01, K-02, K-03).
   */
  static async open(
    host: Pick<Host, "disk" | "randomness">,
    { directory, joinPath }: {
      readonly directory: string;
      readonly joinPath: string | undefined;
    },
  ): Promise<Memory> {
    await host.disk.makeDirectory(directory, { recursive: true, mode: 0o700 });
    const join = await openJoin(host, directory, joinPath);
    const enrolled = join.enrolment === null;
    const key = await openKey(host, `${directory}/agent.key`, enrolled);
    const trusted = await openTrusted(host, directory, join);
    const epoch = await openEpoch(host, directory);
    const libraries = await openLibraries(host, directory);
    const facts = { key, join, trusted, epoch, libraries };
    return new Memory(host, directory, facts);
  }

  get join(): JoinFile {
    return this.#join;
  }

  get trusted(): TrustedState {
    return this.#trusted;
  }

  get epoch(): bigint {
    return this.#epoch;
  }

  /** Sources of libraries that the server wants in this machine's list. */
  get libraries(): readonly string[] {
    return this.#libraries;
  }

  /** The enrolment secret has done its work: it is erased here (DESIGN 4). */
  async forgetEnrolment(): Promise<void> {
    if (this.#join.enrolment === null) return;
    this.#join = { ...this.#join, enrolment: null };
    await this.#write("join.json", encodeJoinFile(this.#join));
  }

  /** Believes a newer state, and writes it. */
  async believe(trusted: TrustedState): Promise<void> {
    this.#trusted = trusted;
    await this.#write("trust.json", encodeTrustedState(trusted));
  }

  async reachEpoch(epoch: bigint): Promise<void> {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    await this.#write("epoch", `${epoch}\n`);
  }

  async wantLibraries(libraries: readonly string[]): Promise<void> {
    const text = libraries.join(",");
    if (text === this.#libraries.join(",")) return;
    this.#libraries = libraries;
    await this.#write(LIBRARIES_FILE, `${text}\n`);
  }

  #write(name: string, text: string): Promise<void> {
    const path = `${this.#directory}/${name}`;
    const after = () => writePrivateFile(this.#host.disk, path, utf8(text));
    const written = this.#writes.then(after);
    // One failed write is told to whoever asked for it, not to the next.
    this.#writes = written.catch(() => {});
    return written;
  }
}
