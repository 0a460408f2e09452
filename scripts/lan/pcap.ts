/**
 * The frames of a capture file as tshark writes it with `-F pcap`.
 *
 * @module
 */

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;

/** Every whole frame, in the order of the capture. */
export async function framesOf(
  path: string,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== MAGIC_MICROSECONDS) {
    throw new Error(`${path} is no capture of this kind of computer`);
  }
  const frames: Uint8Array<ArrayBuffer>[] = [];
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= bytes.length) {
    const length = view.getUint32(at + 8, true);
    const from = at + RECORD_HEADER_BYTES;
    at = from + length;
    if (at <= bytes.length) frames.push(bytes.slice(from, at));
  }
  return frames;
}
