/**
 * The fields of `ieo.json`, once: their names, what they may hold, what is
 * assumed where they are absent, and a sentence about each. Reading, writing
 * and the published JSON Schema all follow from these tables, in their order.
 *
 * Within format 1 fields are added, never renamed, and never given another
 * meaning. What two fields must be together is `manifest/rules.ts`.
 *
 * @module
 */

import { formatOf } from "../../trust/shape.ts";
import { hooks, nativePackage, selfUpdate } from "./actions.ts";
import {
  type FieldsOf,
  type Kind,
  list,
  may,
  need,
  number,
  oneOf,
  or,
  record,
  ruled,
  text,
  truth,
} from "./kinds.ts";
import {
  type Command,
  type ConfigFile,
  CONTENT_BYTES_MAX,
  FILES_MAX,
  type Manifest,
  type ManifestFile,
  type Relation,
  type Target,
} from "./types.ts";
import {
  hash,
  line,
  mode,
  momentKind,
  path,
  programName,
  prose,
  PROSE_CHARS_MAX,
  range,
  version,
  webAddress,
  word,
} from "./values.ts";
import { faultOfPath } from "../paths.ts";
import { ANY_RANGE } from "../fit/version_range.ts";

// Specification. Characters are UTF-16 units.

/** The major number of the manifests that are read and written here. */
export const MANIFEST_FORMAT = 1;
/** The longest title. */
export const TITLE_CHARS_MAX = 200;
/** The longest description. */
export const DESCRIPTION_CHARS_MAX = PROSE_CHARS_MAX;
/** The longest licence. */
export const LICENCE_CHARS_MAX = 200;
/** Targets of a package. */
export const TARGETS_MAX = 64;
/** Programs that a package requires, and likewise those it conflicts with. */
export const RELATIONS_MAX = 64;
/** Commands of a package. */
export const COMMANDS_MAX = 256;
/** Files of a package that its owner may change. */
export const CONFIG_FILES_MAX = 1_024;
/** Packages for the system's manager inside one of ours. */
export const NATIVE_MAX = 16;

const formatKind: Kind<typeof MANIFEST_FORMAT> = {
  read: formatOf(MANIFEST_FORMAT),
  write: (value) => value,
  schema: { const: MANIFEST_FORMAT },
};

/** One file of the program. */
export const FILE_KIND: Kind<ManifestFile> = record({
  path: need(path, "Relative to the program's directory, with slashes"),
  size: need(number(0, CONTENT_BYTES_MAX), "Of the content, in bytes"),
  sha256: need(hash, "SHA-256 of the content"),
  mode: need(mode, "0755 for what is run, 0644 for everything else"),
});

const target = ruled(
  record<Target>({
    os: may(word, "linux, windows, darwin"),
    architecture: may(word, "x86_64, aarch64"),
    distribution: may(word, "The ID of os-release: debian, alpine"),
    versions: may(range, "A range over the distribution's VERSION_ID"),
  }),
  ({ os, architecture, distribution, versions }) =>
    versions !== undefined && distribution === undefined
      ? 'has "versions" and no "distribution" that they are of'
      // A field that only newer agents know would else fit every machine.
      : (os ?? architecture ?? distribution) === undefined
      ? "names nothing; leave it out where every machine is meant"
      : null,
  {
    anyOf: ["os", "architecture", "distribution"].map((key) => (
      { required: [key] }
    )),
    dependencies: { versions: ["distribution"] },
  },
);

const relation = record<Relation>({
  name: need(programName, "Another program of Flottille's"),
  versions: or(ANY_RANGE, range, 'Which of its versions: ">=1.2 <2"'),
});

const command = record<Command>({
  name: need(
    text({
      what: "a command of letters, digits and ._+-",
      pattern: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
      charsMax: 64,
      check: (name) => faultOfPath(name) === null,
    }),
    "What people type",
  ),
  path: need(path, "A file of the package, of mode 0755"),
});

const configFile = record<ConfigFile>({
  path: need(path, "A file of the package"),
  changed: need(
    oneOf(["keep", "aside"]),
    "When an update finds it changed: keep it and put the package's beside " +
      "it, or put it aside and install the package's",
  ),
});

/** The program's files. */
export const FILES_KIND = list(FILE_KIND, FILES_MAX);

/** The document: a manifest, with its format before everything else. */
export type ManifestDocument = Manifest & {
  readonly format: typeof MANIFEST_FORMAT;
};

/** Every field of `ieo.json`, in the order they are read and written. */
export const MANIFEST_FIELDS: FieldsOf<ManifestDocument> = {
  // First, because a newer format explains every other misfit.
  format: need(formatKind, "The major number: another one is refused"),
  name: need(programName, "The program's name, for ever"),
  version: need(version, "The version of the program in this package"),
  serial: need(
    number(1, Number.MAX_SAFE_INTEGER),
    "The publisher's counter for this name: higher than that of every " +
      "package of it before",
  ),
  title: may(line(TITLE_CHARS_MAX), "What people call the program"),
  description: may(prose, "What it is; may have several lines"),
  homepage: may(webAddress, "Where people read about it"),
  licence: may(line(LICENCE_CHARS_MAX), "Its licence: GPL-3.0-or-later"),
  agent: may(version, "The lowest version of the agent that may install it"),
  expires: may(momentKind, "It is not installed after this moment"),
  targets: or(
    [],
    list(target, TARGETS_MAX),
    "The machines it is made for: one of them must fit; none is every machine",
  ),
  requires: or(
    [],
    list(relation, RELATIONS_MAX),
    "Programs of Flottille's that must be there before it",
  ),
  conflicts: or(
    [],
    list(relation, RELATIONS_MAX),
    "Programs of Flottille's that must not be there beside it",
  ),
  bin: or([], list(command, COMMANDS_MAX), "Commands to expose"),
  config: or(
    [],
    list(configFile, CONFIG_FILES_MAX),
    "Files that the machine's owner may change",
  ),
  hooks: or({}, hooks, "Programs that are run at its install and removal"),
  native: or(
    [],
    list(nativePackage, NATIVE_MAX),
    "Packages for the system's own manager, in the order of their install",
  ),
  rollback: or(
    true,
    truth,
    "False: no order goes back from it to the version before",
  ),
  self: may(selfUpdate, "The agent's own update; of flottille-agent only"),
  protected: or(false, truth, "True: no order removes the program"),
  directories: or(
    [],
    list(path, FILES_MAX),
    "Directories to make although no file is in them",
  ),
  files: need(FILES_KIND, "The program's files"),
};

/** The whole of `ieo.json`. */
export const DOCUMENT_KIND: Kind<ManifestDocument> = record(MANIFEST_FIELDS);
