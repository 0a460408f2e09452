/**
 * Whose journal it is: the fleet's public key, and where its records are.
 *
 * @module
 */

import { fromBase64Url, fromHex } from "../../trust/bytes.ts";
import { isSafePublicKey, PUBLIC_KEY_BYTES } from "../../trust/keys.ts";
import type { AuditValues } from "../commands/audit_command.ts";
import type { Context } from "../command.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { openFleet } from "../fleet.ts";
import {
  type AuditSource,
  openAudit,
  openAuditExport,
} from "./audit_source.ts";

/** A journal and who must have signed it. */
export interface AuditOfFleet {
  readonly fleetKey: Uint8Array;
  readonly source: AuditSource;
}

/** Opens what the words name. @throws {CliFailure} */
export async function openOfFleet(
  context: Context,
  { file, fleet, config }: Pick<AuditValues, "file" | "fleet" | "config">,
): Promise<AuditOfFleet> {
  const { disk } = context.host;
  const directory = file !== undefined && fleet !== undefined
    ? ""
    : (await openFleet(disk, config)).config.directory;
  const fleetKey = fleet === undefined
    ? await keyOfDirectory(context, directory)
    : keyOf(fleet);
  const source = file === undefined
    ? await openAudit(context.host, directory)
    : await openAuditExport(disk, file);
  return { fleetKey, source };
}

async function keyOfDirectory({ host }: Context, directory: string) {
  const { readFleetPublicKey } = await import(
    "../../server/fleet/publishers_list.ts"
  );
  return await withConfigFailures(readFleetPublicKey(host.disk, directory));
}

function keyOf(text: string): Uint8Array {
  const bytes = fromHex(text.toLowerCase()) ?? fromBase64Url(text);
  if (bytes?.length === PUBLIC_KEY_BYTES && isSafePublicKey(bytes)) {
    return bytes;
  }
  throw new CliFailure("usage", `"${text}" is no public key`, {
    advice: [
      "A fleet's has 64 hexadecimal digits; audit verify and audit export " +
      "tell it where the fleet is",
    ],
  });
}
