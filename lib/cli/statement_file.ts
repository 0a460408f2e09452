/**
 * The statement that lies beside a package.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { STATEMENT_BYTES_MAX } from "../trust/statement.ts";
import { CliFailure } from "./failure.ts";

/**
 * The bytes of the statement of a package, `A.ieo.sig` of `A.ieo`.
 *
 * @throws {CliFailure} when the package itself is not there, or it is not.
 */
export async function readStatement(
  disk: Disk,
  file: string,
): Promise<Uint8Array> {
  if ((await disk.stat(file))?.kind !== "file") {
    throw new CliFailure("notFound", `There is no package "${file}"`, {
      advice: ["It is a file that pack made, NAME-VERSION.ieo"],
    });
  }
  if (file.endsWith(".sig")) {
    throw new CliFailure("usage", `"${file}" is a statement, not a package`, {
      advice: [`Name the package: ${file.slice(0, -".sig".length)}`],
    });
  }
  const path = `${file}.sig`;
  if (await disk.stat(path) === null) {
    throw new CliFailure("notFound", `There is no statement "${path}"`, {
      advice: ["pack writes it beside the package; keep the two together"],
    });
  }
  return await disk.readFile(path, STATEMENT_BYTES_MAX);
}
