/**
 * The source `apk`: the packages of Alpine Linux and its relatives, read from
 * apk's own database. It is read directly, without a lock: apk replaces the
 * file by a rename, so an open file is always one whole state.
 *
 * apk does not keep when a package was installed.
 *
 * @module
 */

import { sentenceOf } from "../../host/log.ts";
import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { APK_SOURCE, parseApkInstalled } from "./apk_parser.ts";
import { distinctFiles } from "./distinct_files.ts";
import { bytesOf } from "./library_files.ts";

/** Where the database is, and where it is once /lib is a part of /usr. */
const PATHS = ["/usr/lib/apk/db/installed", "/lib/apk/db/installed"];

/** It names every file: a full desktop's has 20 MB. */
const INSTALLED_BYTES_MAX = 128 * 1_024 * 1_024;

/** The source. */
export function apkSource(): Source {
  return { name: APK_SOURCE, systems: ["linux"], stamps: PATHS, read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(APK_SOURCE);
  const programs: ListedProgram[] = [];
  try {
    for (const path of await distinctFiles(context, PATHS)) {
      const looking = { context, faults };
      const bytes = await bytesOf(looking, path, INSTALLED_BYTES_MAX);
      if (bytes === null) continue;
      const read = parseApkInstalled(bytes, context.distribution, faults);
      for (const program of read) programs.push(program);
    }
  } catch (error) {
    faults.add(`Cannot look for apk's database: ${sentenceOf(error)}`);
  }
  return { programs, faults: faults.all() };
}
