/**
 * A machine's list as it came: the document's own bytes, and beside a file of
 * them what proves whose they are.
 *
 * @module
 */

import { utf8 } from "../trust/bytes.ts";
import { encodePublicKeyPem } from "../trust/keys.ts";
import type { ListDocument } from "./api_client.ts";
import type { Context } from "./command.ts";
import type { ExitName } from "./exit_codes.ts";
import { passOn } from "./pass_on.ts";

/** Writes the document to stdout, or into files: FILE, FILE.sig, FILE.pub. */
export async function writeDocument(
  context: Context,
  { bytes, signature, machineKey }: ListDocument,
  path: string | undefined,
): Promise<ExitName> {
  const ended = await passOn(context, bytes, path);
  if (path === undefined || ended !== "ok") return ended;
  const { host: { disk }, output } = context;
  if (signature === null || machineKey === null) {
    // Beside this document they would be of another.
    await disk.remove(`${path}.sig`);
    await disk.remove(`${path}.pub`);
    output.note("The list came unsigned, from an older agent", "waiting");
    return ended;
  }
  await disk.replaceFile(`${path}.sig`, new Uint8Array(signature));
  await disk.replaceFile(`${path}.pub`, utf8(encodePublicKeyPem(machineKey)));
  output.note(
    `Its signature is in ${path}.sig, the machine's key in ${path}.pub`,
  );
  return ended;
}
