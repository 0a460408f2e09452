/**
 * The source `rpm`: the packages of Fedora, openSUSE, Red Hat and their
 * relatives. Their database has had three formats, all of them rpm's own
 * affair, so rpm is asked. It makes an empty database where it finds none, and
 * some systems that live by another manager have rpm; so it is asked only
 * where a database is.
 *
 * @module
 */

import { dirname } from "node:path/posix";
import { sentenceOf } from "../../host/log.ts";
import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { toolOutput } from "../tool.ts";
import { distinctFiles } from "./distinct_files.ts";
import { parseRpmQuery, RPM_QUERY_FORMAT, RPM_SOURCE } from "./rpm_parser.ts";

/** The administrator's home on every Linux. */
const ADMINISTRATOR = "/root";

/**
 * Where the database may be: today, before, on systems whose /usr is an image,
 * and where rpm keeps that of the administrator on Debian.
 */
const DIRECTORIES = [
  "/usr/lib/sysimage/rpm",
  "/var/lib/rpm",
  "/usr/share/rpm",
  `${ADMINISTRATOR}/.rpmdb`,
];

/** Its file: since 4.16, of SUSE, and of Berkeley DB until then. */
const FILES = ["rpmdb.sqlite", "Packages.db", "Packages"];

/** What was written since the file itself was. */
const JOURNAL = "rpmdb.sqlite-wal";

/** The source. */
export function rpmSource(): Source {
  return {
    name: RPM_SOURCE,
    systems: ["linux"],
    stamps: DIRECTORIES.flatMap((directory) =>
      [...FILES, JOURNAL].map((file) => `${directory}/${file}`)
    ),
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(RPM_SOURCE);
  const programs: ListedProgram[] = [];
  try {
    const files = DIRECTORIES.flatMap((directory) =>
      FILES.map((file) => `${directory}/${file}`)
    );
    for (const file of await distinctFiles(context, files)) {
      const said = await ask(context, dirname(file), faults);
      for (const program of said) programs.push(program);
    }
  } catch (error) {
    faults.add(`Cannot look for rpm's database: ${sentenceOf(error)}`);
  }
  return { programs, faults: faults.all() };
}

async function ask(
  context: SourceContext,
  directory: string,
  faults: FaultList,
): Promise<readonly ListedProgram[]> {
  const output = await toolOutput(context, {
    tool: "rpm",
    takesRoot: true,
    args: [
      // With --root it would change into the root, as an administrator only.
      `--dbpath=${context.root}${directory}`,
      "--query",
      "--all",
      "--queryformat",
      RPM_QUERY_FORMAT,
    ],
    onSaid: (line) => {
      // A package that it cannot read is left out, with the exit code 0.
      if (line.startsWith("error:")) faults.add(`rpm says: ${line}`);
    },
  });
  if (output?.ok) {
    return parseRpmQuery(output.value, context.distribution, faults);
  }
  faults.add(
    output?.fault ??
      `There is a database of rpm in ${directory}, and no rpm to read it with`,
  );
  return [];
}
