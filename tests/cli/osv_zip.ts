/** Zips as OSV's exports are: many small files, written by a library. */

import {
  configure,
  TextReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip-js/zip-js";

configure({ useWebWorkers: false });

/** A zip of these files. */
export async function zipOf(
  files: Readonly<Record<string, string>>,
  level = 6,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { level, zip64: false });
  for (const [name, text] of Object.entries(files)) {
    await zip.add(name, new TextReader(text));
  }
  return new Uint8Array(await zip.close());
}
