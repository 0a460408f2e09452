/**
 * The program that machines of a LAN get: what it is made of, and what of it
 * is on a machine's disk.
 *
 * @module
 */

/** What a program is made of, beside its version. */
export interface Weight {
  /** Bytes that no compression makes fewer. */
  readonly bytes?: number;
  /** The program's check takes so long. */
  readonly checkSeconds?: number;
}

/** The directory to pack. */
export async function makeProgram(
  directory: string,
  version: string,
  { bytes = 0, checkSeconds = 0 }: Weight,
): Promise<string> {
  const source = `${directory}/editor-${version}`;
  await Deno.mkdir(source);
  await Deno.writeTextFile(`${source}/version`, version);
  if (bytes > 0) {
    const any = () => Math.random() * 256;
    const ballast = Uint8Array.from({ length: bytes }, any);
    await Deno.writeFile(`${source}/ballast`, ballast);
  }
  if (checkSeconds > 0) {
    const script = `#!/bin/sh\nsleep ${checkSeconds}\n`;
    await Deno.writeTextFile(`${source}/check`, script);
    const hook = `[hooks]\ncheck = ["check"]\n`;
    await Deno.writeTextFile(`${source}/ieo.toml`, hook);
  }
  return source;
}

/** Every program of a directory of programs, with its version in use. */
export async function programsIn(
  directory: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const all = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  for (const { name } of all) {
    if (name.startsWith(".")) continue;
    const path = `${directory}/${name}/current/version`;
    found[name] = await Deno.readTextFile(path).catch(() => "?");
  }
  return found;
}
