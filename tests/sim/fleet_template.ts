/**
 * The fleet that every simulated world begins with: made once for all of them,
 * as `flottille-server init` makes it, and copied onto each server's disk. The
 * store is a file of SQLite's own: it is kept beside, and copied as well.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { decodePrivateKeyPem, type KeyPair } from "../../lib/trust/keys.ts";
import { initFleet } from "../../lib/server/fleet/init.ts";
import { Chance } from "./chance.ts";
import { WALL_MS } from "./computer.ts";

/** A file of the fleet's directory. */
export interface TemplateFile {
  /** Below the directory. */
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a world begins with. */
export interface FleetTemplate {
  readonly files: readonly TemplateFile[];
  /** An empty store, on this machine's real disk. */
  readonly storePath: string;
  readonly publisher: KeyPair;
  readonly joinFile: Uint8Array<ArrayBuffer>;
  /** Takes the store away. */
  close(): Promise<void>;
}

/** Which file is the store, which SQLite reads by itself. */
const STORE = "data/flottille.db";

/** A directory in memory where the system has one: SQLite syncs a lot. */
export function quickDirectory(): string {
  const prefix = "flottille-sim-";
  try {
    return Deno.makeTempDirSync({ dir: "/dev/shm", prefix });
  } catch {
    return Deno.makeTempDirSync({ prefix });
  }
}

/** Makes the fleet. */
export async function makeTemplate(): Promise<FleetTemplate> {
  const parent = quickDirectory();
  const directory = `${parent}/fleet`;
  const clock = { ...realHost().clock, wallMs: () => WALL_MS };
  const host = { ...realHost(), clock, randomness: new Chance(1) };
  await initFleet({ host, directory });
  const files = filesBelow(directory, "").filter(({ path }) => path !== STORE);
  const bytesOf = (wanted: string) => {
    const found = files.find(({ path }) => path === wanted);
    if (found === undefined) throw new Error(`init made no ${wanted}`);
    return found.bytes;
  };
  const pem = new TextDecoder().decode(bytesOf("keys/publisher.key"));
  const publisher = decodePrivateKeyPem(pem);
  if (!publisher.ok) throw new Error(publisher.fault);
  return {
    files,
    storePath: `${directory}/${STORE}`,
    publisher: publisher.value,
    joinFile: bytesOf("join.json"),
    close: () => Deno.remove(parent, { recursive: true }),
  };
}

function filesBelow(directory: string, below: string): TemplateFile[] {
  return [...Deno.readDirSync(`${directory}/${below}`)].flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) return filesBelow(directory, path);
    const full = `${directory}/${path}`;
    const mode = (Deno.statSync(full).mode ?? 0o644) & 0o777;
    return [{ path, mode, bytes: Deno.readFileSync(full) }];
  });
}
