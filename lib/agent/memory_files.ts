/**
 * Reading what an agent remembers: each file of its state directory, and what
 * to tell the person who starts it when one cannot be used.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { readPrivateFile, writePrivateFile } from "../host/private_file.ts";
import { LIBRARY_SOURCES } from "../peo/sources.ts";
import { equalBytes, fromUtf8, toBase64Url, utf8 } from "../trust/bytes.ts";
import { newer } from "../trust/delegation.ts";
import {
  decodeJoinFile,
  encodeJoinFile,
  JOIN_FILE_BYTES_MAX,
  type JoinFile,
} from "../trust/join_file.ts";
import {
  decodePrivateKeyPem,
  encodePrivateKeyPem,
  type KeyPair,
  keyPairFromSeed,
  SEED_BYTES,
} from "../trust/keys.ts";
import {
  decodeTrustedState,
  startTrustedState,
  TRUSTED_STATE_CHARS_MAX,
  type TrustedState,
} from "../trust/trusted_state.ts";
import { AgentError } from "./fault.ts";

const KEY_BYTES_MAX = 4_096;
const EPOCH_BYTES_MAX = 64;
const LIBRARIES_BYTES_MAX = 256;

/** The join file's facts, in the state directory. */
export const JOIN_FILE = "join.json";

/** This machine's key, in the state directory. */
export const KEY_FILE = "agent.key";

/** The key before it, in the state directory. */
export const FORMER_KEY_FILE = "agent.key.former";

/** Which sources of libraries the server wants, in the state directory. */
export const LIBRARIES_FILE = "libraries";

/**
 * The join file's facts: our own copy, a given one, or the news of both.
 *
 * @throws {AgentError} when there is none, or it cannot be used (K-01).
 */
export async function openJoin(
  { disk }: Pick<Host, "disk">,
  directory: string,
  joinPath: string | undefined,
): Promise<JoinFile> {
  const ownPath = `${directory}/${JOIN_FILE}`;
  const own = await readOwnJoin({ disk }, directory);
  if (joinPath === undefined) {
    if (own !== null) return own;
    throw new AgentError(
      `Cannot start: this machine has not joined a fleet yet ` +
        `("${ownPath}" is not there); run it once with --join FILE, the file ` +
        `that "flottille-server init" wrote`,
    );
  }
  const given = await readGivenJoin({ disk }, joinPath);
  const join = own === null ? given : merge(own, given, { joinPath, ownPath });
  const text = encodeJoinFile(join);
  const isNews = own === null || text !== encodeJoinFile(own);
  if (isNews) await writePrivateFile(disk, ownPath, utf8(text));
  return join;
}

/**
 * Our own copy of the join file; null when there is none.
 *
 * @throws {AgentError} when it cannot be used (K-01).
 */
export async function readOwnJoin(
  { disk }: Pick<Host, "disk">,
  directory: string,
): Promise<JoinFile | null> {
  const path = `${directory}/${JOIN_FILE}`;
  if (await disk.stat(path) === null) return null;
  return decodeJoin(await readOwn(disk, path, JOIN_FILE_BYTES_MAX), path);
}

/**
 * A join file that somebody gives.
 *
 * @throws {AgentError} when it cannot be used (K-01).
 */
export async function readGivenJoin(
  { disk }: Pick<Host, "disk">,
  path: string,
): Promise<JoinFile> {
  return decodeJoin(await readGiven(disk, path), path);
}

/** A second join file of the same fleet brings news; of another, it is refused. */
function merge(
  own: JoinFile,
  given: JoinFile,
  { joinPath, ownPath }: { joinPath: string; ownPath: string },
): JoinFile {
  if (toBase64Url(own.fleet) !== toBase64Url(given.fleet)) {
    throw new AgentError(
      `Cannot join with "${joinPath}": it is of another fleet than the one ` +
        `this machine belongs to ("${ownPath}"); to move the machine, stop ` +
        `the agent and remove its state directory first`,
    );
  }
  const isNewer = newer(own.delegation, given.delegation) === "newer";
  return {
    ...own,
    delegation: isNewer ? given.delegation : own.delegation,
    enrolment: own.enrolment === null ? null : given.enrolment,
    servers: given.servers,
  };
}

function decodeJoin(bytes: Uint8Array, path: string): JoinFile {
  const join = decodeJoinFile(bytes);
  if (join.ok) return join.value;
  throw new AgentError(`Cannot use "${path}": ${join.fault}`);
}

