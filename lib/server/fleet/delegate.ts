/**
 * Replaces the server's key and certificate by new ones, under a delegation
 * with a higher serial: after a theft, or on a new computer. No machine is
 * touched; each takes the new delegation when it hears it (K-05, K-06).
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { utf8 } from "../../trust/bytes.ts";
import { DELEGATION_BYTES, openDelegation } from "../../trust/delegation.ts";
import {
  decodeJoinFile,
  encodeJoinFile,
  JOIN_FILE_BYTES_MAX,
} from "../../trust/join_file.ts";
import { equalBytes } from "../../trust/bytes.ts";
import { readFleetKey } from "./fleet.ts";
import { FLEET_FILES, pathOf } from "./fleet_files.ts";
import { makeServerIdentity } from "./server_identity.ts";

/** What was done. */
export interface Delegated {
  readonly serial: bigint;
  /** The files that were replaced. */
  readonly files: readonly string[];
  /** What the owner must do now, as sentences. */
  readonly reminders: readonly string[];
}

/**
 * Makes the server of this directory anew. The fleet's key must be there for
 * it, and may go away again afterwards.
 *
 * When it is cut in the middle, the server refuses to start because its files
 * do not fit together; calling it again puts that right.
 *
 * @throws {Error} with a whole sentence.
 */
export async function delegateAnew(
  { host, directory }: { readonly host: Host; readonly directory: string },
): Promise<Delegated> {
  const { disk } = host;
  const fleet = await readFleetKey(disk, directory, "fleetKey");
  const joinPath = pathOf(directory, "join");
  const join = decodeJoinFile(
    await disk.readFile(joinPath, JOIN_FILE_BYTES_MAX),
  );
  if (!join.ok) throw new Error(`Cannot use "${joinPath}": ${join.fault}`);
  if (!equalBytes(join.value.fleet, fleet.publicKey)) {
    throw new Error(
      `Cannot delegate: "${pathOf(directory, "fleetKey")}" is not the key of ` +
        `the fleet that "${joinPath}" names`,
    );
  }
  const held = await heldSerial(host, directory, fleet.publicKey);
  const joins = join.value.delegation.serial;
  const server = await makeServerIdentity(
    host,
    fleet,
    held > joins ? held : joins,
  );
  const newJoin = { ...join.value, delegation: server.delegation };
  const files = [
    ...server.files,
    ["join", utf8(encodeJoinFile(newJoin))] as const,
  ];
  for (const [file, bytes] of files) {
    const mode = FLEET_FILES[file].isPrivate ? 0o600 : 0o644;
    await disk.replaceFile(pathOf(directory, file), bytes, { mode });
  }
  return {
    serial: server.delegation.serial,
    files: files.map(([file]) => pathOf(directory, file)),
    reminders: [
      "Start the server again: it speaks with the new key, and each machine " +
      "follows when it hears it",
      "Give new machines the new join.json; the old one still works as long " +
      "as the fleet's key is the same",
    ],
  };
}

/** The serial of the delegation that is there; 0 when there is no good one. */
async function heldSerial(
  { disk }: Host,
  directory: string,
  fleetKey: Uint8Array,
): Promise<bigint> {
  const path = pathOf(directory, "delegation");
  if (await disk.stat(path) === null) return 0n;
  const bytes = await disk.readFile(path, DELEGATION_BYTES);
  const held = openDelegation(fleetKey, bytes);
  return held.ok ? held.value.serial : 0n;
}
