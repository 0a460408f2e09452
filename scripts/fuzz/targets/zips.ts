/**
 * A package's zip: its end, its directory, its local headers and its manifest,
 * rightly signed whatever they are. What is opened names exactly the files
 * that another reader finds, at its strictest; and what is inflated is what
 * zlib inflates.
 *
 * @module
 */

import {
  configure,
  type Entry,
  Uint8ArrayReader,
  ZipReader,
} from "@zip-js/zip-js";
import { assertEquals } from "@std/assert";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Disk, DiskFile } from "../../../lib/host/disk.ts";
import { openPackage } from "../../../lib/ieo/open.ts";
import { inflateAll } from "../../../lib/ieo/zip/inflate.ts";
import { equalBytes, utf8 } from "../../../lib/trust/bytes.ts";
import {
  craftPackage,
  manifestOf,
  signed,
  statementOf,
} from "../../../tests/ieo/samples.ts";
import {
  type CraftedEntry,
  type CraftOptions,
  TYPE_DIRECTORY,
} from "../../../tests/ieo/zips.ts";
import { byteProbe } from "../byte_probe.ts";
import type { Chance } from "../chance.ts";
import { demand, type Probe, type Target } from "../target.ts";
import { demandSentence } from "./signed.ts";

// Its web workers keep a process alive for 5 s after the last use.
configure({ useWebWorkers: false });

const FILES = {
  "bin/run": "#!/bin/sh\necho hello hello hello hello\n",
  "é": "text\n",
  "empty": "",
};

const FORMS: readonly (readonly [Partial<CraftedEntry>, CraftOptions])[] = [
  [{}, {}],
  [{ deflated: true }, {}],
  [{ descriptor: "signed" }, {}],
  [{ descriptor: "bare", deflated: true }, {}],
  [{ descriptor: "signed", localZip64: true }, { zip64: true }],
  [{ deflated: true }, { zip64: true }],
];

/** The same program in several forms of zip. */
const SAMPLES = FORMS.map(([entry, options]) =>
  craftPackage({ ...manifestOf(FILES), directories: ["var"] }, [
    { name: "var/", mode: TYPE_DIRECTORY | 0o755 },
    ...Object.entries(FILES).map(([name, text]) => (
      { name, content: utf8(text), ...entry }
    )),
  ], options)
);

const TOKENS = [
  ..."504b0304 504b0102 504b0506 504b0606 504b0607 504b0708".split(" "),
  ..."0000 ffff ffffffff 01001000 75700500 0800 00080000".split(" "),
].map((hex) => Uint8Array.fromHex(hex));

/** The end record of a good zip must be the end, or nothing else is reached. */
const END_BYTES = 22;

async function check(bytes: Uint8Array): Promise<string> {
  const statement = statementOf(signed(bytes.slice()));
  let closed = 0;
  const disk = diskOf(bytes, () => closed++);
  const opened = await openPackage({ disk, path: "package", statement });
  if (!opened.ok) {
    demand(closed === 1, "The file was not closed");
    demandSentence(opened.fault.detail);
    return opened.fault.reason === "name" ? "name" : stageOf(
      opened.fault.detail,
    );
  }
  const { manifest } = opened.value;
  opened.value.close();
  demand(closed === 1, "The file was not closed");
  const names = [
    "ieo.json",
    ...manifest.directories.map((path) => `${path}/`),
    ...manifest.files.map(({ path }) => path),
  ];
  assertEquals(await namesByOthers(bytes), names.sort());
  return "opened";
}

/** How far it came, from the sentence. */
function stageOf(detail: string): string {
  if (/The zip|not a zip/.test(detail)) return "end";
  if (/[Mm]anifest|first entry/.test(detail)) return "manifest";
  return "entry";
}

async function namesByOthers(bytes: Uint8Array): Promise<string[]> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    strictness: "strict",
  });
  const entries = await reader.getEntries();
  await reader.close();
  for (const entry of entries) demandTwin(bytes, entry);
  return entries.map(({ filename }) => filename).sort();
}

/** What stands before the content says what the directory says. */
function demandTwin(bytes: Uint8Array, entry: Entry): void {
  const { buffer, byteOffset } = bytes;
  const local = new DataView(buffer, byteOffset + entry.offset);
  const bare = new TextDecoder().decode(
    bytes.subarray(entry.offset + 30).subarray(0, local.getUint16(26, true)),
  );
  demand(bare === entry.filename, "A name in the local header is another");
  const method = local.getUint16(8, true);
  demand(method === entry.compressionMethod, "A method is another");
  // Sizes behind the content, or in a field of zip64, stand elsewhere.
  const isElsewhere = (local.getUint16(6, true) & 8) !== 0 ||
    local.getUint32(18, true) === 0xffff_ffff;
  if (isElsewhere) return;
  const isSame = local.getUint32(14, true) === (entry.signature ?? 0) >>> 0 &&
    local.getUint32(18, true) === entry.compressedSize &&
    local.getUint32(22, true) === entry.uncompressedSize;
  demand(isSame, "A size or a CRC in the local header is another");
}

