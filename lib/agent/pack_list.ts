/**
 * A program list as it travels: its document as one member of gzip. Only the
 * packed bytes are ever in memory, a tenth of the document; the same list
 * gives the same bytes, so that an upload that was cut can go on.
 *
 * @module
 */

import { type Clock, sleep } from "../host/clock.ts";
import type { PeoList } from "../peo/list.ts";
import { concat } from "../trust/bytes.ts";

/** Pieces of a document, of some 32 KB, that are packed in one go. */
const PIECES_AT_ONCE = 32;

/** Packs the document of a list; other work goes on meanwhile. */
export async function packList(
  list: Pick<PeoList, "lines">,
  clock: Clock,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed: Uint8Array[] = [];
  const stream = ReadableStream.from(withPauses(list.lines(), clock))
    .pipeThrough(new CompressionStream("gzip"));
  for await (const piece of stream) packed.push(piece);
  return concat(...packed);
}

/** A stream that never waits for anything would hold up everything else. */
async function* withPauses<T>(
  pieces: Iterable<T>,
  clock: Clock,
): AsyncGenerator<T> {
  let count = 0;
  for (const piece of pieces) {
    if (++count % PIECES_AT_ONCE === 0) await sleep(clock, 0);
    yield piece;
  }
}
