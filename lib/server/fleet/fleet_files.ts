/**
 * What lies where in a fleet's directory, and what each file is for: said once
 * for `init`, for the server's start and for the documents.
 *
 * @module
 */

import { join } from "node:path";

interface FleetFile {
  /** Relative to the fleet's directory. */
  readonly path: string;
  /** Only the owner may read it. */
  readonly isPrivate: boolean;
  /** What it is, for the owner. */
  readonly gloss: string;
}

// deno-fmt-ignore
export const FLEET_FILES = {
  config:      { path: "flottille.toml",       isPrivate: false, gloss: "the server's options, with comments" },
  join:        { path: "join.json",            isPrivate: true,  gloss: "copy it to each machine beside the agent: with it a machine joins the fleet" },
  fleetKey:    { path: "keys/fleet.key",       isPrivate: true,  gloss: "the fleet's own key; save a copy now, then it may be kept off this computer" },
  publisherKey:{ path: "keys/publisher.key",   isPrivate: true,  gloss: "signs packages; may be kept off this computer" },
  serverKey:   { path: "keys/server.key",      isPrivate: true,  gloss: "this server's key; replaced without touching a machine" },
  sipKey:      { path: "keys/sip.key",         isPrivate: true,  gloss: "the private key of the server's certificate" },
  sipCertificate: { path: "keys/sip.crt",      isPrivate: false, gloss: "the server's certificate" },
  filterKey:   { path: "keys/filter.key",      isPrivate: true,  gloss: "keeps strangers' datagrams out; the same for the fleet's whole life" },
  enrolment:   { path: "keys/enrolment.json",  isPrivate: true,  gloss: "the secrets by which machines join, with expiry and number of uses" },
  delegation:  { path: "delegation",           isPrivate: false, gloss: "by it the fleet's key says which server speaks for it" },
  publishers:  { path: "publishers.json",      isPrivate: false, gloss: "who may sign packages of which names, signed by the fleet's key" },
  store:       { path: "data/flottille.db",    isPrivate: false, gloss: "machines, orders, lists and the catalogue (SQLite)" },
} as const satisfies Record<string, FleetFile>;

/** The directories below the fleet's. */
export const FLEET_DIRECTORIES = {
  keys: "keys",
  data: "data",
  packages: "data/packages",
  lists: "data/lists",
} as const;

/** Where the running server tells how it is reached. */
export const API_FILE = "data/api.json";

/** A file of the fleet. */
export type FleetFileName = keyof typeof FLEET_FILES;

/** The file's path below the fleet's directory. */
export function pathOf(directory: string, file: FleetFileName): string {
  return join(directory, FLEET_FILES[file].path);
}
