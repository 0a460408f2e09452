/**
 * `downgrade`: a publisher signs the leave to go back to older versions. It
 * needs the publisher's key and nothing else: no server, and no fleet's
 * directory when the key is named.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import {
  DOWNGRADE_VERSIONS_MAX,
  signDowngrade,
} from "../../trust/downgrade.ts";
import { isProgramName, isVersion } from "../../trust/names.ts";
import {
  configOption,
  jsonFlag,
  needing,
  numberOption,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openFleet, publisherKeyPath } from "../fleet.ts";
import { readPublisherKey } from "../publisher_key.ts";

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 7;
/** A leave that is forgotten must end by itself. */
const DAYS_MAX = 366;

/** `flottille-server downgrade NAME VERSION... [--days N]`. */
export const downgradeCommand = defineCommand({
  name: "downgrade",
  group: "Programs",
  summary: "Sign the leave to go back to an older version",
  usage: "NAME VERSION... [--days N] [--key FILE] [--output FILE]",
  about: [
    "Machines refuse a package that is older than one they have had, whoever " +
    "orders it. This signs, with the publisher's key, that they may go back to " +
    "these versions for so many days. Each machine uses the statement once.",
    "Publish the statement like a package; then order the older version by " +
    "its number. To go back one step to what a machine has kept, rollback is " +
    "enough.",
  ],
  examples: [
    ["downgrade editor 1.0", "makes editor-1.0.downgrade, good for 7 days"],
    ["downgrade editor 1.0 1.1 --days 1 --key anna.key -o back", ""],
  ],
  parser: object({
    name: wordArgument("NAME", "The program"),
    versions: multiple(wordArgument("VERSION", "Back to which version"), {
      min: 1,
      max: DOWNGRADE_VERSIONS_MAX,
      errors: {
        tooFew: message`VERSION is missing`,
        tooMany: message`At most ${
          text(String(DOWNGRADE_VERSIONS_MAX))
        } versions fit in one statement`,
      },
    }),
    days: withDefault(
      numberOption(
        "--days",
        "N",
        { min: 1, max: DAYS_MAX },
        `How long it holds; else ${DAYS_DEFAULT}`,
      ),
      DAYS_DEFAULT,
    ),
    output: optional(textOption(
      ["-o", "--output"],
      "FILE",
      "The statement; else NAME-VERSION.downgrade here",
    )),
    key: optional(textOption(
      "--key",
      "FILE",
      "The publisher's key; else keys/publisher.key of the fleet",
    )),
    passphraseFile: optional(textOption(
      "--passphrase-file",
      "FILE",
      "Its first line opens the key; else it is asked for",
    )),
    config: configOption(),
    json: jsonFlag(),
  }, needing("NAME")),
  async run({ host, output, program }, values) {
    const { name, versions, days } = values;
    refuseNames(name, versions);
    const keyPath = values.key ??
      publisherKeyPath(await openFleet(host.disk, values.config));
    const publisher = await readPublisherKey(host, output, keyPath, {
      passphraseFile: values.passphraseFile,
    });
    const nowMs = host.clock.wallMs();
    const issued = new Date(nowMs).toISOString();
    const expires = new Date(nowMs + days * DAY_MS).toISOString();
    const path = values.output ?? `${name}-${versions[0]}.downgrade`;
    const statement = signDowngrade(publisher, {
      ...{ format: 1, name, versions, issued, expires },
    });
    await host.disk.replaceFile(path, statement, { mode: 0o644 });
    if (values.json) output.json({ name, versions, issued, expires, path });
    else {
      output.text([
        `${path}: machines may go back to ${name} ${versions.join(", ")} ` +
        `until ${expires}, once each`,
        `Next: ${program} publish ${path}`,
      ]);
    }
    return "ok";
  },
});

function refuseNames(name: string, versions: readonly string[]): void {
  if (!isProgramName(name)) {
    throw new CliFailure("usage", `"${name}" cannot be a program's name`);
  }
  const wrong = versions.find((version) => !isVersion(version));
  if (wrong !== undefined) {
    throw new CliFailure("usage", `"${wrong}" cannot be a version`);
  }
}
