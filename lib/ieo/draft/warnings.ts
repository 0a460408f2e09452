/**
 * What will hurt although it may be packed: one row for each thing, with the
 * sentence that a person reads. What would hurt every machine is refused
 * elsewhere; what is a matter of taste is said nowhere.
 *
 * Pure, but for `readHeads`, which looks at the beginnings of a few files.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { nearest } from "../../trust/nearest.ts";
import { describe } from "../../trust/shape.ts";
import type { PackSource } from "./pack_source.ts";
import { HOOK_SECONDS_DEFAULT } from "./ieo_toml_fields.ts";
import { isMachinePath } from "../manifest/types.ts";
import { ancestorsOf, foldPath } from "../paths.ts";

/** Above this, an install takes minutes on a slow disk. */
export const MANY_FILES = 20_000;

const DAY_MS = 86_400_000;
/** A package that is made now and expires within it. */
const EXPIRES_SOON_MS = 7 * DAY_MS;

/** How many bytes of a file are looked at. */
const HEAD_BYTES = 4_096;
/** How many files are. */
const HEADS_MAX = 1_000;
/** How many paths a sentence names. */
const SHOWN_MAX = 3;

/** What the warnings are judged from. */
export interface WarningMaterial extends PackSource {
  /** The beginnings of the files that `readHeads` chooses. */
  readonly heads: ReadonlyMap<string, Uint8Array>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** A thing that will hurt. */
export interface PackWarning {
  readonly code: WarningCode;
  /** A sentence without a full stop: what was found, what to do. */
  readonly text: string;
}

/** The sentences of a row; none when the thing is not there. */
type Row = (material: WarningMaterial) => readonly (string | null)[];

/** Every warning, by its code; in the order in which they are told. */
export const WARNINGS = {
  writable: ({ found }) => [
    told(
      found.files.filter(({ bits }) => (bits & 0o002) !== 0),
      "can be written by everybody on this computer, so anybody may have " +
        "changed what you sign (chmod o-w); on the machines only root may",
    ),
  ],
  setuid: ({ found }) => [
    told(
      found.files.filter(({ bits }) => (bits & 0o6000) !== 0),
      "is setuid or setgid here and will not be on the machines; a " +
        "postinstall hook can set the bit there",
    ),
  ],
  deadline: ({ remarks }) =>
    remarks.hooksWithoutDeadline.map((name) =>
      `The hook ${name} names no deadline, so it is ended after ` +
      `${HOOK_SECONDS_DEFAULT} s; say deadline = SECONDS`
    ),
  executable: ({ remarks }) => [
    told(
      remarks.madeExecutable.map((path) => ({ path })),
      "is named as a program and could not be run here; it is packed as one " +
        "that can (chmod +x)",
    ),
  ],
  interpreter: ({ heads, ...source }) => [
    told(
      runFilesOf(source).filter((path) => !isRunnable(path, heads.get(path)))
        .map((path) => ({ path })),
      "is named as a program, and begins neither with #! nor as an " +
        "executable does; begin a script with #!/bin/sh",
    ),
  ],
  lineEnds: ({ heads, ...source }) => [
    told(
      runFilesOf(source).filter((path) => endsInReturn(heads.get(path)))
        .map((path) => ({ path })),
      "is a script whose lines end as on Windows, so no other system finds " +
        "its interpreter; change the line ends to LF",
    ),
  ],
  privateKey: ({ heads }) => [
    told(
      [...heads].filter(([, head]) => holdsPrivateKey(head))
        .map(([path]) => ({ path })),
      "holds a private key, which every machine would get; leave it out with " +
        "exclude in ieo.toml",
    ),
  ],
  history: ({ found }) => {
    const tops = found.files.map(({ path }) =>
      /^(?:.*\/)?\.(?:git|svn|hg)(?=\/)/.exec(path)?.[0]
    );
    return [...new Set(tops)].slice(0, SHOWN_MAX).map((top) =>
      top === undefined
        ? null
        : `"${top}" is the history of a version control, with everything ` +
          `that was ever in it; leave it out: exclude = ["${
            top.split("/").at(-1)
          }"]`
    );
  },
  merged: ({ found }) => {
    const pairs = mergedDirectories(found);
    return pairs.slice(0, SHOWN_MAX).map(([one, other]) =>
      `"${one}" and "${other}" are one directory on Windows and macOS`
    );
  },
  manyFiles: ({ found }) => [
    found.files.length > MANY_FILES
      ? `There are ${found.files.length} files, each of which every machine ` +
        "must create; an archive inside the package is faster where the " +
        "program can read one"
      : null,
  ],
  noFile: ({ found }) => [
    found.files.length === 0
      ? "There is no file in it: the package holds only what it requires and " +
        "runs"
      : null,
  ],
  noContent: ({ found }) => [
    found.files.length > 0 && found.files.every(({ size }) => size === 0)
      ? "All of its files are empty"
      : null,
  ],
  idlePattern: ({ remarks }) =>
    remarks.idlePatterns.map((pattern) =>
      `The pattern ${describe(pattern)} of exclude leaves nothing out`
    ),
  target: ({ draft }) => {
    const kinds = new Set(draft.native?.map(({ kind }) => kind));
    const isAimed = draft.targets?.every(({ os }) => os !== undefined) ===
        true && draft.targets.length > 0;
    return kinds.size === 0 || isAimed ? [] : [
      `A package of the kind ${[...kinds].join(", ")} is offered to machines ` +
      'of every system; say targets = ["linux"], "windows" or "darwin"',
    ];
  },
  machine: ({ draft: { targets = [] } }) =>
    targets.flatMap(({ os, architecture }) => [
      strangeWord("system", os, SYSTEMS),
      strangeWord("architecture", architecture, ARCHITECTURES),
    ]),
  foreign: ({ remarks: { foreignArchitecture } }) => [
    foreignArchitecture === undefined
      ? null
      : `It is for ${foreignArchitecture}, which a 64-bit machine takes only ` +
        "when it was set up for that (dpkg --add-architecture)",
  ],
  expiry: ({ draft: { expires }, nowMs }) => {
    if (expires === undefined) return [];
    const leftMs = Date.parse(expires) - nowMs;
    if (leftMs <= 0) return [`It expired at ${expires}: no machine takes it`];
    return leftMs > EXPIRES_SOON_MS ? [] : [
      `It expires at ${expires}; a machine that is off till then is left out`,
    ];
  },
} as const satisfies Readonly<Record<string, Row>>;

/** What agents call the system and the architecture of their machine. */
const SYSTEMS = ["linux", "windows", "darwin"];
const ARCHITECTURES = ["x86_64", "aarch64"];

function strangeWord(
  what: string,
  word: string | undefined,
  known: readonly string[],
): string | null {
  if (word === undefined || known.includes(word)) return null;
  const [near] = nearest(word, known);
  const words = near === undefined
    ? `they say ${known.join(", ")}`
    : `did you mean ${near}?`;
  return `No machine calls its ${what} ${describe(word)}; ${words}`;
}

/** The code of a warning, for programs that read them. */
export type WarningCode = keyof typeof WARNINGS;

/** Everything that will hurt, in the order of the table. */
export function packWarnings(material: WarningMaterial): PackWarning[] {
  const rows = Object.entries(WARNINGS) as [WarningCode, Row][];
  return rows.flatMap(([code, row]) =>
    row(material).flatMap((text) => text === null ? [] : [{ code, text }])
  );
}

/** Reads the beginnings of what is run, and of what may be a private key. */
export async function readHeads(
  disk: Disk,
  source: PackSource,
): Promise<Map<string, Uint8Array>> {
  const run = new Set(runFilesOf(source));
  const chosen = source.found.files.map(({ path }) => path)
    .filter((path) => run.has(path) || KEY_NAME.test(path))
    .slice(0, HEADS_MAX);
  const heads = new Map<string, Uint8Array>();
  for (const path of chosen) {
    const file = await disk.open(`${source.directory}/${path}`, { read: true });
    try {
      const head = new Uint8Array(HEAD_BYTES);
      const count = await file.read(head);
      heads.set(path, head.subarray(0, count ?? 0));
    } finally {
      file.close();
    }
  }
  return heads;
}

/** The names under which people keep private keys. */
const KEY_NAME = /(?:\.(?:key|pem|p8)|(?:^|\/)id_[a-z0-9]+)$/;

/** The files of the package that are run by name. */
function runFilesOf({ draft, found }: PackSource): string[] {
  const { bin = [], hooks = {}, native = [] } = draft;
  const programs = [
    ...bin.map(({ path }) => path),
    ...Object.values(hooks).flatMap((hook) =>
      hook === undefined || hook.shell !== undefined ? [] : [hook.run[0]]
    ),
    ...native.flatMap(({ remove }) => remove?.slice(0, 1) ?? []),
  ];
  const named = new Set(programs.filter((path) => !isMachinePath(path)));
  return found.files.map(({ path }) => path).filter((path) => named.has(path));
}

/** ELF, and the two orders of Mach-O in 32, 64 and both bits. */
const EXECUTABLES = [
  ...["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe"],
];
/** Windows goes by the name. */
const WINDOWS_PROGRAM = /\.(?:exe|com|bat|cmd|ps1|msi)$/i;

function isRunnable(path: string, head: Uint8Array | undefined): boolean {
  if (head === undefined || WINDOWS_PROGRAM.test(path)) return true;
  return beginsWithMark(head) ||
    EXECUTABLES.includes(head.subarray(0, 4).toHex());
}

function beginsWithMark(head: Uint8Array): boolean {
  return head[0] === 0x23 && head[1] === 0x21; // #!
}

function endsInReturn(head: Uint8Array | undefined): boolean {
  if (head === undefined || !beginsWithMark(head)) return false;
  const end = head.indexOf(0x0a);
  return end > 0 && head[end - 1] === 0x0d;
}

function holdsPrivateKey(head: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(head);
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}

/** Directories that differ only by case or composition; files are refused. */
function mergedDirectories(
  { files, directories }: PackSource["found"],
): (readonly [string, string])[] {
  const seen = new Map<string, string>();
  const pairs = new Map<string, readonly [string, string]>();
  const all = [...files.map(({ path }) => path), ...directories]
    .flatMap(ancestorsOf).concat(directories);
  for (const path of all) {
    const key = foldPath(path);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, path);
    else if (other !== path) pairs.set(key, [other, path]);
  }
  return [...pairs.values()];
}

/** `"a", "b", "c" and 4 more: it ...`; null for no files. */
function told(
  files: readonly { readonly path: string }[],
  what: string,
): string | null {
  if (files.length === 0) return null;
  const shown = files.slice(0, SHOWN_MAX).map(({ path }) => describe(path));
  const more = files.length - shown.length;
  const names = shown.join(", ") + (more === 0 ? "" : ` and ${more} more`);
  return files.length === 1 ? `${names} ${what}` : `Each of ${names} ${what}`;
}
