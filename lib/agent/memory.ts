/**
 * What an agent remembers over restarts: its own key, the join file's facts,
 * what it was shown and believes, the highest epoch it has heard. One small
 * file each in the state directory, each replaced atomically.
 *
 * @module
 */

import { makeDurableDirectory } from "../host/durable_directory.ts";
import type { Host } from "../host/host.ts";
import { writePrivateFile } from "../host/private_file.ts";
import { utf8 } from "../trust/bytes.ts";
import { encodeJoinFile, type JoinFile } from "../trust/join_file.ts";
import {
  encodePrivateKeyPem,
  type KeyPair,
  keyPairFromSeed,
  machineOf,
  SEED_BYTES,
  showMachine,
} from "../trust/keys.ts";
import {
  encodeTrustedState,
  type TrustedState,
} from "../trust/trusted_state.ts";
import {
  FORMER_KEY_FILE,
  type HeardEpoch,
  JOIN_FILE,
  KEY_FILE,
  LIBRARIES_FILE,
  openEpoch,
  openFormerKey,
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
  #formerKey: KeyPair | null;
  #join: JoinFile;
  #trusted: TrustedState;
  #heard: HeardEpoch;
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
      formerKey: KeyPair | null;
      join: JoinFile;
      trusted: TrustedState;
      heard: HeardEpoch;
      libraries: readonly string[];
    },
  ) {
    this.#host = host;
    this.#directory = directory;
    this.key = facts.key;
    this.machine = showMachine(machineOf(facts.key.publicKey));
    this.#formerKey = facts.formerKey;
    this.#join = facts.join;
    this.#trusted = facts.trusted;
    this.#heard = facts.heard;
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
    await makeDurableDirectory(host.disk, directory, { mode: 0o700 });
    const join = await openJoin(host, directory, joinPath);
    const enrolled = join.enrolment === null;
    const key = await openKey(host, `${directory}/${KEY_FILE}`, enrolled);
    const formerPath = `${directory}/${FORMER_KEY_FILE}`;
    const formerKey = await openFormerKey(host, formerPath, key);
    const trusted = await openTrusted(host, directory, join);
    const heard = await openEpoch(host, directory, trusted);
    const libraries = await openLibraries(host, directory);
    const facts = { key, formerKey, join, trusted, heard, libraries };
    return new Memory(host, directory, facts);
  }

  get join(): JoinFile {
    return this.#join;
  }

  get trusted(): TrustedState {
    return this.#trusted;
  }

  /**
   * The highest epoch heard under the delegation that is held. A newer one
   * counts anew: whoever held the server's key before could have driven the
   * epoch to its end (K-05).
   */
  get epoch(): bigint {
    const { epoch, serial } = this.#heard;
    return serial === this.#trusted.delegation.serial ? epoch : 0n;
  }

  /** Sources of libraries that the server wants in this machine's list. */
  get libraries(): readonly string[] {
    return this.#libraries;
  }

  /** The key that vouches for this machine's, until a server accepts it. */
  get formerKey(): KeyPair | null {
    return this.#formerKey;
  }

  /**
   * Another key for the next start; the present one will vouch for it. False
   * when the present one was never accepted itself: nobody would know it.
   */
  async rekey({ randomness }: Pick<Host, "randomness">): Promise<boolean> {
    if (this.#formerKey !== null) return false;
    const next = keyPairFromSeed(randomness.bytes(SEED_BYTES));
    // In this order: after a crash between the two nothing has happened.
    await this.#write(FORMER_KEY_FILE, encodePrivateKeyPem(this.key.seed));
    await this.#write(KEY_FILE, encodePrivateKeyPem(next.seed));
    return true;
  }

  /** The former key has done its work. */
  async forgetFormerKey(): Promise<void> {
    if (this.#formerKey === null) return;
    this.#formerKey = null;
    await this.#host.disk.remove(`${this.#directory}/${FORMER_KEY_FILE}`);
  }

  /** The enrolment secret has done its work: it is erased here (DESIGN 4). */
  async forgetEnrolment(): Promise<void> {
    if (this.#join.enrolment === null) return;
    this.#join = { ...this.#join, enrolment: null };
    await this.#write(JOIN_FILE, encodeJoinFile(this.#join));
  }

  /** Believes a newer state, and writes it. */
  async believe(trusted: TrustedState): Promise<void> {
    this.#trusted = trusted;
    await this.#write("trust.json", encodeTrustedState(trusted));
  }

  async reachEpoch(epoch: bigint): Promise<void> {
    if (epoch <= this.epoch) return;
    const { serial } = this.#trusted.delegation;
    this.#heard = { epoch, serial };
    await this.#write("epoch", `${epoch} ${serial}\n`);
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
