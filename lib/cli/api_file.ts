/**
 * How a command finds the running server: the file with its port and token.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { readPrivateFile } from "../host/private_file.ts";
import { type ApiFile, apiFileSchema } from "../server/shapes/api_schema.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import { CliFailure } from "./failure.ts";

const API_FILE_BYTES_MAX = 4_096;

/** @throws {CliFailure} when no server has left one there that can be read. */
export async function readApiFile(disk: Disk, path: string): Promise<ApiFile> {
  if (await disk.stat(path) === null) throw notRunning(path);
  const bytes = await readPrivateFile(disk, path, API_FILE_BYTES_MAX);
  try {
    return apiFileSchema.parse(JSON.parse(fromUtf8(bytes) ?? ""));
  } catch (error) {
    throw new CliFailure(
      "notRunning",
      `Cannot reach the server: "${path}" is not a file that it wrote`,
      {
        advice: ["Start the server again; it writes the file anew"],
        cause: error,
      },
    );
  }
}

/** Nobody answers where the file at `path` says. */
export function notRunning(path: string, cause?: unknown): CliFailure {
  return new CliFailure("notRunning", "The server is not running", {
    advice: [
      "Start it with: flottille-server run",
      `(its address would stand in ${path})`,
    ],
    cause,
  });
}
