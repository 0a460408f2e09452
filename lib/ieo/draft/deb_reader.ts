/**
 * What a `.deb` says of itself: deb(5), an ar archive whose second member is a
 * tar archive with the file `control` in it (deb-control(5)). The program's
 * files, the third member, are only measured, so that a download that was cut
 * off is noticed here and not on every machine.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { describe } from "../../trust/shape.ts";
import {
  type Compression,
  COMPRESSIONS,
  decompressSmall,
} from "./decompress.ts";
import {
  type NativeFacts,
  type NativeFile,
  textOfBytes,
  withNativeFile,
} from "./native_file.ts";
import { tarFiles } from "./tar_file.ts";

const MAGIC = "!<arch>\n";
const AR_HEADER_BYTES = 60;
const MEMBERS_MAX = 16;
/** Of the control archive, as it is stored and as it is read. */
const CONTROL_STORED_BYTES_MAX = 16_777_216;
const CONTROL_BYTES_MAX = 67_108_864;
/** Of the control file itself; real ones have a few kilobytes. */
const CONTROL_FILE_BYTES_MAX = 1_048_576;

/** The maintainer scripts of deb-policy, in the order of a package's life. */
const SCRIPTS = ["preinst", "postinst", "prerm", "postrm"];

interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads what a `.deb` says of itself.
 *
 * @throws {PackError} when it is none, or is damaged.
 */
export function readDeb(disk: Disk, path: string): Promise<NativeFacts> {
  return withNativeFile(disk, path, async (file) => {
    const members = await readMembers(file);
    await checkFormat(file, members);
    const control = await readControl(file, members);
    return factsOf(file, control);
  });
}

/** The members' names and places; every one must lie inside the file. */
async function readMembers(file: NativeFile): Promise<Member[]> {
  const begin = await file.read(0, Math.min(MAGIC.length, file.size), "it", 8);
  if (textOfBytes(begin) !== MAGIC) {
    throw file.error(
      file.size === 0 ? "it is empty" : "it is no Debian package",
    );
  }
  const members: Member[] = [];
  let at = MAGIC.length;
  while (at < file.size) {
    if (members.length === MEMBERS_MAX) {
      throw file.error(`it has more than ${MEMBERS_MAX} members`);
    }
    const header = textOfBytes(
      await file.read(at, AR_HEADER_BYTES, "a member's header", 60),
    );
    const name = header.slice(0, 16).trimEnd().replace(/\/$/, "");
    const digits = header.slice(48, 58).trimEnd();
    if (!header.endsWith("`\n") || !/^\d{1,10}$/.test(digits)) {
      throw file.error("it is damaged: a member has no good header");
    }
    const member = { name, offset: at + AR_HEADER_BYTES, size: Number(digits) };
    if (member.offset + member.size > file.size) {
      throw file.cutOff(`its member ${describe(name)}`);
    }
    members.push(member);
    at = member.offset + member.size + member.size % 2; // On even offsets.
  }
  return members;
}

async function checkFormat(
  file: NativeFile,
  [first, ...others]: readonly Member[],
): Promise<void> {
  if (first?.name !== "debian-binary") {
    throw file.error("it is an ar archive and no Debian package");
  }
  const bytes = await file.read(first.offset, first.size, "its format", 64);
  const format = textOfBytes(bytes).trim();
  if (!/^2\.\d+$/.test(format)) {
    throw file.error(
      `it has the format ${describe(format)}; only 2.0 is known`,
    );
  }
  if (!others.some(({ name }) => name.startsWith("data.tar"))) {
    throw file.error("it is damaged: it holds no program (data.tar)");
  }
}

interface Control {
  readonly fields: ReadonlyMap<string, string>;
  readonly scripts: readonly string[];
}

async function readControl(
  file: NativeFile,
  members: readonly Member[],
): Promise<Control> {
  const member = members.find(({ name }) => name.startsWith("control.tar"));
  if (member === undefined) {
    throw file.error("it is damaged: it says nothing of itself (control.tar)");
  }
  const ending = member.name.slice("control.tar".length);
  const compression = COMPRESSIONS.find((one) => one === ending);
  if (compression === undefined) {
    throw file.error(
      `its ${member.name} is compressed in a way that is not known here; ` +
        "build it again with dpkg-deb -Zxz",
    );
  }
  const archive = await readArchive(file, member, compression);
  const files = tarFiles(archive);
  if (typeof files === "string") {
    throw file.error(`its ${member.name} ${files}`);
  }
  const named = new Map(
    files.map(({ name, bytes }) => [name.replace(/^\.\//, ""), bytes]),
  );
  const bytes = named.get("control");
  if (bytes === undefined || bytes.length > CONTROL_FILE_BYTES_MAX) {
    throw file.error(`its ${member.name} has no control file of a sane size`);
  }
  return {
    fields: parseControl(textOfBytes(bytes)),
    scripts: SCRIPTS.filter((name) => named.has(name)),
  };
}

async function readArchive(
  file: NativeFile,
  { name, offset, size }: Member,
  compression: Compression,
): Promise<Uint8Array> {
  const stored = await file.read(
    offset,
    size,
    `its ${name}`,
    CONTROL_STORED_BYTES_MAX,
  );
  const read = await decompressSmall(compression, stored, CONTROL_BYTES_MAX);
  if ("bytes" in read) return read.bytes;
  throw file.error(`its ${name} ${read.problem}`);
}

/** deb822(5), one paragraph: names without case, lines that go on. */
function parseControl(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") {
      if (fields.size > 0) break; // The paragraph ends.
      continue;
    }
    if (/^[ \t]/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ""}\n${line.slice(1)}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    last = line.slice(0, colon).toLowerCase();
    fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
}

function factsOf(file: NativeFile, { fields, scripts }: Control): NativeFacts {
  const [title = "", ...lines] = (fields.get("description") ?? "").split("\n");
  return {
    kind: "deb",
    package: file.demand("Package", fields.get("package")),
    version: file.demand("Version", fields.get("version")),
    architecture: file.demand("Architecture", fields.get("architecture")),
    title,
    // A line with a dot alone stands for an empty one.
    description: lines.map((line) => line.trimEnd() === "." ? "" : line)
      .join("\n"),
    homepage: fields.get("homepage") ?? "",
    licence: "", // A control file has none; it is in the package's copyright.
    scripts,
  };
}
