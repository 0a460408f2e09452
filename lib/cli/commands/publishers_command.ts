/**
 * `publishers`: who may sign packages for the fleet.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { multiple, optional } from "@optique/core/modifiers";
import type { KeyPair } from "../../trust/keys.ts";
import { isNamePattern } from "../../trust/names.ts";
import type { Publishers } from "../../trust/publishers.ts";
import {
  configOption,
  jsonFlag,
  numberOption,
  optionalWord,
  PLAIN,
  switchOf,
  textOption,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { openFleet } from "../fleet.ts";
import { pathOf } from "../../server/fleet/fleet_files.ts";
import type { Output } from "../output.ts";
import { readKeyText, showKey } from "../public_key.ts";
import { readPublisherKey } from "../publisher_key.ts";
import { suggestion } from "../suggestion.ts";
import { showMoment } from "../units.ts";

const YEARS_MAX = 100;

interface Values {
  readonly key: string | undefined;
  readonly names: readonly string[];
  readonly hooks: boolean;
  readonly years: number | undefined;
  readonly fleetKey: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly list: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** `flottille-server publishers [add KEY|revoke KEY|renew]`. */
export const publishersCommand = defineCommand({
  name: "publishers",
  group: "The fleet",
  summary: "Show or change who may sign packages; changes need the fleet key",
  usage: "[add KEY --names PATTERN... [--hooks] | revoke KEY | renew]",
  about: [
    "Without more, shows the publishers' list: each key, the names it may " +
    "publish, and whether its packages may run programs (hooks, native " +
    "packages) on the machines. add puts a key on it, or changes the rights " +
    "of one that is there; revoke takes one off for ever; renew gives the " +
    "list a new expiry.",
    "A change is signed by the fleet key (keys/fleet.key, or --fleet-key FILE " +
    "from wherever it is kept) into a list of the next version. A running " +
    "server must be started again to hand it out. On a computer without the " +
    "fleet's directory, --list FILE names a copy of publishers.json; carry " +
    "it back afterwards.",
  ],
  examples: [
    ["publishers", ""],
    ["publishers add 5c0f... --names 'school-*' --names editor", ""],
    ["publishers revoke 5c0f1a2b", "the first 8 digits are enough"],
    ["publishers renew --years 2 --fleet-key /mnt/stick/fleet.key", ""],
  ],
  parser: object({
    action: optionalWord("ACTION", "add, revoke or renew; else the list"),
    key: optionalWord("KEY", "A public key, as key show prints it"),
    names: multiple(textOption(
      "--names",
      "PATTERN",
      "Names that it may publish: editor, school-*, *; may be given often",
    )),
    hooks: switchOf(
      "--hooks",
      "Its packages may run programs as administrator",
    ),
    years: optional(numberOption(
      "--years",
      "NUMBER",
      { min: 1, max: YEARS_MAX },
      "How long the list is good from now on; else 10, or as it was",
    )),
    fleetKey: optional(textOption(
      "--fleet-key",
      "FILE",
      "The fleet key; else keys/fleet.key of the fleet",
    )),
    passphraseFile: optional(textOption(
      "--passphrase-file",
      "FILE",
      "Its first line opens the fleet key; else it is asked for",
    )),
    list: optional(textOption(
      "--list",
      "FILE",
      "The list itself; else publishers.json of the fleet",
    )),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { action, ...values }) {
    if (action === undefined) {
      return await withConfigFailures(show(context, values));
    }
    if (action !== "add" && action !== "revoke" && action !== "renew") {
      const near = suggestion(action, ["add", "revoke", "renew"]);
      throw new CliFailure(
        "usage",
        `There is no publishers ${action}${near === null ? "" : `; ${near}`}`,
        {
          advice: [
            "There are: publishers, publishers add KEY, revoke KEY, renew",
          ],
        },
      );
    }
    return await withConfigFailures(change(context, action, values));
  },
});

async function show(context: Context, values: Values): Promise<"ok"> {
  const { host, output } = context;
  const { readFleetPublicKey, readPublishers } = await import(
    "../../server/fleet/publishers_list.ts"
  );
  const directory = await directoryOf(context, values);
  const fleetKey = values.fleetKey === undefined
    ? await readFleetPublicKey(host.disk, directory)
    : (await readFleetKey(context, values, directory)).publicKey;
  const path = values.list ?? pathOf(directory, "publishers");
  const list = await readPublishers(host.disk, path, fleetKey);
  if (values.json) output.json(jsonOf(list));
  else printList(output, list, host.clock.wallMs());
  return "ok";
}

async function change(
  context: Context,
  action: "add" | "revoke" | "renew",
  values: Values,
): Promise<"ok"> {
  const { host, output } = context;
  const lists = await import("../../server/fleet/publishers_list.ts");
  checkWords(action, values);
  const directory = await directoryOf(context, values);
  const fleet = await readFleetKey(context, values, directory);
  if (values.list === undefined) {
    lists.demandFleetKey(
      fleet,
      await lists.readFleetPublicKey(host.disk, directory),
      values.fleetKey ?? pathOf(directory, "fleetKey"),
    );
  }
  const path = values.list ?? pathOf(directory, "publishers");
  const held = await lists.readPublishers(host.disk, path, fleet.publicKey);
  const listed = [...held.publishers.map(({ key }) => key), ...held.revoked];
  const { names, hooks, years } = values;
  const key = action === "renew" ? "" : readKeyText(values.key ?? "", listed);
  const list = await lists.changePublishers({
    disk: host.disk,
    path,
    fleet,
    change: action === "add"
      ? lists.adding({ key, names, hooks })
      : action === "revoke"
      ? lists.revoking(key)
      : lists.renewing,
    nowMs: host.clock.wallMs(),
    years: years ?? (action === "renew" ? lists.PUBLISHERS_YEARS : undefined),
  });
  if (values.json) {
    output.json(jsonOf(list));
    return "ok";
  }
  printList(output, list, host.clock.wallMs());
  output.line("");
  for (const line of remindersOf(list, path, values)) output.line(`- ${line}`);
  return "ok";
}

/** What each action needs, and what it has no use for. */
function checkWords(
  action: "add" | "revoke" | "renew",
  { key, names, hooks }: Values,
): void {
  const refuse = (sentence: string, advice: string) => {
    throw new CliFailure("usage", sentence, { advice: [advice] });
  };
  if (action === "renew" && key !== undefined) {
    refuse(`There is one word too many: "${key}"`, "publishers renew has none");
  }
  if (action !== "renew" && key === undefined) {
    refuse("KEY is missing", "flottille-server key show FILE prints it");
  }
  if (action === "add" && names.length === 0) {
    refuse(
      "--names PATTERN is missing",
      "To let the key publish every name: --names '*'",
    );
  }
  const strange = names.find((pattern) => !isNamePattern(pattern));
  if (strange !== undefined) {
    refuse(
      `"${strange}" is no pattern over program names`,
      "Lower-case letters, digits and . + _ - * ? are, at most 64",
    );
  }
  if (action !== "add" && (names.length > 0 || hooks)) {
    refuse("--names and --hooks are for publishers add", "Leave them out");
  }
}

/** The fleet's directory; "" where only its files are given. */
async function directoryOf(
  { host }: Context,
  { list, fleetKey, config }: Values,
): Promise<string> {
  if (list !== undefined && fleetKey !== undefined) return "";
  return (await openFleet(host.disk, config)).config.directory;
}

async function readFleetKey(
  { host, output }: Context,
  { fleetKey, passphraseFile }: Values,
  directory: string,
): Promise<KeyPair> {
  const path = fleetKey ?? pathOf(directory, "fleetKey");
  const options = { whose: "fleet's", option: "--fleet-key", passphraseFile };
  return await readPublisherKey(host, output, path, options);
}

function printList(output: Output, list: Publishers, nowMs: number): void {
  output.line(
    `The publishers' list, version ${list.version}; it expires ` +
      showMoment(list.expires, nowMs),
    list.expiresMs <= nowMs ? "bad" : "plain",
  );
  output.table(
    [
      { title: "KEY" },
      { title: "NAMES", cutTo: 8 },
      { title: "HOOKS" },
      { title: "STATE" },
    ],
    [
      ...list.publishers.map(({ key, names, hooks }) => [
        showKey(key),
        names.join(" "),
        hooks ? "yes" : "no",
        list.revoked.includes(key) ? "revoked" : "ok",
      ]),
      ...list.revoked.filter((key) =>
        list.publishers.every((one) => one.key !== key)
      )
        .map((key) => [showKey(key), "", "", "revoked"]),
    ],
  );
}

function remindersOf(list: Publishers, path: string, values: Values): string[] {
  return [
    values.list === undefined
      ? "Start the server again: it hands the new list to each machine"
      : `Carry ${path} to the fleet's directory, as publishers.json, and ` +
        "start the server again",
    ...(list.publishers.length === 0
      ? ["Nobody is on the list any more, so nothing can be published"]
      : []),
  ];
}

function jsonOf(list: Publishers) {
  const { version, issued, expires, publishers, revoked } = list;
  return {
    version,
    issued,
    expires,
    publishers: publishers.map((one) => ({ ...one, key: showKey(one.key) })),
    revoked: revoked.map(showKey),
  };
}
