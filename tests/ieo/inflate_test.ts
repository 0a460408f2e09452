/**
 * Inflating within a bound: not one byte past it is ever handed on, and a
 * source or a taker that fails leaves nothing running.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { constants, deflateRawSync } from "node:zlib";
import {
  inflateAll,
  inflatePieces,
  Inflater,
  PIECE_BYTES,
} from "../../lib/ieo/zip/inflate.ts";
import { concat } from "../../lib/trust/bytes.ts";

/** Not all alike, and of no round length. */
const CONTENT = Uint8Array.from(
  { length: 3 * PIECE_BYTES + 7 },
  (_, index) => (index * index) >>> 7,
);
const PACKED = deflateRawSync(CONTENT);
const NO_END = { finishFlush: constants.Z_SYNC_FLUSH };

/** The packed bytes, `length` at a time, in one buffer that is used again. */
async function* inPieces(
  packed: Uint8Array,
  length = 60_000,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(length);
  for (let at = 0; at < packed.length; at += length) {
    buffer.fill(0xee);
    const piece = packed.subarray(at, at + length);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    await Promise.resolve();
  }
}

/** What comes out, and the fault. */
async function run(packed: AsyncIterable<Uint8Array>, size: number) {
  const pieces: Uint8Array[] = [];
  const problem = await inflatePieces(packed, size, async (piece) => {
    // Used later: nothing may touch it before that.
    await new Promise((resolve) => setTimeout(resolve, 0));
    pieces.push(new Uint8Array(piece));
  });
  return { problem, pieces, content: concat(...pieces) };
}

Deno.test("inflateAll gives the content, and says what is wrong", () => {
  const { length } = CONTENT;
  assertEquals(inflateAll(PACKED, length), {
    ok: true,
    value: deflatedBack(PACKED, length),
  });
  const faultOf = (packed: Uint8Array, size: number) => {
    const inflated = inflateAll(packed, size);
    return inflated.ok ? null : inflated.fault;
  };
  assertEquals(
    faultOf(PACKED, length - 1),
    `it holds more than ${length - 1} bytes`,
  );
  assertEquals(
    faultOf(PACKED, length + 1),
    `it holds ${length} bytes and not ${length + 1}`,
  );
  assertEquals(
    faultOf(concat(PACKED, new Uint8Array(1)), length),
    "bytes follow the end of its compressed data",
  );
  assertEquals(
    faultOf(PACKED.subarray(0, -1), length),
    "its compressed data is damaged or cut off",
  );
  assertEquals(
    faultOf(new Uint8Array(), 0),
    "its compressed data is damaged or cut off",
  );
  assertEquals(faultOf(deflateRawSync(new Uint8Array()), 0), null);
});

Deno.test("Inflater says of each entry what inflateAll says", () => {
  const { length } = CONTENT;
  const small = deflateRawSync(CONTENT.subarray(0, 10));
  const empty = deflateRawSync(new Uint8Array());
  const one = new Uint8Array(1);
  const entries: readonly (readonly [Uint8Array, number])[] = [
    ...[[PACKED, length - 1], [PACKED, length + 1], [PACKED, 0]] as const,
    ...[[concat(PACKED, one), length], [concat(small, one), 10]] as const,
    ...[[PACKED.subarray(0, -1), length], [small.subarray(1), 10]] as const,
    ...[[new Uint8Array(), 0], [empty, 0], [empty, 1], [small, 9]] as const,
    // All of the content, and no end of the stream.
    ...[[PACKED.subarray(0, -1), length - 1], [empty.subarray(1), 0]] as const,
    ...[[deflateRawSync(CONTENT.subarray(0, 99), NO_END), 99]] as const,
  ];
  const inflater = new Inflater();
  for (const [packed, size] of entries) {
    const whole = inflateAll(packed, size);
    const inflated = inflater.inflate(packed, size);
    assertEquals(inflated.ok ? null : inflated, whole.ok ? null : whole);
    if (inflated.ok) assert(inflated.value.every(isOfContent));
    // What was before it leaves nothing behind.
    const good = inflater.inflate(PACKED, length);
    assert(good.ok && good.value.length === length);
    if (good.ok) assert(good.value.every(isOfContent));
  }
});

