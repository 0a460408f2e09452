/**
 * What a manifest holds, once it was read and judged, and the limits of the
 * whole. Limits of single fields stand beside the fields, in
 * `manifest/fields.ts`.
 *
 * Pure types and numbers: how they are spelt in `ieo.json` is not known here.
 *
 * @module
 */

// Specification.

/** The longest `ieo.json`, in bytes: 65,536 files with paths of 140 bytes. */
export const MANIFEST_BYTES_MAX = 16_777_216;
/** Files of one package, and likewise directories it names. */
export const FILES_MAX = 65_536;
/** The sum of the sizes of a package's files, in bytes: 1 TiB. */
export const CONTENT_BYTES_MAX = 2 ** 40;

/** The one name whose package may be the agent itself. */
export const AGENT_PACKAGE_NAME = "flottille-agent";

/** What a file may be: read by everybody, and run by everybody or nobody. */
export type FileMode = 0o644 | 0o755;

/** One file of a program. */
export interface ManifestFile {
  /** With slashes, relative to the program's directory; see `paths.ts`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content: 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  readonly mode: FileMode;
}

/** Machines that a package is made for; what is not named may be anything. */
export interface Target {
  /** `linux`, `windows`, `darwin`. */
  readonly os?: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture?: string;
  /** The `ID` of os-release(5): `debian`, `alpine`. */
  readonly distribution?: string;
  /** A range over the distribution's `VERSION_ID`; see `version_range.ts`. */
  readonly versions?: string;
}

/** Another program of Flottille's, in some of its versions. */
export interface Relation {
  readonly name: string;
  /** A range; `*` for any version. */
  readonly versions: string;
}

/** A command to put where people's shells find it. */
export interface Command {
  /** What people type. */
  readonly name: string;
  /** A file of the package, of mode 0755. */
  readonly path: string;
}

/** A file of the package that the machine's owner may change. */
export interface ConfigFile {
  readonly path: string;
  /**
   * What an update does with a changed one: `keep` leaves it in place and puts
   * the package's beside it; `aside` puts it beside the package's.
   */
  readonly changed: "keep" | "aside";
}

/** When a hook is run, in the order of a program's life. */
export const HOOK_NAMES = [
  "preinstall",
  "postinstall",
  "check",
  "preremove",
  "postremove",
] as const;

/** When a hook is run. */
export type HookName = typeof HOOK_NAMES[number];

/** A program that the agent runs at one moment of an install or removal. */
export interface Hook {
  /**
   * Program and arguments. A program of the machine has an absolute path
   * (`isMachinePath`), any other is a file of the package. With a shell: the
   * script, and nothing else.
   */
  readonly run: readonly [string, ...string[]];
  readonly deadlineSeconds: number;
  /** Who runs it; whoever runs the agent when absent. */
  readonly user?: string;
  /** An absolute path, such as `/bin/sh`; run as `[shell, "-c", run[0]]`. */
  readonly shell?: string;
}

/** The hooks that a package has. */
export type Hooks = { readonly [H in HookName]?: Hook };

/** Package formats of the systems themselves. */
export const NATIVE_KINDS = ["deb", "rpm", "apk", "msi", "exe", "pkg"] as const;

/** A package format of a system. */
export type NativeKind = typeof NATIVE_KINDS[number];

/** A package for the system's own package manager, inside ours. */
export interface NativePackage {
  readonly kind: NativeKind;
  /** A file of the package. */
  readonly path: string;
  /** Its name in the system's manager. */
  readonly package: string;
  /** As the manager tells it: `1:2.10-3`. */
  readonly version: string;
  /** Of an `exe`: what makes it silent. Empty for the other kinds. */
  readonly arguments: readonly string[];
  /** Of an `exe`: program and arguments that remove it; as `Hook.run`. */
  readonly remove?: readonly [string, ...string[]];
}

/** The agent's own update: its executable, and how long it has to report. */
export interface SelfUpdate {
  /** A file of the package, of mode 0755. */
  readonly path: string;
  readonly deadlineSeconds: number;
}

/** What `ieo.json` says, read and judged. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The publisher's counter for this name; a later package has a higher one. */
  readonly serial: number;
  /** What people call the program; the name when absent. */
  readonly title?: string;
  readonly description?: string;
  /** Where people read about it: http or https. */
  readonly homepage?: string;
  readonly licence?: string;
  /** The lowest version of the agent that may install it. */
  readonly agent?: string;
  /** "2027-01-31T12:00:00Z": it is not installed after this moment. */
  readonly expires?: string;
  /** One of them must fit the machine; none: every machine does. */
  readonly targets: readonly Target[];
  readonly requires: readonly Relation[];
  readonly conflicts: readonly Relation[];
  readonly bin: readonly Command[];
  readonly config: readonly ConfigFile[];
  /** Empty when there are none. */
  readonly hooks: Hooks;
  readonly native: readonly NativePackage[];
  /** False: no order may go back from this version to the one before it. */
  readonly rollback: boolean;
  /** Only of the package `flottille-agent`. */
  readonly self?: SelfUpdate;
  /** True when no order may remove the program (I-17). */
  readonly protected: boolean;
  /** Directories to make although no file is in them. */
  readonly directories: readonly string[];
  readonly files: readonly ManifestFile[];
}

/** What every manifest says of which package it is. */
export type ManifestNaming = Pick<Manifest, "name" | "version" | "serial">;

/** A manifest of nothing: every field that has a default has it. */
export function emptyManifest(
  { name, version, serial }: ManifestNaming,
): Manifest {
  return {
    name,
    version,
    serial,
    targets: [],
    requires: [],
    conflicts: [],
    bin: [],
    config: [],
    hooks: {},
    native: [],
    rollback: true,
    protected: false,
    directories: [],
    files: [],
  };
}

/**
 * Is this first word of a command a program of the machine, and not a file of
 * the package? It begins with a slash, or with a drive of Windows; neither can
 * be a path inside a package.
 */
export function isMachinePath(word: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(word);
}
