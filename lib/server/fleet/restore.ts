/**
 * Makes the fleet's server again from a copy of its directory: on a new
 * computer, or on the same one after its disk was lost. The copy is only read.
 * What is made is checked as a whole, and is there as a whole or not at all.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "node:path";
import type { Host } from "../../host/host.ts";
import { makeDurableDirectory } from "../../host/durable_directory.ts";
import { fromUtf8, toBase64Url, utf8 } from "../../trust/bytes.ts";
import { fleetOf } from "../../trust/keys.ts";
import { COPY_LEAP } from "../store/store_copy.ts";
import { copyFile } from "../store/disk_copy.ts";
import { META_COPIED } from "../store/store_leap.ts";
import { META_EPOCH, type Store } from "../store/store.ts";
import { openSqliteStore } from "../store/store_sqlite.ts";
import { loadConfig } from "../config/config.ts";
import { loadFleet } from "./fleet.ts";
import { FLEET_DIRECTORIES, pathOf } from "./fleet_files.ts";
import { filesOf } from "./fleet_files_of.ts";
import { movedConfig } from "./moved_config.ts";

/** From where, and to where. */
export interface RestoreOptions {
  readonly host: Host;
  /** What `backup` made, or a copy of a stopped server's directory. */
  readonly from: string;
  /** Is made; it must not be there, or be empty. */
  readonly to: string;
}

/** What was restored. */
export interface Restored {
  readonly directory: string;
  /** base64url of the fleet's 8 bytes. */
  readonly fleet: string;
  readonly files: number;
  readonly machines: number;
  readonly programs: number;
  /** When the copy was made. */
  readonly copiedMs: number;
  /** Published programs whose packages are not in the copy, `NAME VERSION`. */
  readonly missing: readonly string[];
  /** What the owner must do now, as sentences. */
  readonly reminders: readonly string[];
}

const CONFIG_BYTES_MAX = 1_048_576;

/** Does it. @throws {Error} with a whole sentence; nothing is left then. */
export async function restoreFleet(options: RestoreOptions): Promise<Restored> {
  const { host: { disk } } = options;
  const from = resolve(options.from);
  const to = resolve(options.to);
  await refuse(options, from, to);
  const half = join(dirname(to), `.${basename(to)}.new`);
  await disk.remove(half, { recursive: true });
  try {
    const files = await copyAll(options, from, half);
    const found = await checkAll(options, from, half);
    await disk.syncTree(half);
    // An empty directory of the owner's, such as a package makes.
    await disk.remove(to, { recursive: true });
    await disk.rename(half, to);
    await disk.syncDirectory(dirname(to));
    const reminders = await remindersOf(options, to);
    return { directory: to, files, ...found, reminders };
  } catch (error) {
    await disk.remove(half, { recursive: true }).catch(() => {});
    throw error;
  }
}

async function refuse(
  { host: { disk } }: RestoreOptions,
  from: string,
  to: string,
): Promise<void> {
  for (const file of ["config", "store"] as const) {
    if (await disk.stat(pathOf(from, file)) !== null) continue;
    throw new Error(
      `Cannot restore from "${from}": it holds no ${pathOf(".", file)}; name ` +
        "a directory that flottille-server backup made",
    );
  }
  const there = await disk.stat(to);
  if (there === null) return;
  if (there.kind !== "directory") {
    throw new Error(`Cannot restore to "${to}": it is no directory`);
  }
  for await (const { name } of disk.list(to)) {
    throw new Error(
      `Cannot restore to "${to}": it is not empty ("${name}" is there); move ` +
        "it away, or name another directory with --dir (nothing was changed)",
    );
  }
}

async function copyAll(
  { host: { disk } }: RestoreOptions,
  from: string,
  half: string,
): Promise<number> {
  await makeDurableDirectory(disk, half, { mode: 0o755 });
  for (const each of Object.values(FLEET_DIRECTORIES)) {
    const mode = 0o700;
    await disk.makeDirectory(join(half, each), { recursive: true, mode });
  }
  const bytes = await disk.readFile(pathOf(from, "config"), CONFIG_BYTES_MAX);
  const config = movedConfig(fromUtf8(bytes) ?? "", pathOf(half, "config"));
  await disk.replaceFile(pathOf(half, "config"), utf8(config), { mode: 0o644 });
  let count = 1;
  const store = pathOf(".", "store");
  const names = [
    ...await filesOf(disk, from),
    { name: store, mode: 0o600 },
    // Beside the store of a server that was killed.
    { name: `${store}-wal`, mode: 0o600 },
  ];
  for (const { name, mode } of names) {
    if ((await disk.stat(join(from, name)))?.kind !== "file") continue;
    await copyFile(disk, join(from, name), join(half, name), mode);
    count++;
  }
  return count;
}

/** Everything that the server will look at when it starts. */
async function checkAll(
  { host }: RestoreOptions,
  from: string,
  half: string,
) {
  const { disk } = host;
  await loadConfig(disk, pathOf(half, "config"));
  const fleet = await loadFleet(disk, half);
  const store = await openSqliteStore({ disk, path: pathOf(half, "store") });
  try {
    const changedMs = (await disk.stat(pathOf(from, "store")))?.changedMs;
    const copiedMs = await markCopied(store, changedMs ?? host.clock.wallMs());
    const programs = await store.programs();
    const missing: string[] = [];
    for (const { name, version, sha256, size } of programs) {
      const path = join(half, FLEET_DIRECTORIES.packages, `${sha256}.ieo`);
      const isThere = (await disk.stat(path))?.size === size;
      if (!isThere) missing.push(`${name} ${version}`);
    }
    return {
      fleet: toBase64Url(fleetOf(fleet.fleetKey)),
      machines: (await store.machines()).length,
      programs: programs.length,
      ...{ copiedMs, missing },
    };
  } finally {
    await store.close();
  }
}

/** A copy that `backup` did not make has to leap as one that it made. */
async function markCopied(store: Store, changedMs: number): Promise<number> {
  const copied = await store.meta(META_COPIED);
  if (copied !== null && copied !== "") return Number(copied);
  const epoch = BigInt(await store.meta(META_EPOCH) ?? "0") + BigInt(COPY_LEAP);
  await store.commit([
    { kind: "meta", key: META_COPIED, value: String(changedMs) },
    { kind: "meta", key: META_EPOCH, value: String(epoch) },
    { kind: "leapt", orders: COPY_LEAP },
  ]);
  return changedMs;
}

async function remindersOf(
  { host: { disk } }: RestoreOptions,
  to: string,
): Promise<string[]> {
  const config = pathOf(to, "config");
  const fleetKey = pathOf(to, "fleetKey");
  return [
    "See that the old server does not run any more: two servers of one fleet " +
    "take its machines from each other",
    `Start this one: flottille-server run --config ${config}`,
    "Machines find it by its broadcasts, at whatever address it is; those " +
    "that were told an address (--server) need it to be the same, or its name",
    "What was revoked since the copy was made is not revoked any more: revoke " +
    "it again. The last export of the journal knows what it was: " +
    "flottille-server audit show EXPORT --what revoked",
    "Machines that joined since wait for their approval: flottille-server " +
    "machines, then approve",
    `Look at [network] in ${config} when this computer has another address`,
    "If the old computer was stolen: flottille-server delegate, so that its " +
    "key is worth nothing",
    ...(await disk.stat(fleetKey) === null
      ? [`The fleet key is kept elsewhere: without it there is no delegate`]
      : []),
  ];
}
