/**
 * Makes a fleet: keys, documents, config file, join file and an empty store.
 * It never writes over anything: what is there already may be a fleet.
 *
 * @module
 */

import { join } from "node:path";
import { makeDurableDirectory } from "../../host/durable_directory.ts";
import type { Host } from "../../host/host.ts";
import { toBase64Url, utf8 } from "../../trust/bytes.ts";
import { ENROLMENT_SECRET_BYTES, enrolmentId } from "../../trust/enrolment.ts";
import { encodeJoinFile, FILTER_KEY_BYTES } from "../../trust/join_file.ts";
import {
  encodePrivateKeyPem,
  fleetOf,
  type KeyPair,
  keyPairFromSeed,
  SEED_BYTES,
} from "../../trust/keys.ts";
import { signPublishers } from "../../trust/publishers.ts";
import { CONFIG_TEMPLATE } from "../config/config_template.ts";
import { encodeSecrets } from "./enrolment_secrets.ts";
import {
  FLEET_DIRECTORIES,
  FLEET_FILES,
  type FleetFileName,
  pathOf,
} from "./fleet_files.ts";
import { makeServerIdentity, type ServerIdentity } from "./server_identity.ts";
import { openSqliteStore } from "../store/store_sqlite.ts";

/** A file that was made. */
export interface MadeFile {
  readonly path: string;
  /** What it is, for the owner. */
  readonly gloss: string;
  readonly isPrivate: boolean;
}

/** A fleet that was made. */
export interface NewFleet {
  /** base64url of the fleet's 8 bytes. */
  readonly fleet: string;
  readonly files: readonly MadeFile[];
  /** What the owner must do now, as sentences. */
  readonly reminders: readonly string[];
}

const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;
const EVERYBODY = 0o644;

/** How long the first publishers' list is good. */
const PUBLISHERS_YEARS = 10;
const YEAR_MS = 365 * 86_400_000;

/**
 * Makes a fleet in the directory, which may be there already.
 *
 * @throws {Error} when any of the fleet's files is there; nothing is changed.
 */
export async function initFleet(
  { host, directory }: { readonly host: Host; readonly directory: string },
): Promise<NewFleet> {
  await refuseWhatIsThere(host, directory);
  const fleet = keyPairFromSeed(host.randomness.bytes(SEED_BYTES));
  const server = await makeServerIdentity(host, fleet, 0n);
  const documents = makeDocuments(host, fleet, server);
  await makeDirectories(host, directory);
  const made: string[] = [];
  try {
    for (const [file, bytes] of documents) {
      const path = pathOf(directory, file);
      made.push(path);
      const mode = FLEET_FILES[file].isPrivate ? OWNER_ONLY : EVERYBODY;
      await host.disk.replaceFile(path, bytes, { mode });
    }
    await makeStore(host, directory, made);
  } catch (error) {
    // Half a fleet would be refused by the next try.
    for (const path of made) await host.disk.remove(path).catch(() => {});
    throw error;
  }
  return {
    fleet: toBase64Url(fleetOf(fleet.publicKey)),
    files: filesOf(directory),
    reminders: remindersOf(directory),
  };
}

async function refuseWhatIsThere(host: Host, directory: string) {
  for (const file of Object.keys(FLEET_FILES) as FleetFileName[]) {
    const path = pathOf(directory, file);
    if (await host.disk.stat(path) === null) continue;
    throw new Error(
      `Cannot make a fleet in "${directory}": "${path}" is there already; ` +
        "choose an empty directory with --dir (nothing was changed)",
    );
  }
}

function makeDocuments(
  host: Host,
  fleet: KeyPair,
  server: ServerIdentity,
): (readonly [FleetFileName, Uint8Array])[] {
  const { randomness } = host;
  const publisher = keyPairFromSeed(randomness.bytes(SEED_BYTES));
  const filterKey = randomness.bytes(FILTER_KEY_BYTES);
  const secret = randomness.bytes(ENROLMENT_SECRET_BYTES);
  const id = enrolmentId(secret);
  const joinFile = encodeJoinFile({
    format: 1,
    fleet: fleet.publicKey,
    delegation: server.delegation,
    filterKey,
    enrolment: { id, secret },
    servers: [],
  });
  const unlimited = { id, secret, expiresMs: null, usesMax: null };
  return [
    ["fleetKey", utf8(encodePrivateKeyPem(fleet.seed))],
    ["publisherKey", utf8(encodePrivateKeyPem(publisher.seed))],
    ["filterKey", filterKey],
    ["enrolment", utf8(encodeSecrets([unlimited]))],
    ...server.files,
    ["publishers", firstPublishers(host, fleet, publisher)],
    ["join", utf8(joinFile)],
    ["config", utf8(CONFIG_TEMPLATE)],
  ];
}

/** One publisher, who may publish everything. */
function firstPublishers(
  { clock }: Host,
  fleet: KeyPair,
  publisher: KeyPair,
): Uint8Array {
  const nowMs = clock.wallMs();
  const momentOf = (ms: number) => new Date(ms).toISOString();
  return signPublishers(fleet, {
    format: 1,
    version: 1,
    issued: momentOf(nowMs),
    expires: momentOf(nowMs + PUBLISHERS_YEARS * YEAR_MS),
    publishers: [{
      key: toBase64Url(publisher.publicKey),
      names: ["*"],
      hooks: true,
    }],
    revoked: [],
  });
}

async function makeDirectories(host: Host, directory: string): Promise<void> {
  const { disk } = host;
  await makeDurableDirectory(disk, directory, { mode: 0o755 });
  for (const below of Object.values(FLEET_DIRECTORIES)) {
    const path = join(directory, below);
    await makeDurableDirectory(disk, path, { mode: OWNER_ONLY_DIRECTORY });
  }
}

async function makeStore(
  { disk }: Host,
  directory: string,
  made: string[],
): Promise<void> {
  const path = pathOf(directory, "store");
  made.push(path);
  const store = await openSqliteStore({ disk, path, create: true });
  await store.close();
  await disk.chmod(path, OWNER_ONLY);
  await disk.syncDirectory(join(directory, FLEET_DIRECTORIES.data));
}

function filesOf(directory: string): MadeFile[] {
  return Object.entries(FLEET_FILES).map(([file, { gloss, isPrivate }]) => ({
    path: pathOf(directory, file as FleetFileName),
    gloss,
    isPrivate,
  }));
}

function remindersOf(directory: string): string[] {
  return [
    `Save a copy of ${pathOf(directory, "fleetKey")} now, off this computer: ` +
    "without it a lost server cannot be replaced",
    `Copy ${pathOf(directory, "join")} to each machine, beside the agent: it ` +
    "holds a secret, so give it to nobody else",
    `Start the server: flottille-server run --config ${
      pathOf(directory, "config")
    }`,
  ];
}
