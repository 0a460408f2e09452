/**
 * Small compressed parts of other formats, inflated at once and never to more
 * than the caller allows. The libraries are loaded at their first use: an
 * agent, and a server that packs nothing, hold none of them.
 *
 * @module
 */

/** The compressions that are known here, by the ends of file names. */
export const COMPRESSIONS = ["", ".gz", ".xz", ".zst"] as const;

/** A compression; the empty one is none. */
export type Compression = typeof COMPRESSIONS[number];

/** What became of it: the bytes, or the end of a sentence on what is wrong. */
export type Decompressed =
  | { readonly bytes: Uint8Array }
  | { readonly problem: string };

/** Decompresses to at most `bytesMax` bytes. */
export async function decompressSmall(
  compression: Compression,
  bytes: Uint8Array<ArrayBuffer>,
  bytesMax: number,
): Promise<Decompressed> {
  const decompress = await LIBRARIES[compression]();
  try {
    const whole = await decompress(bytes, bytesMax);
    return whole === null || whole.length > bytesMax
      ? { problem: `holds more than ${bytesMax} bytes` }
      : { bytes: whole };
  } catch (error) {
    if (isTooLong(error)) {
      return { problem: `holds more than ${bytesMax} bytes` };
    }
    return { problem: "is damaged: its compression cannot be undone" };
  }
}

/** Null when there is more than the most that is allowed. */
type Decompress = (
  bytes: Uint8Array<ArrayBuffer>,
  bytesMax: number,
) => Promise<Uint8Array | null> | Uint8Array;

/** A library that does not load is our fault, not the bytes'. */
const LIBRARIES: Readonly<Record<Compression, () => Promise<Decompress>>> = {
  "": () => Promise.resolve((bytes) => bytes),
  ".gz": async () => {
    const { gunzipSync } = await import("node:zlib");
    return (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength });
  },
  ".zst": async () => {
    const { zstdDecompressSync } = await import("node:zlib");
    return (bytes, maxOutputLength) =>
      zstdDecompressSync(bytes, { maxOutputLength });
  },
  ".xz": async () => {
    const { XzReadableStream } = await xzLibrary();
    return (bytes, bytesMax) => unXz(XzReadableStream, bytes, bytesMax);
  },
};

/** Null when there is more than `bytesMax`. */
async function unXz(
  XzReadableStream: typeof import("xz-decompress").XzReadableStream,
  bytes: Uint8Array<ArrayBuffer>,
  bytesMax: number,
): Promise<Uint8Array | null> {
  const compressed = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of new XzReadableStream(compressed)) {
    size += chunk.length;
    if (size > bytesMax) return null;
    // The library hands out its own buffer and fills it again.
    chunks.push(chunk.slice());
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** It is CommonJS: a bundle gives its names, the runtime a default export. */
async function xzLibrary(): Promise<typeof import("xz-decompress")> {
  const library:
    & Partial<{ default: typeof import("xz-decompress") }>
    & typeof import("xz-decompress") = await import("xz-decompress");
  return library.default ?? library;
}

/** Node's word for an output that is longer than it was told. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError;
}
