/**
 * Takes out of a state directory what makes this machine this machine, before
 * its disk is copied to others: each copy then makes a key of its own, and
 * joins the fleet as a machine of its own. What protects from older packages
 * and older keys stays.
 *
 * A crash in between leaves the machine as it was, or one that has not joined
 * yet; sealing again goes on from there.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { readPrivateFile, writePrivateFile } from "../host/private_file.ts";
import { Journal } from "../install/journal/journal.ts";
import { fromUtf8, utf8 } from "../trust/bytes.ts";
import { encodeJoinFile } from "../trust/join_file.ts";
import { decodePrivateKeyPem, machineOf, showMachine } from "../trust/keys.ts";
import { AgentError } from "./fault.ts";
import { EXAM_FILE } from "./person/presence.ts";
import {
  FORMER_KEY_FILE,
  KEY_FILE,
  readGivenJoin,
  readOwnJoin,
} from "./memory_files.ts";
import { sealedJoin } from "./sealed_join.ts";

const KEY_BYTES_MAX = 4_096;
const JOURNAL_FILE = "journal";

/** What is one machine's, and goes. The first is what makes it known. */
const OWN = [
  KEY_FILE,
  FORMER_KEY_FILE,
  // How to ask an agent that ran here, and what it had not fetched yet.
  "local.json",
  "downloads",
] as const;

/** What was sealed. */
export interface Sealed {
  /** The machine that it was; null when it was none yet. */
  readonly machine: string | null;
  /** How many orders' results were forgotten. */
  readonly results: number;
  /** An exam is announced here, and would be on every copy. */
  readonly hasExam: boolean;
}

/**
 * Seals the state directory of an agent that does not run.
 *
 * @param joinPath The fleet's join file, for the secret that this machine has
 * erased when it joined; undefined: it has not joined, and has it still.
 * @throws {AgentError} with a sentence for the person; nothing was changed.
 */
export async function seal(
  { disk }: { readonly disk: Disk },
  directory: string,
  joinPath: string | undefined,
): Promise<Sealed> {
  if ((await disk.stat(directory))?.kind !== "directory") {
    throw new AgentError(
      `Cannot seal "${directory}": there is no such directory; give the ` +
        `agent's with --state, or make the agent a service first`,
    );
  }
  const lock = await disk.lock(`${directory}/lock`);
  if (lock === null) {
    throw new AgentError(
      `Cannot seal "${directory}": its agent runs; stop it first (systemctl ` +
        `stop flottille-agent), and do not start it again before the disk is ` +
        `copied`,
    );
  }
  try {
    return await sealLocked(disk, directory, joinPath);
  } finally {
    lock.release();
  }
}

async function sealLocked(
  disk: Disk,
  directory: string,
  joinPath: string | undefined,
): Promise<Sealed> {
  const own = await readOwnJoin({ disk }, directory);
  const given = joinPath === undefined
    ? null
    : await readGivenJoin({ disk }, joinPath);
  const join = sealedJoin(own, given);
  if (!join.ok) {
    throw new AgentError(`Cannot seal "${directory}": ${join.fault}`);
  }
  const machine = await machineIn(disk, directory);
  const results = await forgetResults(disk, `${directory}/${JOURNAL_FILE}`);
  // First the secret, then the key: an enrolled machine without a key would
  // not start.
  const text = utf8(encodeJoinFile(join.value));
  await writePrivateFile(disk, `${directory}/join.json`, text);
  for (const name of OWN) {
    await disk.remove(`${directory}/${name}`, { recursive: true });
  }
  await disk.syncDirectory(directory);
  const hasExam = await disk.stat(`${directory}/${EXAM_FILE}`) !== null;
  return { machine, results, hasExam };
}

/** Who the machine is; null when its key is not there, or not readable. */
async function machineIn(
  disk: Disk,
  directory: string,
): Promise<string | null> {
  const path = `${directory}/${KEY_FILE}`;
  if (await disk.stat(path) === null) return null;
  const bytes = await readPrivateFile(disk, path, KEY_BYTES_MAX);
  const key = decodePrivateKeyPem(fromUtf8(bytes) ?? "");
  return key.ok ? showMachine(machineOf(key.value.publicKey)) : null;
}

/** The orders' results are this machine's, and no copy's. */
async function forgetResults(disk: Disk, path: string): Promise<number> {
  if (await disk.stat(path) === null) return 0;
  const journal = await Journal.open(disk, path);
  try {
    const { open } = journal.state;
    if (open !== null) {
      throw new AgentError(
        `Cannot seal this machine: an order for ${open.name} was cut short; ` +
          `start the agent once, which finishes or undoes it, stop it, and ` +
          `seal again`,
      );
    }
    const { length } = journal.state.results();
    await journal.forgetResults();
    return length;
  } finally {
    journal.close();
  }
}
