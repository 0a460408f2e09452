/**
 * Which fleet a command is about: its config file, and the places that follow
 * from it.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../host/disk.ts";
import { loadConfig, type ServerConfig } from "../server/config/config.ts";
import { API_FILE, pathOf } from "../server/fleet/fleet_files.ts";
import { ApiClient, type ClientHost } from "./api_client.ts";
import { CliFailure, withConfigFailures } from "./failure.ts";

/** Where the config file is looked for when nobody names it, in this order. */
export const CONFIG_PATHS = [
  "./flottille.toml",
  "/etc/flottille/flottille.toml",
] as const;

/** A fleet's config file, read. */
export interface Fleet {
  readonly configPath: string;
  readonly config: ServerConfig;
}

/** The path that was given, or the first of `CONFIG_PATHS` that is there. */
export async function findConfig(
  disk: Disk,
  given: string | undefined,
): Promise<string> {
  const candidates = given === undefined ? CONFIG_PATHS : [given];
  for (const path of candidates) {
    if (await disk.stat(path) !== null) return path;
  }
  throw new CliFailure(
    "config",
    given === undefined
      ? `There is no config file: looked for ${CONFIG_PATHS.join(" and ")}`
      : `There is no config file "${given}"`,
    {
      advice: [
        "Name it with --config FILE, or go to the fleet's directory",
        "A new fleet is made with: flottille-server init",
      ],
    },
  );
}

/** Finds and reads the config file. */
export async function openFleet(
  disk: Disk,
  given: string | undefined,
): Promise<Fleet> {
  const configPath = await findConfig(disk, given);
  const config = await withConfigFailures(loadConfig(disk, configPath));
  return { configPath, config };
}

/** A client of the fleet's running server. */
export async function openClient(
  host: ClientHost,
  given: string | undefined,
): Promise<ApiClient> {
  const { config } = await openFleet(host.disk, given);
  return new ApiClient(host, join(config.directory, API_FILE));
}

/** Where the publisher's private key is, when it lives on the server. */
export function publisherKeyPath({ config }: Fleet): string {
  return pathOf(config.directory, "publisherKey");
}