function isOfContent(byte: number, index: number): boolean {
  return byte === CONTENT[index];
}

function deflatedBack(packed: Uint8Array, size: number): Uint8Array {
  const inflated = inflateAll(packed, size);
  if (!inflated.ok) throw new Error(inflated.fault);
  assert(inflated.value.every(isOfContent));
  return inflated.value;
}

for (const length of [1, 1_000, 60_000, PACKED.length, PACKED.length + 1]) {
  Deno.test(`inflatePieces gives the content from pieces of ${length} bytes`, async () => {
    const small = CONTENT.subarray(0, 100);
    const [content, packed] = length > 1
      ? [CONTENT, PACKED]
      : [small, deflateRawSync(small)];
    const done = await run(inPieces(packed, length), content.length);
    assertEquals(done.problem, null);
    assertEquals(done.content.length, content.length);
    assert(done.content.every((byte, index) => byte === content[index]));
    assert(done.pieces.every((piece) => piece.length <= PIECE_BYTES));
  });
}

Deno.test("inflatePieces stops at the first byte too many, Z-12", async () => {
  for (const size of [0, 1, PIECE_BYTES, CONTENT.length - 1]) {
    const { problem, content } = await run(inPieces(PACKED), size);
    assertEquals(problem, `it holds more than ${size} bytes`);
    assert(content.length <= size);
  }
});

Deno.test("inflatePieces stops a bomb before it is inflated, Z-13", async () => {
  const packed = deflateRawSync(new Uint8Array(200_000_000));
  let asked = 0;
  async function* counted() {
    for await (const piece of inPieces(packed, 4_096)) {
      asked++;
      yield piece;
    }
  }
  const { problem, content } = await run(counted(), 1_000_000);
  assertEquals(problem, "it holds more than 1000000 bytes");
  assert(content.length <= 1_000_000);
  assert(asked < 5, `${asked} pieces of a thousandth each were asked for`);
});

Deno.test("inflatePieces says what is wrong with the data", async () => {
  const damaged = concat(PACKED);
  damaged[0] = 0x07; // A kind of block that there is not.
  for (const packed of [damaged, PACKED.subarray(0, -10), new Uint8Array()]) {
    const { problem } = await run(inPieces(packed), CONTENT.length);
    assertEquals(problem, "its compressed data is damaged or cut off");
  }
  const trailing = concat(PACKED, new Uint8Array(100_000));
  assertEquals(
    (await run(inPieces(trailing), CONTENT.length)).problem,
    "bytes follow the end of its compressed data",
  );
  assertEquals(
    (await run(inPieces(PACKED), CONTENT.length + 1)).problem,
    `it holds ${CONTENT.length} bytes and not ${CONTENT.length + 1}`,
  );
});

Deno.test("inflatePieces throws what its source throws, after it has ended", async () => {
  let ended = 0;
  async function* failing(good: number) {
    try {
      let count = 0;
      for await (const piece of inPieces(PACKED, 5_000)) {
        if (count++ === good) throw new Deno.errors.Interrupted("source");
        yield piece;
      }
    } finally {
      ended++;
    }
  }
  for (const [index, good] of [0, 1, 3].entries()) {
    await assertRejects(
      () => run(failing(good), CONTENT.length),
      Deno.errors.Interrupted,
      "source",
    );
    assertEquals(ended, index + 1);
  }
});

Deno.test("inflatePieces throws what its taker throws, and asks for no more", async () => {
  let isOpen = false;
  async function* watched() {
    isOpen = true;
    try {
      yield* inPieces(PACKED, 5_000);
    } finally {
      isOpen = false;
    }
  }
  await assertRejects(
    () =>
      inflatePieces(watched(), CONTENT.length, () => {
        throw new Deno.errors.BrokenPipe("taker");
      }),
    Deno.errors.BrokenPipe,
    "taker",
  );
  assert(!isOpen, "The source was left open");
});
