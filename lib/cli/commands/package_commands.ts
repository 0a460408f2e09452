/**
 * `pack`, `publish`, `programs`: from a directory to the catalogue.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import type { Disk } from "../../host/disk.ts";
import { readPrivateFile } from "../../host/private_file.ts";
import { pack } from "../../ieo/pack.ts";
import type { ProgramView } from "../../server/shapes/api_schema.ts";
import { fromUtf8 } from "../../trust/bytes.ts";
import { decodePrivateKeyPem, type KeyPair } from "../../trust/keys.ts";
import { STATEMENT_BYTES_MAX } from "../../trust/statement.ts";
import {
  configOption,
  jsonFlag,
  needing,
  numberOption,
  PLAIN,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient, openFleet, publisherKeyPath } from "../fleet.ts";
import { nameOfPackage } from "../package_name.ts";
import type { Output } from "../output.ts";
import { counted, showBytes, showMoment } from "../units.ts";
import { streamFile } from "../upload.ts";

const GROUP = "Programs";
const KEY_BYTES_MAX = 16_384;

/** `flottille-server pack DIR [-o A.ieo]`. */
export const packCommand = defineCommand({
  name: "pack",
  group: GROUP,
  summary: "Make a signed package from a directory",
  usage: "DIRECTORY [--output FILE] [--name NAME] [--version VERSION]",
  about: [
    "Packs a program's directory into FILE, a zip that any unzip tool reads, " +
    "and signs it with the publisher's key into FILE.sig. Name and version " +
    "are taken from the directory's name, NAME-VERSION, unless they are given.",
    "The serial orders the versions of a program: install takes the highest " +
    "one, and machines never go back to a lower one by themselves. It is the " +
    "time in milliseconds unless it is given.",
  ],
  examples: [
    ["pack editor-1.0", "makes editor-1.0.ieo and editor-1.0.ieo.sig"],
    ["pack build --name editor --version 1.1 -o editor.ieo", ""],
  ],
  parser: object({
    directory: wordArgument("DIRECTORY", "What is in it becomes the program"),
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
    key: optional(textOption(
      "--key",
      "FILE",
      "The publisher's key; else keys/publisher.key of the fleet",
    )),
    config: configOption(),
    json: jsonFlag(),
  }, needing("DIRECTORY")),
  async run({ host, output, program }, values) {
    const { disk } = host;
    const directory = values.directory.replace(/(?<=.)\/+$/, "");
    const { name, version } = nameOfPackage(directory, values);
    const file = values.output ?? `${name}-${version}.ieo`;
    const publisher = await readKey(
      disk,
      values.key ?? publisherKeyPath(await openFleet(disk, values.config)),
    );
    const packed = await pack({
      disk,
      directory,
      name,
      version,
      // Seconds would give two packages of one script the same serial.
      serial: values.serial ?? Math.floor(host.clock.wallMs()),
      publisher,
      output: file,
      ...(values.title === undefined ? {} : { title: values.title }),
      // Every byte counts twice, so only the share is told.
      onProgress: (done, total) =>
        output.progress.show({
          label: `Packing ${name}`,
          done,
          total,
          detail: "",
        }),
    });
    const { size, files, sha256 } = packed;
    if (values.json) {
      output.json({ name, version, path: file, size, files, sha256 });
      return "ok";
    }
    output.text([
      `${file}: ${name} ${version}, ${counted(files, "file")}, ` +
      showBytes(size),
      `${file}.sig: its signed statement`,
      `Next: ${program} publish ${file}`,
    ]);
    return "ok";
  },
});

/** `flottille-server publish A.ieo`. */
export const publishCommand = defineCommand({
  name: "publish",
  group: GROUP,
  summary: "Put a package into the catalogue",
  usage: "FILE",
  about: [
    "Sends a package and its statement (FILE.sig beside it) to the running " +
    "server, which checks both and offers the program to the machines.",
  ],
  examples: [["publish editor-1.0.ieo", ""]],
  parser: object({
    file: wordArgument("FILE", "A package that pack made"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("FILE")),
  async run({ host, output, program }, { file, config, json }) {
    const client = await openClient(host, config);
    const statement = await readStatement(host.disk, `${file}.sig`);
    const stream = await streamFile(
      host.disk,
      file,
      bytesBar(output, "Publishing"),
    );
    const view = await client.publish(stream, statement);
    if (json) {
      output.json(view);
      return "ok";
    }
    const { name, version, size } = view;
    output.text([
      `${name} ${version} is published (${showBytes(size)})`,
      `Next: ${program} install ${name} --on all`,
    ]);
    return "ok";
  },
});

/** `flottille-server programs`. */
export const programsCommand = defineCommand({
  name: "programs",
  group: GROUP,
  summary: "List the published programs",
  usage: "[--json]",
  about: [
    "Lists the programs of the catalogue. One whose file is missing or was " +
    "changed on the disk is shown as such, and is never sent to a machine.",
  ],
  examples: [["programs", ""]],
  parser: object({ config: configOption(), json: jsonFlag() }, PLAIN),
  async run({ host, output }, { config, json }) {
    const client = await openClient(host, config);
    const answer = await client.programs();
    if (json) output.json(answer);
    else printPrograms(output, answer.programs, host.clock.wallMs());
    return "ok";
  },
});

function printPrograms(
  output: Output,
  programs: readonly ProgramView[],
  nowMs: number,
): void {
  if (programs.length === 0) {
    output.note("Nothing is published yet");
    return;
  }
  output.table(
    [
      { title: "PROGRAM", cutTo: 12 },
      { title: "VERSION", cutTo: 10 },
      { title: "SIZE", right: true },
      { title: "PUBLISHED" },
      { title: "STATE" },
      { title: "TITLE", cutTo: 8 },
    ],
    programs.map(({ name, version, size, publishedAt, state, title }) => [
      name,
      version,
      showBytes(size),
      showMoment(publishedAt, nowMs),
      { text: state, style: state === "ok" ? "good" : "bad" },
      title,
    ]),
  );
}

function bytesBar(output: Output, label: string) {
  return (done: number, total: number) =>
    output.progress.show({
      label,
      done,
      total,
      detail: `${showBytes(done)} of ${showBytes(total)}`,
    });
}

async function readKey(disk: Disk, path: string): Promise<KeyPair> {
  if (await disk.stat(path) === null) {
    throw new CliFailure("config", `There is no publisher's key "${path}"`, {
      advice: ["Name it with --key FILE"],
    });
  }
  const bytes = await readPrivateFile(disk, path, KEY_BYTES_MAX);
  const key = decodePrivateKeyPem(fromUtf8(bytes) ?? "");
  if (key.ok) return key.value;
  throw new CliFailure("config", `Cannot use the key "${path}": ${key.fault}`);
}

async function readStatement(disk: Disk, path: string): Promise<Uint8Array> {
  if (await disk.stat(path) === null) {
    throw new CliFailure("notFound", `There is no statement "${path}"`, {
      advice: ["pack writes it beside the package; keep the two together"],
    });
  }
  return await disk.readFile(path, STATEMENT_BYTES_MAX);
}
