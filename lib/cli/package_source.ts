/**
 * From the word that follows `pack` to what will be packed: a directory with or
 * without an `ieo.toml`, a `.deb`, an `.rpm`. What the command line gives wins
 * over what the file says.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Disk } from "../host/disk.ts";
import { draftOfDirectory, readIeoToml } from "../ieo/draft.ts";
import {
  draftOfNative,
  nativeKindOf,
  readNativeFacts,
} from "../ieo/draft/of_native.ts";
import type { PackSource } from "../ieo/draft/pack_source.ts";
import { CliFailure } from "./failure.ts";
import { checkGiven, nameOfPackage } from "./package_name.ts";

/** What the command line says of the package. */
export interface GivenPackage {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly title?: string | undefined;
  readonly serial?: number | undefined;
}

/** What will be packed. */
export interface NamedSource extends PackSource {
  /** The scripts that a native package brings along, by their names. */
  readonly scripts: readonly string[];
  /** True for a file that is compressed already. */
  readonly isCompressed: boolean;
}

/**
 * Looks at the source and makes a draft of it.
 *
 * @param serial The serial when nobody gives one.
 * @throws {CliFailure | PackError} when nothing can be made of it.
 */
export async function sourceOf(
  disk: Disk,
  source: string,
  given: GivenPackage,
  serial: number,
): Promise<NamedSource> {
  checkGiven(given);
  const path = source.replace(/(?<=.)[\\/]+$/, "");
  const stat = await disk.stat(path);
  if (stat === null) {
    throw new CliFailure("notFound", `There is no directory or file "${path}"`);
  }
  if (stat.kind === "file") return await ofFile(disk, path, given, serial);
  const toml = await readIeoToml(disk, path);
  const fields = toml.fields;
  const title = given.title ?? fields.title;
  const drafted = await draftOfDirectory({
    disk,
    directory: path,
    toml,
    given: {
      ...nameOfPackage(resolve(path), {
        name: given.name ?? fields.name,
        version: given.version ?? fields.version,
      }),
      serial: given.serial ?? fields.serial ?? serial,
      ...(title === undefined ? {} : { title }),
    },
  });
  return { ...drafted, scripts: [], isCompressed: false };
}

async function ofFile(
  disk: Disk,
  path: string,
  { name, version, title, serial }: GivenPackage,
  serialElse: number,
): Promise<NamedSource> {
  const facts = await readNativeFacts(disk, path);
  if (facts === null) throw strangeFile(path);
  const drafted = await draftOfNative(disk, path, facts, {
    serial: serial ?? serialElse,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(title === undefined ? {} : { title }),
  });
  return { ...drafted, scripts: facts.scripts, isCompressed: true };
}

function strangeFile(path: string): CliFailure {
  const kind = nativeKindOf(path);
  const advice = kind === null
    ? "Put it into a directory of its own, and pack that"
    : `Put it into a directory with an ieo.toml that has [[native]], ` +
      `path, package and version: a .${kind} does not tell them by itself`;
  return new CliFailure(
    "usage",
    `Cannot pack "${path}": it is a file, and neither a .deb nor an .rpm`,
    { advice: [advice] },
  );
}