/** A disk with one file that can be read at places. */
function diskOf(bytes: Uint8Array, onClose: () => void): Disk {
  const file: Partial<DiskFile> = {
    readAt(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
    close: onClose,
  };
  const disk: Partial<Disk> = {
    stat: () =>
      Promise.resolve({
        kind: "file",
        size: bytes.length,
        mode: 0o644,
        changedMs: null,
      }),
    open: () => Promise.resolve(file as DiskFile),
  };
  return disk as Disk;
}

/** Directory and headers changed in place: every offset stays right. */
function changeInPlace(chance: Chance): Uint8Array {
  const bytes = chance.pick(SAMPLES).slice();
  for (let count = chance.below(3); count >= 0; count--) {
    const at = chance.below(bytes.length - END_BYTES);
    const other = chance.pick(SAMPLES);
    const kind = chance.below(3);
    if (kind === 0) bytes.set(chance.pick(TOKENS), at);
    if (kind === 1) bytes[at] = chance.below(256);
    if (kind === 2) bytes.set(other.subarray(at, at + chance.below(8)), at);
  }
  return bytes;
}

const NUMBERS = [0, 1, 2, 5, 8, 44, 0x800, 0xffff, 0xffff_ffff];

/** A zip written rightly, of entries that are not those of its manifest. */
function craft(chance: Chance): Uint8Array {
  const [form, options] = chance.pick(FORMS);
  const entries: CraftedEntry[] = [
    { name: "var/", mode: TYPE_DIRECTORY | 0o755 },
    ...Object.entries(FILES).map(([name, text]) => (
      { name, content: utf8(text), ...form }
    )),
  ];
  const at = chance.below(entries.length);
  const [entry = { name: "x" }] = entries.slice(at);
  const changed = chance.pick<readonly CraftedEntry[]>([
    [],
    [entry],
    [entry, entry],
    [{ ...entry, name: chance.pick(["a", "../a", "BIN/run", "bin/run", ""]) }],
    [{ ...entry, content: utf8("other") }],
    [{ ...entry, mode: chance.pick([0o120777, 0o100644, 0o060000, 0]) }],
    [{ ...entry, [chance.pick(["both", "central", "local"])]: wrong(chance) }],
    [{ ...entry, described: { crc: chance.pick(NUMBERS) } }],
  ]);
  entries.splice(at, 1, ...changed);
  const manifest = { ...manifestOf(FILES), directories: ["var"] };
  return craftPackage(manifest, entries, options);
}

function wrong(chance: Chance): CraftedEntry["both"] {
  const field = chance.pick([
    ...["flags", "method", "crc", "compressedSize", "size"],
  ]);
  return { [field]: chance.pick(NUMBERS) };
}

/** As `byteProbe` draws, but with a good end more often than by chance. */
function zipProbe(): Probe<Uint8Array> {
  return byteProbe({
    samples: SAMPLES,
    tokens: TOKENS,
    bytesMax: 8_192,
    bytesMost: 131_072,
    compose: (chance) =>
      chance.oneIn(2) ? craft(chance) : changeInPlace(chance),
    check,
  });
}

/** Texts that deflate uses all of its means for. */
const CONTENTS = [
  "",
  "a",
  "to and fro and to and fro ".repeat(40),
  "x".repeat(5_000),
  Array.from({ length: 900 }, (_, index) => String(index * 7_919)).join(""),
].map(utf8);

const DEFLATED = CONTENTS.flatMap((content) =>
  [0, 1, 9].map((level) => new Uint8Array(deflateRawSync(content, { level })))
);

const INFLATED_BYTES_MAX = 65_536;

function checkInflate(bytes: Uint8Array): string {
  const theirs = inflatedByOthers(bytes);
  // The size that is right, where there is one, and one that is wrong.
  const size = theirs?.length ?? 5_000;
  const ours = inflateAll(bytes.slice(), size);
  const wrong = inflateAll(bytes.slice(), size + 1);
  demand(!wrong.ok, "A content of the wrong size is taken");
  if (!ours.ok) {
    return theirs === null ? "refused" : "refused, by zlib taken";
  }
  demand(theirs !== null, "What zlib refuses is taken");
  demand(equalBytes(ours.value, theirs), "zlib finds another content");
  // Without its last byte it is cut off: nothing was behind it.
  const shorter = inflatedByOthers(bytes.subarray(0, -1));
  demand(shorter === null, "Bytes behind the content are taken");
  return "taken";
}

function inflatedByOthers(bytes: Uint8Array): Uint8Array | null {
  try {
    return inflateRawSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX });
  } catch {
    return null;
  }
}

/** The zips' targets. */
export const ZIP_TARGETS: readonly Target[] = [
  {
    name: "zip",
    about: "a package that opens names the files that others find, Z-11, Z-16",
    ends: ["end", "entry", "manifest", "opened"],
    costs: 4,
    open: () => Promise.resolve(zipProbe()),
  },
  {
    name: "inflate",
    about: "what is inflated is what zlib inflates",
    ends: ["refused", "taken"],
    costs: 4,
    open: () =>
      Promise.resolve(byteProbe({
        samples: DEFLATED,
        tokens: TOKENS,
        bytesMax: 8_192,
        bytesMost: 65_536,
        check: checkInflate,
      })),
  },
];
