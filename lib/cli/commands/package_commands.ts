/**
 * `publish`, `programs`: from a package to the catalogue.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import type { Disk } from "../../host/disk.ts";
import type {
  DowngradeView,
  ProgramView,
} from "../../server/shapes/api_schema.ts";
import { DOWNGRADE_BYTES_MAX, isDowngrade } from "../../trust/downgrade.ts";
import {
  configOption,
  jsonFlag,
  needing,
  PLAIN,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import type { Output } from "../output.ts";
import { showBytes, showMoment } from "../units.ts";
import { readStatement } from "../statement_file.ts";
import { streamFile } from "../upload.ts";

const GROUP = "Programs";

/** `flottille-server publish A.ieo`. */
export const publishCommand = defineCommand({
  name: "publish",
  group: GROUP,
  summary: "Put a package into the catalogue",
  usage: "FILE",
  about: [
    "Sends a package and its statement (FILE.sig beside it) to the running " +
    "server, which checks both as a machine would and offers the program to " +
    "the machines. An older package than the latest one may be published: " +
    "nobody gets it unless it is ordered by its version.",
    "FILE may also be a downgrade statement: then machines are allowed the " +
    "steps back that it names.",
  ],
  examples: [
    ["publish editor-1.0.ieo", ""],
    ["publish editor-1.0.downgrade", "what downgrade made"],
  ],
  parser: object({
    file: wordArgument("FILE", "What pack or downgrade made"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("FILE")),
  async run(context, { file, config, json }) {
    const { host, output, program } = context;
    const client = await openClient(host, config);
    const downgrade = await readDowngrade(host.disk, file);
    if (downgrade !== null) {
      const view = await client.publishDowngrade(downgrade);
      if (json) output.json(view);
      else printDowngrade(context, view);
      return "ok";
    }
    const statement = await readStatement(host.disk, file);
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
      `Where an older version is: ${program} update ${name} --on all`,
    ]);
    return "ok";
  },
});

/** The bytes of a downgrade statement; null when the file is none. */
async function readDowngrade(
  disk: Disk,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file" || stat.size > DOWNGRADE_BYTES_MAX) return null;
  const bytes = await disk.readFile(path, DOWNGRADE_BYTES_MAX);
  return isDowngrade(bytes) ? bytes : null;
}

function printDowngrade(
  { output, program }: Context,
  { name, versions, expiresAt }: DowngradeView,
): void {
  output.text([
    `Machines may go back to ${name} ${versions.join(", ")} until ` +
    `${expiresAt}, once each`,
    `Next: ${program} install ${name} ${versions[0]} --on WHERE`,
  ]);
}

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
