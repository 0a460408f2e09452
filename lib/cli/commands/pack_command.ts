/**
 * `pack`: a directory, a `.deb` or an `.rpm` becomes a signed package.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import type { Host } from "../../host/host.ts";
import type { Packed } from "../../ieo/pack.ts";
import type { PackWarning } from "../../ieo/draft/warnings.ts";
import type { KeyPair } from "../../trust/keys.ts";
import {
  configOption,
  jsonFlag,
  needing,
  numberOption,
  switchOf,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure, failureOf } from "../failure.ts";
import { openFleet, publisherKeyPath } from "../fleet.ts";
import type { Output } from "../output.ts";
import type { NamedSource } from "../package_source.ts";
import { bytesOf, summaryRows } from "../package_summary.ts";
import { readPublisherKey } from "../publisher_key.ts";
import { counted, showBytes, showDuration } from "../units.ts";

const LEVEL_FAST = 1;
const LEVEL_STORED = 0;

/** `flottille-server pack SOURCE`. */
export const packCommand = defineCommand({
  name: "pack",
  group: "Programs",
  summary: "Make a signed package from a directory, a .deb or an .rpm",
  usage: "SOURCE [--output FILE] [--name NAME] [--version VERSION]",
  about: [
    "Packs a program into FILE, a zip that any unzip tool reads, and signs it " +
    "with the publisher's key into FILE.sig. It says first what the package " +
    "will contain, and warns of what would hurt.",
    "SOURCE is a directory: an ieo.toml in it says the rest (name, version, " +
    "commands, hooks, requirements and more; docs/packages.md lists them). " +
    "Without one, name and version are taken from the directory's own name, " +
    "NAME-VERSION. Or SOURCE is a .deb or .rpm, which says everything itself. " +
    "What is given here wins over all of them.",
    "The serial orders the versions of a program: install takes the highest " +
    "one, and machines never go back to a lower one by themselves. It is the " +
    "time in milliseconds unless it is given. With one given, the same input " +
    "makes the same bytes.",
  ],
  examples: [
    ["pack editor-1.0", "makes editor-1.0.ieo and editor-1.0.ieo.sig"],
    ["pack build --name editor --version 1.1 -o editor.ieo", ""],
    ["pack hello_2.10-3_amd64.deb", "makes hello-2.10-3.ieo"],
    ["pack editor --dry-run", "says what would be packed, and stops"],
  ],
  parser: object({
    source: wordArgument("SOURCE", "A directory, a .deb or an .rpm"),
    output: optional(textOption(
      ["-o", "--output"],
      "FILE",
      "The package; else NAME-VERSION.ieo here",
    )),
    name: optional(textOption("--name", "NAME", "The program's name")),
    version: optional(textOption("--version", "VERSION", "Its version")),
    title: optional(textOption("--title", "TEXT", "Its name for people")),
    serial: optional(numberOption(
      "--serial",
      "NUMBER",
      { min: 1, max: Number.MAX_SAFE_INTEGER },
      "Higher than that of every version before",
    )),
    fast: switchOf("--fast", "Compress quickly and less: as --level 1"),
    level: optional(numberOption(
      "--level",
      "NUMBER",
      { min: 0, max: 9 },
      "0 compresses nothing, 9 takes longest; else 5",
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
    dryRun: switchOf("--dry-run", "Say what would be packed, and stop"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("SOURCE")),
  async run({ host, output, program }, values) {
    // Loaded for this command alone: the others start in half the time.
    const { sourceOf } = await import("../package_source.ts");
    const { packWarnings, readHeads } = await import(
      "../../ieo/draft/warnings.ts"
    );
    if (values.fast && values.level !== undefined) {
      throw new CliFailure("usage", "--fast is --level 1: give one of them");
    }
    const nowMs = host.clock.wallMs();
    // Seconds would give two packages of one script the same serial.
    const serial = Math.floor(nowMs);
    const source = await sourceOf(host.disk, values.source, values, serial);
    const heads = await readHeads(host.disk, source);
    const warnings = packWarnings({ ...source, heads, nowMs });
    const { name, version } = source.draft;
    const file = values.output ?? `${name}-${version}.ieo`;
    if (!values.json) tellBefore(output, values.source, source);
    tellWarnings(output, warnings);
    if (values.dryRun) {
      if (values.json) output.json(planned(source, warnings));
      return "ok";
    }
    const keyPath = values.key ?? await keyOfFleet(host, values.config);
    refuseKeyInside(source, keyPath);
    const publisher = await readPublisherKey(host, output, keyPath, {
      passphraseFile: values.passphraseFile,
    });
    const level = source.isCompressed
      ? LEVEL_STORED
      : values.fast
      ? LEVEL_FAST
      : values.level;
    const beganMs = host.clock.monotonicMs();
    const packed = await packSource(host, output, source, {
      publisher,
      file,
      level,
    });
    const tookMs = host.clock.monotonicMs() - beganMs;
    if (values.json) {
      const { size, sha256 } = packed;
      output.json({
        ...planned(source, warnings),
        path: file,
        statement: `${file}.sig`,
        size,
        sha256,
      });
      return "ok";
    }
    output.text([
      afterLine(file, source, packed, tookMs),
      `${file}.sig: its signed statement`,
      `Next: ${program} publish ${file}`,
    ]);
    return "ok";
  },
});

async function packSource(
  host: Host,
  output: Output,
  { directory, draft, found, isCompressed }: NamedSource,
  { publisher, file, level }: {
    readonly publisher: KeyPair;
    readonly file: string;
    readonly level: number | undefined;
  },
): Promise<Packed> {
  const { pack, refuseOutputInside } = await import("../../ieo/pack.ts");
  // A single file leaves whatever else lies beside it alone.
  if (!isCompressed) refuseOutputInside(directory, file);
  return await pack({
    disk: host.disk,
    workers: host.workers,
    directory,
    draft,
    found,
    publisher,
    output: file,
    ...(level === undefined ? {} : { level }),
    onProgress: (done, total) =>
      output.progress.show({
        label: `Packing ${draft.name}`,
        done,
        total,
        detail: `${showBytes(done)} of ${showBytes(total)}`,
      }),
  });
}

/** Where `init` put the first publisher's key. */
async function keyOfFleet(
  { disk }: Host,
  config: string | undefined,
): Promise<string> {
  try {
    return publisherKeyPath(await openFleet(disk, config));
  } catch (error) {
    const { exit, message, advice } = failureOf(error, "config");
    if (config !== undefined) throw error;
    throw new CliFailure(exit, `There is no key to sign with: ${message}`, {
      advice: [
        "Name the publisher's key with --key FILE; key new FILE makes one",
        ...advice,
      ],
      cause: error,
    });
  }
}

/** Every machine, and everybody who gets the package, would get the key. */
function refuseKeyInside(
  { directory, found }: NamedSource,
  keyPath: string,
): void {
  const isInside = found.files.some(({ path }) =>
    `${directory}/${path}` === keyPath
  );
  if (!isInside) return;
  throw new CliFailure(
    "usage",
    `Cannot pack "${directory}" with the key "${keyPath}": the key itself ` +
      "would be packed",
    { advice: ["Keep the key in another place"] },
  );
}

function tellBefore(output: Output, from: string, source: NamedSource): void {
  const { draft, found, scripts } = source;
  output.line(`Packing ${draft.name} ${draft.version} from ${from}:`);
  const rows = summaryRows({ ...draft, ...found }).map((row) => [...row]);
  if (scripts.length > 0) {
    rows.push(["its own scripts", `${scripts.join(", ")} (run by the system)`]);
  }
  output.table(
    [{ title: "" }, { title: "", cutTo: 20 }],
    rows.map(([what = "", said = ""]) => [`  ${what}`, said]),
  );
}

function tellWarnings(
  output: Output,
  warnings: readonly PackWarning[],
): void {
  for (const { text } of warnings) output.note(`warning: ${text}`, "waiting");
}

/** What is known before anything is written, for programs. */
function planned(
  { draft, found, scripts }: NamedSource,
  warnings: readonly PackWarning[],
) {
  return {
    ...draft,
    files: found.files.length,
    content: bytesOf(found),
    scripts,
    warnings,
  };
}

function afterLine(
  file: string,
  { draft, found }: NamedSource,
  { size }: Packed,
  tookMs: number,
): string {
  const content = bytesOf(found);
  // Of a tiny program the package is larger: that tells nobody anything.
  const share = size < content
    ? ` (${Math.round(100 * size / content)} % of ${showBytes(content)})`
    : "";
  const took = tookMs < 1_000 ? "" : `, in ${showDuration(tookMs)}`;
  return `${file}: ${draft.name} ${draft.version}, ` +
    `${counted(found.files.length, "file")}, ${showBytes(size)}${share}${took}`;
}
