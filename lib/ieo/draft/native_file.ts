/**
 * A package file of a system's own format, as a reader of it sees it: bytes at
 * places that the file itself names. Every read is bounded, and a place that
 * is not in the file is a sentence about the file, not a crash: such files are
 * downloaded from anywhere.
 *
 * Also here: what every such file says of itself. What becomes of that in a
 * manifest is `draft/of_native.ts`.
 *
 * @module
 */

import type { Disk, DiskFile } from "../../host/disk.ts";
import { describe } from "../../trust/shape.ts";
import { PackError } from "../pack/walk.ts";

/** What a package of a system says of itself. */
export interface NativeFacts {
  readonly kind: "deb" | "rpm";
  /** Its name in the system's manager. */
  readonly package: string;
  /** The whole version, as the manager tells it: `1:2.10-3`. */
  readonly version: string;
  /** In the words of its system: `amd64`, `noarch`. */
  readonly architecture: string;
  /** One line; empty when it says nothing. The same holds for the others. */
  readonly title: string;
  readonly description: string;
  readonly homepage: string;
  readonly licence: string;
  /** The scripts that its manager runs as administrator: `postinst`. */
  readonly scripts: readonly string[];
}

/** A file that is being read, and where it claims its things are. */
export class NativeFile {
  readonly path: string;
  readonly size: number;
  readonly #file: DiskFile;

  constructor(file: DiskFile, path: string, size: number) {
    this.#file = file;
    this.path = path;
    this.size = size;
  }

  /**
   * The bytes at a place.
   *
   * @param what For the sentence when they are not there: "its header".
   * @param bytesMax The most that `what` may lawfully be.
   */
  async read(
    offset: number,
    length: number,
    what: string,
    bytesMax: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (length > bytesMax) {
      throw this.error(
        `${what} claims ${length} bytes; at most ${bytesMax} may be`,
      );
    }
    if (offset + length > this.size) throw this.cutOff(what);
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = await this.#file.readAt(
        offset + done,
        bytes.subarray(done),
      );
      if (count === null) throw this.cutOff(what);
      done += count;
    }
    return bytes;
  }

  /** The file ends before `what` does. */
  cutOff(what: string): PackError {
    return this.error(
      `it is cut off: it has ${this.size} bytes, and ${what} goes on after ` +
        "them; get it again",
    );
  }

  /** What was found, as an error that names the file. */
  error(found: string): PackError {
    return new PackError(`Cannot pack "${this.path}": ${found}`);
  }

  /**
   * A text of the file that must be there.
   *
   * @param field In the words of the format: "Package".
   */
  demand(field: string, text: string | undefined): string {
    if (text !== undefined && text !== "") return text;
    throw this.error(`it does not say its ${describe(field)}`);
  }
}

/** Opens a file for one reader, and closes it afterwards. */
export async function withNativeFile<T>(
  disk: Disk,
  path: string,
  use: (file: NativeFile) => Promise<T>,
): Promise<T> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file") {
    throw new PackError(
      `Cannot pack "${path}": ${
        stat === null ? "there is no such file" : `it is a ${stat.kind}`
      }`,
    );
  }
  const file = await disk.open(path, { read: true });
  try {
    return await use(new NativeFile(file, path, stat.size));
  } finally {
    file.close();
  }
}

/** Latin-1 where it is not UTF-8: old packages are, and bytes are no reason to refuse one. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
