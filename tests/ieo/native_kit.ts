/**
 * Package files of systems, made for tests: by the systems' own tools where
 * they are there, and byte by byte where a lie is wanted.
 *
 * @module
 */

/** A member of an ar archive; its header may claim another size. */
export interface ArMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly claims?: string;
}

const ENCODER = new TextEncoder();

/** The bytes of the text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** An ar archive. */
export function arOf(members: readonly ArMember[]): Uint8Array<ArrayBuffer> {
  const parts = [bytesOf("!<arch>\n")];
  for (const { name, bytes, claims } of members) {
    const size = (claims ?? String(bytes.length)).padEnd(10);
    const head = `${
      name.padEnd(16)
    }0           0     0     100644  ${size}\`\n`;
    parts.push(bytesOf(head), new Uint8Array(bytes));
    if (bytes.length % 2 === 1) parts.push(bytesOf("\n"));
  }
  return joined(parts);
}

/** A tar archive; a header may claim another size. */
export function tarOf(
  files: Readonly<Record<string, string>>,
  claims?: number,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, content] of Object.entries(files)) {
    const bytes = bytesOf(content);
    const header = new Uint8Array(512);
    header.set(bytesOf(name));
    header.set(bytesOf("0000644\0"), 100);
    const size = (claims ?? bytes.length).toString(8).padStart(11, "0");
    header.set(bytesOf(`${size}\0`), 124);
    header.fill(0x20, 148, 156);
    header[156] = 0x30;
    header.set(bytesOf("ustar\x0000"), 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.set(bytesOf(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    const padded = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
    padded.set(bytes);
    parts.push(header, padded);
  }
  return joined([...parts, new Uint8Array(1_024)]);
}

/** A control file, with what is changed. */
export function controlText(
  changes: Readonly<Record<string, string | null>> = {},
): string {
  const fields: Record<string, string | null> = {
    Package: "tool",
    Version: "2:1.0-3",
    Architecture: "amd64",
    Maintainer: "Somebody <somebody@example.org>",
    Homepage: "https://example.org/tool",
    Description: "a tool for tests\n It does nothing.\n .\n At all.",
    ...changes,
  };
  return Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}\n`]
  ).join("");
}

/** A `.deb` without compression, some of whose members may be replaced. */
export function debOf(
  { control = tarOf({ "./control": controlText() }), members }: {
    readonly control?: Uint8Array;
    readonly members?: readonly ArMember[];
  } = {},
): Uint8Array<ArrayBuffer> {
  return arOf(
    members ?? [
      { name: "debian-binary", bytes: bytesOf("2.0\n") },
      { name: "control.tar", bytes: control },
      { name: "data.tar", bytes: tarOf({ "./usr/bin/tool": "#!/bin/sh\n" }) },
    ],
  );
}

/** A value in an RPM header: its tag, its type, and its bytes. */
export type RpmValue = readonly [tag: number, type: number, bytes: Uint8Array];

/** An RPM header; what it claims of itself may be a lie. */
export function rpmHeader(
  values: readonly RpmValue[],
  lies: { readonly entries?: number; readonly store?: number } = {},
): Uint8Array<ArrayBuffer> {
  const index: Uint8Array<ArrayBuffer>[] = [];
  const store: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const [tag, type, bytes] of values) {
    index.push(numbers(tag, type, at, 1));
    store.push(new Uint8Array(bytes));
    at += bytes.length;
  }
  const intro = numbers(
    0x8eade801,
    0,
    lies.entries ?? values.length,
    lies.store ?? at,
  );
  return joined([intro, ...index, ...store]);
}

/** A text for a header, ended by NUL. */
export function rpmText(tag: number, text: string): RpmValue {
  return [tag, 6, bytesOf(`${text}\0`)];
}

/** A number for a header. */
export function rpmNumber(tag: number, value: number): RpmValue {
  return [tag, 4, numbers(value)];
}

/** What every header of a package has. */
export const RPM_VALUES: readonly RpmValue[] = [
  rpmNumber(1003, 2), // First, so that it lies on a multiple of four.
  rpmText(1000, "Tool"),
  rpmText(1001, "1.0~rc1"),
  rpmText(1002, "3.el9"),
  rpmText(1004, "A tool for tests"),
  rpmText(1005, "It does nothing.\nAt all."),
  rpmText(1014, "MIT"),
  rpmText(1020, "https://example.org/tool"),
  rpmText(1022, "x86_64"),
  rpmText(1024, "echo hello"),
];

/** An `.rpm` of these parts. */
export function rpmOf(
  { header = rpmHeader(RPM_VALUES), type = 0, claims }: {
    readonly header?: Uint8Array<ArrayBuffer>;
    /** Of the lead: 1 is a source package. */
    readonly type?: number;
    /** The size that the signatures tell of what comes after them. */
    readonly claims?: number;
  } = {},
): Uint8Array<ArrayBuffer> {
  const lead = new Uint8Array(96);
  lead.set([0xed, 0xab, 0xee, 0xdb, 3, 0, 0, type]);
  const content = joined([header, bytesOf("content")]);
  const signatures = rpmHeader([rpmNumber(1000, claims ?? content.length)]);
  const gap = new Uint8Array((8 - signatures.length % 8) % 8);
  return joined([lead, signatures, gap, content]);
}

/** 32-bit numbers, the most significant byte first. */
function numbers(...values: number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => view.setUint32(4 * index, value));
  return new Uint8Array(view.buffer);
}

function joined(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Is this program on the machine? */
export async function isThere(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).output();
    return true;
  } catch {
    return false;
  }
}

/** Runs a program of the system to its end; throws what it says if it fails. */
export async function runTool(
  program: string,
  ...args: readonly string[]
): Promise<void> {
  const { code, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
}

/** Builds a real `.deb` with `dpkg-deb`. */
export async function buildDeb(
  directory: string,
  output: string,
  { compression = "xz", control = controlText(), postinst }: {
    readonly compression?: "gzip" | "xz" | "zstd" | "none";
    readonly control?: string;
    readonly postinst?: string;
  } = {},
): Promise<void> {
  const root = `${directory}/deb`;
  await Deno.mkdir(`${root}/DEBIAN`, { recursive: true });
  await Deno.mkdir(`${root}/usr/share/tool`, { recursive: true });
  await Deno.writeTextFile(`${root}/DEBIAN/control`, control);
  await Deno.writeTextFile(`${root}/usr/share/tool/text`, "hello\n");
  if (postinst !== undefined) {
    await Deno.writeTextFile(`${root}/DEBIAN/postinst`, postinst);
    await Deno.chmod(`${root}/DEBIAN/postinst`, 0o755);
  }
  await runTool(
    "dpkg-deb",
    ...[`-Z${compression}`, "--root-owner-group", "--build", root, output],
  );
}
