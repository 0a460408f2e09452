/**
 * Opens the local API on loopback, and leaves in `data/api.json` how it is
 * reached. Whoever can read that file is the owner: its mode is 0600.
 *
 * @module
 */

import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { sentenceOf } from "../../host/log.ts";
import { writePrivateFile } from "../../host/private_file.ts";
import { toBase64Url, utf8 } from "../../trust/bytes.ts";
import type { ApiFile } from "../shapes/api_schema.ts";
import type { ServerConfig } from "../config/config.ts";
import { API_FILE } from "../fleet/fleet_files.ts";

/** The API that is open. */
export interface ApiDoor {
  readonly port: number;
  /** Answers what is under way, takes nothing new, removes the file. */
  close(): Promise<void>;
}

const TOKEN_BYTES = 32;

/**
 * Opens the API; `make` is given the token that requests must bear.
 *
 * @throws {Error} when the port is in use, naming the option.
 */
export async function openApi(
  { host, config, pid, make }: {
    readonly host: Pick<Host, "disk" | "http" | "randomness">;
    readonly config: ServerConfig;
    readonly pid?: number | undefined;
    make(token: string): (request: Request) => Response | Promise<Response>;
  },
): Promise<ApiDoor> {
  const token = toBase64Url(host.randomness.bytes(TOKEN_BYTES));
  const path = join(config.directory, API_FILE);
  const server = serve(host, config, make(token));
  const { port } = server.address;
  const file: ApiFile = { port, token, ...(pid === undefined ? {} : { pid }) };
  try {
    const text = JSON.stringify(file) + "\n";
    await writePrivateFile(host.disk, path, utf8(text));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port,
    async close() {
      // The file first: nobody shall be sent to a door that is closing.
      await host.disk.remove(path);
      await server.stop();
    },
  };
}

function serve(
  { http }: Pick<Host, "http">,
  { api, path }: ServerConfig,
  handler: (request: Request) => Response | Promise<Response>,
) {
  try {
    return http.serve({ hostname: "127.0.0.1", port: api.port }, handler);
  } catch (error) {
    throw new Error(
      `Cannot open the local API on 127.0.0.1:${api.port}: ` +
        `${sentenceOf(error)}; the port is api.port in "${path}", and 0 lets ` +
        "the system choose one",
      { cause: error },
    );
  }
}
