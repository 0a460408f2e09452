/**
 * Reading a private key that a person keeps: in clear, or under a passphrase
 * that is typed in or stands in a file.
 *
 * A passphrase is never taken from the environment: every child of the process
 * inherits it, and it stays in the shell's history.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { readPrivateFile } from "../host/private_file.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import {
  decryptPrivateKeyPem,
  isEncryptedPem,
  PASSPHRASE_CHARS_MAX,
} from "../trust/encrypted_key.ts";
import { decodePrivateKeyPem, type KeyPair } from "../trust/keys.ts";
import { CliFailure } from "./failure.ts";
import type { Output } from "./output.ts";

const KEY_BYTES_MAX = 16_384;
const PASSPHRASE_BYTES_MAX = 4 * PASSPHRASE_CHARS_MAX;
/** How often a passphrase is asked for. */
const TRIES_MAX = 3;

/** What of a host is needed. */
type KeyHost = Pick<Host, "disk" | "terminal">;

/** Where a passphrase comes from, and whose key it is. */
export interface KeyOptions {
  /** A file whose first line is the passphrase; typed in when absent. */
  readonly passphraseFile?: string | undefined;
  /** For messages: "publisher's" unless it is said. */
  readonly whose?: string;
  /** For messages: the option that names another file. */
  readonly option?: string;
}

/**
 * Reads a private key, asking for its passphrase when it has one.
 *
 * @throws {CliFailure} when it cannot be used.
 */
export async function readPublisherKey(
  host: KeyHost,
  output: Output,
  path: string,
  options: KeyOptions = {},
): Promise<KeyPair> {
  const { whose = "publisher's", option = "--key" } = options;
  if (await host.disk.stat(path) === null) {
    throw new CliFailure("config", `There is no ${whose} key "${path}"`, {
      advice: [`Name it with ${option} FILE`],
    });
  }
  const bytes = await readPrivateFile(host.disk, path, KEY_BYTES_MAX);
  const text = fromUtf8(bytes) ?? "";
  if (isEncryptedPem(text)) {
    return await unlock(host, output, path, text, options);
  }
  const key = decodePrivateKeyPem(text);
  if (key.ok) return key.value;
  throw new CliFailure(
    "config",
    `Cannot use the key "${path}": it ${key.fault}`,
  );
}

async function unlock(
  host: KeyHost,
  output: Output,
  path: string,
  text: string,
  { passphraseFile }: KeyOptions,
): Promise<KeyPair> {
  const triesMax = passphraseFile === undefined ? TRIES_MAX : 1;
  let found = "";
  for (let tries = 1; tries <= triesMax; tries++) {
    const passphrase = passphraseFile === undefined
      ? await askPassphrase(host, output, `Passphrase of ${path}: `)
      : await readPassphraseFile(host, passphraseFile);
    const key = decryptPrivateKeyPem(text, passphrase);
    if (key.ok) return key.value;
    found = key.fault;
    if (tries < triesMax) output.note(`The key "${path}" ${found}`);
  }
  throw new CliFailure("config", `Cannot use the key "${path}": it ${found}`);
}

/**
 * A new passphrase, typed twice or read from a file.
 *
 * @throws {CliFailure} when the two differ or there is none.
 */
export async function newPassphrase(
  host: KeyHost,
  output: Output,
  { passphraseFile }: KeyOptions,
): Promise<string> {
  if (passphraseFile !== undefined) {
    return await readPassphraseFile(host, passphraseFile);
  }
  const first = await askPassphrase(host, output, "New passphrase: ");
  const second = await askPassphrase(host, output, "The same again: ");
  if (first === second) return first;
  throw new CliFailure("usage", "The two passphrases are not the same", {
    advice: ["Nothing was made; try again"],
  });
}

async function askPassphrase(
  { terminal }: KeyHost,
  output: Output,
  prompt: string,
): Promise<string> {
  output.progress.clear();
  const line = await terminal.readHidden(prompt);
  if (line === null) {
    throw new CliFailure(
      "config",
      "Cannot ask for the passphrase: this is no terminal",
      { advice: ["Put it into a file of mode 0600: --passphrase-file FILE"] },
    );
  }
  if (line !== "") return line;
  throw new CliFailure("usage", "The passphrase is empty");
}

async function readPassphraseFile(
  { disk }: KeyHost,
  path: string,
): Promise<string> {
  const bytes = await readPrivateFile(disk, path, PASSPHRASE_BYTES_MAX);
  const [line = ""] = (fromUtf8(bytes) ?? "").split(/\r?\n/, 1);
  if (line !== "" && line.length <= PASSPHRASE_CHARS_MAX) return line;
  throw new CliFailure(
    "config",
    `The first line of "${path}" is no passphrase: it must be UTF-8, of 1 to ` +
      `${PASSPHRASE_CHARS_MAX} characters`,
  );
}
