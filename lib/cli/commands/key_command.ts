/**
 * `key`: a publisher's key, on whatever computer its owner packs.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import { writePrivateFile } from "../../host/private_file.ts";
import { toHex, utf8 } from "../../trust/bytes.ts";
import {
  ENCRYPTION_RANDOM_BYTES,
  encryptPrivateKeyPem,
} from "../../trust/encrypted_key.ts";
import {
  encodePrivateKeyPem,
  keyPairFromSeed,
  SEED_BYTES,
} from "../../trust/keys.ts";
import {
  jsonFlag,
  needing,
  switchOf,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { newPassphrase, readPublisherKey } from "../publisher_key.ts";
import { suggestion } from "../suggestion.ts";

interface Values {
  readonly file: string;
  readonly passphrase: boolean;
  readonly passphraseFile: string | undefined;
  readonly json: boolean;
}

/** `flottille-server key new|show FILE`. */
export const keyCommand = defineCommand({
  name: "key",
  group: "The fleet",
  summary: "Make a publisher's key, or show its public half",
  usage: "new|show FILE [--passphrase]",
  about: [
    "key new makes a private key for signing packages, in a file for its " +
    "owner alone, and prints its public half; the fleet's owner puts that on " +
    "the list with publishers add. key show prints it again. Neither needs a " +
    "fleet's directory: a publisher's key may live on another computer than " +
    "the server, and pack --key FILE uses it there.",
    "With --passphrase the file is of no use to whoever steals it: it is " +
    "PKCS#8, encrypted by scrypt and AES-256, which openssl reads as well. " +
    "Nothing brings a forgotten passphrase back.",
  ],
  examples: [
    ["key new anna.key --passphrase", "asks for a passphrase, twice"],
    ["key new ci.key --passphrase-file /run/secrets/passphrase", ""],
    ["key show anna.key", ""],
  ],
  parser: object({
    action: wordArgument("ACTION", "new or show"),
    file: wordArgument("FILE", "The private key"),
    passphrase: switchOf("--passphrase", "Protect a new key by a passphrase"),
    passphraseFile: optional(textOption(
      "--passphrase-file",
      "FILE",
      "Its first line is the passphrase; else it is asked for",
    )),
    json: jsonFlag(),
  }, needing("ACTION")),
  async run(context, { action, ...values }) {
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run !== undefined) return await run(context, values);
    const near = suggestion(action, Object.keys(ACTIONS));
    throw new CliFailure(
      "usage",
      `There is no key ${action}${near === null ? "" : `; ${near}`}`,
      { advice: ["There are: key new FILE, key show FILE"] },
    );
  },
});

const ACTIONS: Readonly<
  Record<string, (context: Context, values: Values) => Promise<"ok">>
> = { new: makeKey, show: showKeyOf };

async function makeKey(
  { host, output, program }: Context,
  { file, passphrase, passphraseFile, json }: Values,
): Promise<"ok"> {
  const { disk, randomness } = host;
  if (await disk.stat(file) !== null) {
    throw new CliFailure("config", `There is something at "${file}" already`, {
      advice: ["A key is never written over; choose another file"],
    });
  }
  const isProtected = passphrase || passphraseFile !== undefined;
  const secret = isProtected
    ? await newPassphrase(host, output, { passphraseFile })
    : null;
  const seed = randomness.bytes(SEED_BYTES);
  const pem = secret === null
    ? encodePrivateKeyPem(seed)
    : encryptPrivateKeyPem(
      seed,
      secret,
      randomness.bytes(ENCRYPTION_RANDOM_BYTES),
    );
  await writePrivateFile(disk, file, utf8(pem));
  const publicKey = toHex(keyPairFromSeed(seed).publicKey);
  if (json) {
    output.json({ path: file, publicKey, passphrase: isProtected });
    return "ok";
  }
  output.text([
    `${file}: a new private key${isProtected ? ", under its passphrase" : ""}`,
    `Its public key: ${publicKey}`,
    "Next, by the fleet's owner, for the names this publisher may use:",
    `  ${program} publishers add ${publicKey} --names 'school-*'`,
  ]);
  return "ok";
}

async function showKeyOf(
  { host, output }: Context,
  { file, passphraseFile, json }: Values,
): Promise<"ok"> {
  const key = await readPublisherKey(host, output, file, {
    whose: "private",
    passphraseFile,
  });
  const publicKey = toHex(key.publicKey);
  if (json) output.json({ path: file, publicKey });
  else output.line(publicKey);
  return "ok";
}