async function readGiven(
  disk: Host["disk"],
  path: string,
): Promise<Uint8Array> {
  try {
    return await disk.readFile(path, JOIN_FILE_BYTES_MAX + 1);
  } catch (error) {
    throw new AgentError(
      `Cannot read the join file "${path}": ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function readOwn(
  disk: Host["disk"],
  path: string,
  bytesMax: number,
): Promise<Uint8Array> {
  try {
    return await readPrivateFile(disk, path, bytesMax);
  } catch (error) {
    throw new AgentError(messageOf(error), { cause: error });
  }
}

/**
 * The machine's own key. A missing or broken one is made (again) only as long
 * as nobody knows the machine (K-03).
 *
 * @throws {AgentError} when an enrolled machine's key cannot be used.
 */
export async function openKey(
  { disk, randomness }: Pick<Host, "disk" | "randomness">,
  path: string,
  enrolled: boolean,
): Promise<KeyPair> {
  if (await disk.stat(path) !== null) {
    const text = fromUtf8(await readOwn(disk, path, KEY_BYTES_MAX));
    const key = text === null ? null : decodePrivateKeyPem(text);
    if (key?.ok) return key.value;
    if (enrolled) {
      throw new AgentError(
        `Cannot read this machine's key "${path}": it is empty or damaged; ` +
          `restore it from a backup, or remove the state directory and join ` +
          `again (the server will see a new machine)`,
      );
    }
  } else if (enrolled) {
    throw new AgentError(
      `Cannot find this machine's key "${path}", though it is enrolled; ` +
        `restore it from a backup, or remove the state directory and join ` +
        `again (the server will see a new machine)`,
    );
  }
  const key = keyPairFromSeed(randomness.bytes(SEED_BYTES));
  await writePrivateFile(disk, path, utf8(encodePrivateKeyPem(key.seed)));
  return key;
}

/**
 * The key that this machine had before it was told to make another one; null
 * when it was not, or a crash came before the other one was written.
 */
export async function openFormerKey(
  { disk }: Pick<Host, "disk">,
  path: string,
  present: KeyPair,
): Promise<KeyPair | null> {
  if (await disk.stat(path) === null) return null;
  const text = fromUtf8(await readOwn(disk, path, KEY_BYTES_MAX));
  const key = text === null ? null : decodePrivateKeyPem(text);
  // A damaged one vouches for nothing: the server asks for a join file then.
  if (key === null || !key.ok) return null;
  return equalBytes(key.value.publicKey, present.publicKey) ? null : key.value;
}

/**
 * What the machine was shown and believes, verified again.
 *
 * @throws {AgentError} when the file is damaged.
 */
export async function openTrusted(
  { disk }: Pick<Host, "disk">,
  directory: string,
  join: JoinFile,
): Promise<TrustedState> {
  const path = `${directory}/trust.json`;
  const start = startTrustedState(join);
  if (await disk.stat(path) === null) return start;
  // A character of this file takes at most three bytes.
  const bytes = await readOwn(disk, path, 3 * TRUSTED_STATE_CHARS_MAX);
  const state = decodeTrustedState(join.fleet, fromUtf8(bytes) ?? "");
  if (!state.ok) {
    throw new AgentError(
      `Cannot believe "${path}": ${state.fault}; remove it, and the agent ` +
        `starts again from its join file`,
    );
  }
  const isNewer = newer(state.value.delegation, join.delegation) === "newer";
  return isNewer
    ? { ...state.value, delegation: join.delegation }
    : state.value;
}

/** An epoch, and the serial of the delegation under which it was heard. */
export interface HeardEpoch {
  readonly epoch: bigint;
  readonly serial: bigint;
}

/** The highest epoch heard before this start; 0 when none was. */
export async function openEpoch(
  { disk }: Pick<Host, "disk">,
  directory: string,
  { delegation: { serial } }: TrustedState,
): Promise<HeardEpoch> {
  const path = `${directory}/epoch`;
  if (await disk.stat(path) === null) return { epoch: 0n, serial };
  const text = fromUtf8(await readOwn(disk, path, EPOCH_BYTES_MAX)) ?? "";
  // Older agents wrote no serial. A damaged epoch is no danger: the next ping
  // of the server mends it.
  const [, epoch, under = serial] =
    /^([0-9]{1,20})(?: ([0-9]{1,20}))?\n$/.exec(text) ?? [];
  return { epoch: BigInt(epoch ?? 0), serial: BigInt(under) };
}

/**
 * The sources of libraries that the server wanted last in this machine's list;
 * none when it has not said. Also for a list that is made without an agent.
 */
export async function openLibraries(
  { disk }: Pick<Host, "disk">,
  directory: string,
): Promise<readonly string[]> {
  const path = `${directory}/${LIBRARIES_FILE}`;
  if (await disk.stat(path) === null) return [];
  const text = fromUtf8(await readOwn(disk, path, LIBRARIES_BYTES_MAX)) ?? "";
  // A damaged one is no danger: the server's next question mends it.
  const wanted = text.trim().split(",");
  return LIBRARY_SOURCES.filter((name) => wanted.includes(name));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
