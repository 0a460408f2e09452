/**
 * The fleet's keys and documents, as a server needs them: read from its
 * directory, checked against each other, refused with one clear sentence when
 * something is missing, readable by others (K-02) or does not fit.
 *
 * The fleet's own key is not among them. A server runs without it; it may be
 * kept elsewhere.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { readPrivateFile } from "../../host/private_file.ts";
import { equalBytes, fromUtf8, sha256 } from "../../trust/bytes.ts";
import {
  type Delegation,
  DELEGATION_BYTES,
  DELEGATION_FAULTS,
  openDelegation,
} from "../../trust/delegation.ts";
import {
  decodeJoinFile,
  FILTER_KEY_BYTES,
  JOIN_FILE_BYTES_MAX,
} from "../../trust/join_file.ts";
import {
  decodePrivateKeyPem,
  type KeyPair,
  PRIVATE_KEY_PEM_CHARS_MAX,
} from "../../trust/keys.ts";
import type { Outcome } from "../../trust/outcome.ts";
import {
  openPublishers,
  type Publishers,
  PUBLISHERS_BYTES_MAX,
} from "../../trust/publishers.ts";
import { decodeSecrets, type EnrolmentSecret } from "./enrolment_secrets.ts";
import { FLEET_FILES, type FleetFileName, pathOf } from "./fleet_files.ts";

/** What the server is to its fleet. */
export interface Fleet {
  /** The fleet's public key, 32 bytes. */
  readonly fleetKey: Uint8Array;
  readonly delegation: Delegation;
  readonly serverKey: KeyPair;
  readonly filterKey: Uint8Array;
  readonly certificatePem: string;
  readonly certificateDer: Uint8Array;
  readonly privateKeyPem: string;
  readonly secrets: readonly EnrolmentSecret[];
  readonly publishers: Publishers;
}

const SMALL_FILE_BYTES_MAX = 65_536;

/** Reads and checks all of it. @throws {Error} with a whole sentence. */
export async function loadFleet(
  disk: Disk,
  directory: string,
): Promise<Fleet> {
  const files = new FleetReader(disk, directory);
  await files.checkPrivate();
  const join = files.open(
    "join",
    decodeJoinFile(await files.read("join", JOIN_FILE_BYTES_MAX)),
  );
  const delegation = await readDelegation(files, join.fleet);
  const serverKey = await readKey(files, "serverKey");
  const certificatePem = await files.text("sipCertificate");
  const certificateDer = derOf(certificatePem);
  if (
    certificateDer === null || !fits(delegation, serverKey, certificateDer)
  ) {
    throw new Error(
      `Cannot use the keys in "${directory}": the delegation is not for ` +
        `${FLEET_FILES.serverKey.path} and ${FLEET_FILES.sipCertificate.path}` +
        "; put the ones that belong together back, or delegate anew with the " +
        "fleet's key",
    );
  }
  const filterKey = await files.read("filterKey", FILTER_KEY_BYTES);
  if (!equalBytes(filterKey, join.filterKey)) {
    throw files.error("filterKey", "is not the one of join.json");
  }
  const publishers = openPublishers(
    join.fleet,
    await files.read("publishers", PUBLISHERS_BYTES_MAX),
  );
  return {
    fleetKey: join.fleet,
    delegation,
    serverKey,
    filterKey,
    certificatePem,
    certificateDer,
    privateKeyPem: await files.text("sipKey"),
    secrets: await readSecrets(disk, directory),
    publishers: files.open("publishers", publishers),
  };
}

/** Reads the enrolment secrets: the owner changes them while a server runs. */
export async function readSecrets(
  disk: Disk,
  directory: string,
): Promise<EnrolmentSecret[]> {
  const files = new FleetReader(disk, directory);
  const bytes = await files.read("enrolment", SMALL_FILE_BYTES_MAX);
  return files.open("enrolment", decodeSecrets(bytes));
}

/** Reads a private key of the fleet's directory. */
export async function readFleetKey(
  disk: Disk,
  directory: string,
  file: "fleetKey" | "publisherKey" | "serverKey",
): Promise<KeyPair> {
  return await readKey(new FleetReader(disk, directory), file);
}

/** The bytes of a certificate in PEM, or null when there is none. */
export function derOf(pem: string): Uint8Array | null {
  const base64 = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END/.exec(pem)?.[1];
  try {
    return base64 === undefined ? null : Uint8Array.fromBase64(base64);
  } catch {
    return null; // A SyntaxError: it is not base64.
  }
}

function fits(
  delegation: Delegation,
  serverKey: KeyPair,
  certificateDer: Uint8Array,
): boolean {
  return equalBytes(delegation.serverKey, serverKey.publicKey) &&
    equalBytes(delegation.certificateHash, sha256(certificateDer));
}

async function readDelegation(
  files: FleetReader,
  fleetKey: Uint8Array,
): Promise<Delegation> {
  const bytes = await files.read("delegation", DELEGATION_BYTES);
  const opened = openDelegation(fleetKey, bytes);
  if (opened.ok) return opened.value;
  throw files.error("delegation", DELEGATION_FAULTS[opened.fault]);
}

async function readKey(
  files: FleetReader,
  file: "fleetKey" | "publisherKey" | "serverKey",
): Promise<KeyPair> {
  const text = await files.text(file, PRIVATE_KEY_PEM_CHARS_MAX);
  return files.open(file, decodePrivateKeyPem(text));
}

/** Reads files of one fleet, and puts their names into the errors. */
class FleetReader {
  readonly #disk: Disk;
  readonly #directory: string;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /** No private file may be readable by others, whether it is used or not. */
  async checkPrivate(): Promise<void> {
    for (const [name, { isPrivate, path }] of Object.entries(FLEET_FILES)) {
      if (!isPrivate) continue;
      const found = await this.#disk.stat(join(this.#directory, path));
      if (found === null) continue;
      await this.read(name as FleetFileName, SMALL_FILE_BYTES_MAX);
    }
  }

  async read(
    file: FleetFileName,
    bytesMax: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const path = pathOf(this.#directory, file);
    if (await this.#disk.stat(path) === null) {
      throw this.error(file, `is missing (${FLEET_FILES[file].gloss})`);
    }
    return FLEET_FILES[file].isPrivate
      ? await readPrivateFile(this.#disk, path, bytesMax)
      : await this.#disk.readFile(path, bytesMax);
  }

  async text(
    file: FleetFileName,
    bytesMax = SMALL_FILE_BYTES_MAX,
  ): Promise<string> {
    const text = fromUtf8(await this.read(file, bytesMax));
    if (text === null) throw this.error(file, "is not UTF-8");
    return text;
  }

  /** The value, or an error that names the file. */
  open<T>(file: FleetFileName, outcome: Outcome<T, string>): T {
    if (outcome.ok) return outcome.value;
    throw this.error(file, outcome.fault);
  }

  /** What was found is a sentence, or the end of one that begins with "it". */
  error(file: FleetFileName, found: string): Error {
    const path = pathOf(this.#directory, file);
    const sentence = /^[A-Z]/.test(found) ? found : `it ${found}`;
    return new Error(`Cannot use "${path}": ${sentence}`);
  }
}
