/**
 * Deflating: what comes out is the same content, and the same bytes whatever
 * was deflated before and by which thread.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import {
  BLOCK_BYTES,
  BUFFER_BYTES,
  deflateProgram,
} from "../../lib/ieo/zip/deflate.ts";
import { mixed, noise } from "./pack_kit.ts";

/** Text, noise, both, next to nothing, nothing. */
const PIECES: readonly Uint8Array[] = [
  new TextEncoder().encode("a line of text\n".repeat(5_000)),
  noise(70_000, 1),
  mixed(200_000, 2),
  new Uint8Array(1),
  new Uint8Array(0),
  new Uint8Array(100_000),
];

function bufferOf(pieces: readonly Uint8Array[]) {
  const buffer = new ArrayBuffer(BUFFER_BYTES);
  let end = 0;
  const ends = pieces.map((piece) => {
    new Uint8Array(buffer).set(piece, end);
    return end += piece.length;
  });
  return { buffer, ends };
}

const run = deflateProgram({ crypto, zlib });

function deflateFiles(pieces: readonly Uint8Array[], level: number) {
  const job = { kind: "files", level, ...bufferOf(pieces) } as const;
  const { buffer, length, files } = run(job).result;
  let start = 0;
  const contents = files.map(({ size }) =>
    new Uint8Array(buffer, (start += size) - size, size).slice()
  );
  assertEquals(start, length);
  return { files, contents };
}

for (let level = 0; level <= 9; level++) {
  Deno.test(`deflateProgram keeps files' contents at level ${level}`, () => {
    const { files, contents } = deflateFiles(PIECES, level);
    for (const [index, piece] of PIECES.entries()) {
      const { sha256, crc32, method } = files[index]!;
      const content = contents[index]!;
      const inflated = method === 8 ? zlib.inflateRawSync(content) : content;
      assertEquals(new Uint8Array(inflated), piece);
      assertEquals(sha256, createHash("sha256").update(piece).digest("hex"));
      assertEquals(crc32, zlib.crc32(piece));
      // Stored unless that saves a 64th.
      assert(content.length === piece.length || method === 8);
      assert(method === 0 || content.length < piece.length * 63 / 64);
    }
  });

  Deno.test(`deflateProgram joins blocks at level ${level}`, () => {
    const blocks = [mixed(BLOCK_BYTES, 3), noise(BLOCK_BYTES, 4), mixed(10, 5)];
    const parts = blocks.map((bytes, index) => {
      const { buffer } = bufferOf([bytes]);
      const isLast = index === blocks.length - 1;
      const { result } = run({
        ...{ kind: "block", level, buffer, isLast, length: bytes.length },
      });
      // What cannot be deflated hardly gets longer.
      assert(result.length <= bytes.length + 100);
      return new Uint8Array(result.buffer, 0, result.length);
    });
    const whole = zlib.inflateRawSync(concat(parts));
    assertEquals(new Uint8Array(whole), concat(blocks));
  });
}

Deno.test("deflateProgram gives the same whatever it did before", () => {
  for (const level of [1, 5, 6, 9]) {
    const first = PIECES.map((piece) => deflateFiles([piece], level));
    const backwards = PIECES.toReversed().map((piece) =>
      deflateFiles([noise(5_000, 6), piece], level).contents[1]
    );
    assertEquals(
      backwards.toReversed(),
      first.map(({ contents }) => contents[0]),
    );
  }
});

Deno.test("deflateProgram gives the same the short and the long way", () => {
  // A runtime whose streams stand on something else.
  const other = { ...zlib, createDeflateRaw: () => ({}) };
  const long = deflateProgram({
    crypto,
    zlib: other as unknown as typeof zlib,
  });
  for (const level of [1, 2, 5, 6, 9]) {
    for (const piece of PIECES) {
      for (const kind of ["files", "block"] as const) {
        const both = [run, long].map((way) => {
          const { buffer, ends } = bufferOf([piece]);
          const { length } = piece;
          const { result } = kind === "files"
            ? way({ kind, level, buffer, ends })
            : way({ kind, level, buffer, length, isLast: false });
          return new Uint8Array(result.buffer, 0, result.length);
        });
        assertEquals(both[0], both[1]);
      }
    }
  }
});

Deno.test("deflateProgram finds the short way in this runtime", () => {
  const stream = zlib.createDeflateRaw() as unknown as {
    _handle: { writeSync: unknown; close: unknown };
    _writeState: unknown;
  };
  assertEquals(typeof stream._handle.writeSync, "function");
  assertEquals(typeof stream._handle.close, "function");
  assert(stream._writeState instanceof Uint32Array);
});

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
