/**
 * Text that is made while it is sent, in bytes: the body of an answer of any
 * length, in little memory.
 *
 * @module
 */

import { utf8 } from "../../trust/bytes.ts";

/** Characters that go out together, as long as there are more. */
const PIECE_CHARS = 65_536;

/** What else may end a stream, and who is told of its end. */
export interface StreamEnds {
  /** Breaks the stream off with its reason, whether anybody reads or not. */
  readonly signal: AbortSignal;
  /** By its last piece, by a fault, or because nobody reads it any more. */
  over(): void;
}

/**
 * The texts as a stream that asks for the next piece when the one before was
 * taken.
 */
export function streamOf(
  texts: AsyncGenerator<string>,
  { signal, over }: StreamEnds,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      signal.addEventListener("abort", () => {
        controller.error(signal.reason);
        over();
      });
    },
    async pull(controller) {
      try {
        const { piece, isLast } = await nextPiece(texts);
        if (signal.aborted) return;
        if (piece !== "") controller.enqueue(utf8(piece));
        if (!isLast) return;
        controller.close();
        over();
      } catch (error) {
        controller.error(error);
        over();
      }
    },
    async cancel() {
      over();
      await texts.return(undefined);
    },
  }, { highWaterMark: 1 });
}

async function nextPiece(texts: AsyncGenerator<string>) {
  let piece = "";
  while (piece.length < PIECE_CHARS) {
    const { value, done } = await texts.next();
    if (done) return { piece, isLast: true };
    piece += value;
  }
  return { piece, isLast: false };
}
