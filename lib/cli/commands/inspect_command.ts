/**
 * `inspect`: a package, and whether a machine would take it.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import { type Check, CHECKS } from "../../ieo/examine/checks.ts";
import type { Examination } from "../../ieo/examine.ts";
import type { Manifest } from "../../ieo/manifest/types.ts";
import { unseal } from "../../trust/envelope.ts";
import {
  openPublishers,
  PUBLISHERS_BYTES_MAX,
  PUBLISHERS_TYPE,
  type PublishersList,
} from "../../trust/publishers.ts";
import {
  configOption,
  jsonFlag,
  needing,
  switchOf,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { CONFIG_PATHS, openFleet } from "../fleet.ts";
import type { Output } from "../output.ts";
import { summaryRows } from "../package_summary.ts";
import { showKey } from "../public_key.ts";
import { readStatement } from "../statement_file.ts";
import type { Style } from "../style.ts";
import { showBytes } from "../units.ts";

interface Where {
  readonly publishers: string | undefined;
  readonly config: string | undefined;
}

/** `flottille-server inspect FILE`. */
export const inspectCommand = defineCommand({
  name: "inspect",
  group: "Programs",
  summary: "Show a package, and whether each check of a machine holds",
  usage: "FILE [--publishers LIST] [--files] [--json]",
  about: [
    "Shows what is in a package, and makes every check that a machine makes " +
    "before it installs it, in the same order and with the same words; it " +
    "reads all of the package for that. The statement (FILE.sig) must lie " +
    "beside it. Ends with 0 only when every check was made and holds.",
    "Who may publish what is asked of the fleet's publishers' list: that of " +
    "the config file, or a copy of publishers.json that --publishers names. " +
    "Without either those checks are not made. Whether the package is for a " +
    "machine's system, and newer than what is installed there, only the " +
    "machine can say.",
  ],
  examples: [
    ["inspect editor-1.0.ieo", ""],
    ["inspect editor-1.0.ieo --publishers publishers.json --files", ""],
  ],
  parser: object({
    file: wordArgument("FILE", "A package that pack made"),
    publishers: optional(textOption(
      "--publishers",
      "LIST",
      "A copy of the fleet's publishers.json",
    )),
    files: switchOf("--files", "List every file of the package"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("FILE")),
  async run(context, { file, files, json, ...where }) {
    const { host, output } = context;
    // Loaded for this command alone: the others start in half the time.
    const { examinePackage } = await import("../../ieo/examine.ts");
    const statement = await readStatement(host.disk, file);
    const publishers = await withConfigFailures(listOf(context, where));
    const examination = await examinePackage({
      disk: host.disk,
      path: file,
      statement,
      publishers,
      nowMs: host.clock.wallMs(),
      onProgress: (done, total) =>
        output.progress.show({
          label: "Reading",
          done,
          total,
          detail: `${showBytes(done)} of ${showBytes(total)}`,
        }),
    });
    const { checks } = examination;
    if (json) output.json(jsonOf(examination, files));
    else tell(output, file, examination, files);
    if (publishers === null && !json) {
      output.note("To make every check: --publishers LIST, or --config FILE");
    }
    return checks.every(({ verdict }) => verdict === "holds") ? "ok" : "failed";
  },
});

/** The list that was named, or the fleet's, or none. */
async function listOf(
  { host }: Context,
  { publishers, config }: Where,
): Promise<PublishersList | null> {
  const { disk } = host;
  if (publishers !== undefined) return await readCopy(disk, publishers);
  const paths = config === undefined ? CONFIG_PATHS : [config];
  const found = await Promise.all(paths.map((path) => disk.stat(path)));
  if (config === undefined && found.every((stat) => stat === null)) return null;
  const { directory } = (await openFleet(disk, config)).config;
  const { readFleetPublicKey, readPublishers } = await import(
    "../../server/fleet/publishers_list.ts"
  );
  const { pathOf } = await import("../../server/fleet/fleet_files.ts");
  return await readPublishers(
    disk,
    pathOf(directory, "publishers"),
    await readFleetPublicKey(disk, directory),
  );
}

/**
 * A list that a person names is believed to be of the right fleet: whose it is
 * cannot be known without the fleet. It must be whole, and signed by the key
 * that it names.
 */
async function readCopy(
  disk: Context["host"]["disk"],
  path: string,
): Promise<PublishersList> {
  if (await disk.stat(path) === null) {
    throw new CliFailure("notFound", `There is no publishers' list "${path}"`);
  }
  const bytes = await disk.readFile(path, PUBLISHERS_BYTES_MAX);
  const envelope = unseal(bytes, PUBLISHERS_TYPE, PUBLISHERS_BYTES_MAX);
  if (!envelope.ok) {
    throw new Error(
      `Cannot use "${path}": the publishers' list ${envelope.fault}`,
    );
  }
  const list = openPublishers(envelope.value.claimedKey, bytes);
  if (list.ok) return list.value;
  throw new Error(`Cannot use "${path}": ${list.fault}`);
}

const SHOWN: Readonly<
  Record<Check["verdict"], { readonly text: string; readonly style: Style }>
> = {
  holds: { text: "holds", style: "good" },
  fails: { text: "does not hold", style: "bad" },
  unknown: { text: "not checked", style: "waiting" },
};

function tell(
  output: Output,
  file: string,
  { checks, publisher, statement, manifest }: Examination,
  isWithFiles: boolean,
): void {
  const of = statement === null
    ? "a package whose statement says nothing that can be believed"
    : `${statement.name} ${statement.version}, serial ${statement.serial}`;
  output.line(`${file}: ${of}`);
  const rows = manifest === null ? [] : summaryRows(manifest);
  if (publisher !== null) {
    rows.push([
      statement === null ? "claims the key" : "signed by",
      showKey(publisher),
    ]);
  }
  output.table(
    [{ title: "" }, { title: "", cutTo: 20 }],
    rows.map(([what, said]) => [`  ${what}`, said]),
  );
  if (manifest?.description !== undefined) {
    output.line("");
    output.text(manifest.description.split("\n").map((line) => `  ${line}`));
  }
  output.line("");
  output.table(
    [{ title: "CHECK" }, { title: "RESULT" }, { title: "", cutTo: 20 }],
    checks.map(({ name, verdict, text }) => [
      CHECKS[name],
      SHOWN[verdict],
      // In full below, where no terminal is too narrow for it.
      verdict === "fails" ? "" : text,
    ]),
  );
  if (isWithFiles && manifest !== null) tellFiles(output, manifest);
  for (const { name, verdict, text } of checks) {
    if (verdict === "fails") output.error(`${CHECKS[name]}: ${text}`);
  }
}

function tellFiles(output: Output, { files, directories }: Manifest): void {
  output.line("");
  output.table(
    [
      { title: "MODE" },
      { title: "SIZE", right: true },
      { title: "PATH", cutTo: 20 },
    ],
    [
      ...directories.map((path) => ["", "", `${path}/`]),
      ...files.map(({ path, size, mode }) => [
        `0${mode.toString(8)}`,
        showBytes(size),
        path,
      ]),
    ],
  );
}

function jsonOf(
  { checks, publisher, statement, manifest }: Examination,
  isWithFiles: boolean,
) {
  const { files = [], directories = [], ...rest } = manifest ?? {};
  return {
    holds: checks.every(({ verdict }) => verdict === "holds"),
    checks,
    publisher: publisher === null ? null : showKey(publisher),
    statement,
    manifest: manifest === null ? null : {
      ...rest,
      files: isWithFiles ? files : files.length,
      directories: isWithFiles ? directories : directories.length,
    },
  };
}
