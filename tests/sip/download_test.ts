/**
 * Packages on their way down, over real TLS: cut, resumed, too long, too
 * short, changed.
 */

import { assert, assertEquals } from "@std/assert";
import { encodeFrame } from "../../lib/sip/frames.ts";
import { encodeAnswer } from "../../lib/sip/request.ts";
import type { Line } from "../../lib/sip/line.ts";
import {
  faultOf,
  hexHash,
  makeMachine,
  someBytes,
  temporaryDirectory,
} from "./things.ts";
import { makeClient, makeWorld, playServer } from "./world.ts";

const machine = makeMachine();
const client = makeClient(machine);
const KIB_64 = 65_536;
/** Six blocks of 64 KiB and a piece. */
const FILE = someBytes(6 * KIB_64 + 1_234);
const SHA256 = hexHash(FILE);
const STATEMENT = someBytes(400, 3);

Deno.test("downloadPackage brings statement and file, and tells its progress", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  await world.house.publish(FILE, STATEMENT);
  const partPath = `${world.directory}/part`;
  const told: number[] = [];
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: SHA256,
    size: FILE.length,
    partPath,
    onProgress: (bytes, size) => {
      assertEquals(size, FILE.length);
      told.push(bytes);
    },
  });
  assertEquals(outcome, { ok: true, value: { statement: STATEMENT } });
  assertEquals(await Deno.readFile(partPath), FILE);
  assertEquals(told.at(-1), FILE.length);
  assertEquals(told, told.toSorted((a, b) => a - b));
  const note = await world.noted(({ kind }) => kind === "done");
  assertEquals(note.bytes, FILE.length);
  assertEquals(note.word, "paquet");
  assertEquals(note.machine, machine.id);
  assertEquals(world.house.bytesMoved.get(machine.id), FILE.length);
});

const cuts = [0, 1, 2, 3, 4, 5, 6].map((block) => block * KIB_64);
for (const cut of [...cuts, FILE.length - 1]) {
  Deno.test(`downloadPackage cut after ${cut} bytes keeps them and resumes with the rest, S-01, S-02, S-07`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    await world.house.publish(FILE, STATEMENT);
    const partPath = `${world.directory}/part`;
    const wish = { sha256: SHA256, size: FILE.length, partPath };
    using cutting = playServer(machine, async (line) => {
      await line.write(opening(FILE.length));
      await line.write(FILE.subarray(0, cut));
    });
    const first = await client.downloadPackage({
      server: cutting.server,
      ...wish,
    });
    assertEquals(faultOf(first).reason, "network");
    assertEquals(await Deno.readFile(partPath), FILE.slice(0, cut));

    const server = world.server(machine);
    const second = await client.downloadPackage({ server, ...wish });
    assertEquals(second, { ok: true, value: { statement: STATEMENT } });
    assertEquals(await Deno.readFile(partPath), FILE);
    await world.noted(({ kind }) => kind === "done");
    assertEquals(world.house.bytesMovedTotal, FILE.length - cut);
  });
}

Deno.test("downloadPackage of a file that is all here asks for the statement only, S-02", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  await world.house.publish(FILE, STATEMENT);
  const partPath = `${world.directory}/part`;
  await Deno.writeFile(partPath, FILE);
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: SHA256,
    size: FILE.length,
    partPath,
  });
  assertEquals(outcome, { ok: true, value: { statement: STATEMENT } });
  assertEquals(world.house.bytesMovedTotal, 0);
});

for (
  const [name, change] of Object.entries<(part: Uint8Array) => Uint8Array>({
    "a byte that is wrong": (part) => part.with(1_000, (part[1_000] ?? 0) ^ 1),
    "more bytes than the file": () => someBytes(FILE.length + 1, 5),
    "another file of the same length": () => someBytes(FILE.length, 6),
  })
) {
  Deno.test(`downloadPackage with a part that has ${name} begins anew and ends well, S-02, S-10`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    await world.house.publish(FILE, STATEMENT);
    const partPath = `${world.directory}/part`;
    await Deno.writeFile(partPath, change(FILE.slice(0, 100_000)));
    const outcome = await client.downloadPackage({
      server: world.server(machine),
      sha256: SHA256,
      size: FILE.length,
      partPath,
    });
    assertEquals(outcome, { ok: true, value: { statement: STATEMENT } });
    assertEquals(await Deno.readFile(partPath), FILE);
  });
}

for (
  const [name, position] of [
    ["first", 0],
    ["middle", FILE.length >> 1],
    ["last", FILE.length - 1],
  ] as const
) {
  Deno.test(`downloadPackage refuses a file whose ${name} byte was changed, and removes it, S-10`, async () => {
    await using directory = await temporaryDirectory();
    using lying = playServer(machine, async (line) => {
      await line.write(opening(FILE.length));
      await line.write(FILE.with(position, (FILE[position] ?? 0) ^ 1));
    });
    await refusesAndRemoves(lying.server, directory.path);
  });
}

Deno.test("downloadPackage refuses a file with one byte too many, and removes it, S-06", async () => {
  await using directory = await temporaryDirectory();
  using lying = playServer(machine, async (line) => {
    await line.write(opening(FILE.length));
    await line.write(FILE);
    await line.write(Uint8Array.of(0));
  });
  await refusesAndRemoves(lying.server, directory.path);
});

Deno.test("downloadPackage stops a server that never stops, S-06", async () => {
  await using directory = await temporaryDirectory();
  let sent = 0;
  using endless = playServer(machine, async (line) => {
    await line.write(opening(FILE.length));
    while (await line.write(FILE)) sent += FILE.length;
  });
  await refusesAndRemoves(endless.server, directory.path);
  assert(sent < 64 * 1_048_576, `${sent} bytes were taken`);
});

Deno.test("downloadPackage refuses a server that announces another size, S-06, S-07", async () => {
  for (const size of [FILE.length - 1, FILE.length + 1, 2 ** 50]) {
    await using directory = await temporaryDirectory();
    using lying = playServer(machine, async (line) => {
      await line.write(opening(size));
      await line.write(FILE);
    });
    await refusesAndRemoves(lying.server, directory.path);
  }
});

Deno.test("downloadPackage refuses statements of a wrong length before it takes a byte, S-08", async () => {
  for (const length of [0, 8_193, 2 ** 31, 2 ** 32 - 1]) {
    await using directory = await temporaryDirectory();
    using lying = playServer(machine, async (line) => {
      const answer = encodeAnswer({ word: "OK", bytes: FILE.length });
      await line.write(encodeFrame(answer, 1_024));
      const prefix = new Uint8Array(4);
      new DataView(prefix.buffer).setUint32(0, length);
      await line.write(prefix);
    });
    const outcome = await client.downloadPackage({
      server: lying.server,
      sha256: SHA256,
      size: FILE.length,
      partPath: `${directory.path}/part`,
    });
    assertEquals(faultOf(outcome).reason, "signature");
  }
});

Deno.test("downloadPackage of a package that is not there says so", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: SHA256,
    size: FILE.length,
    partPath: `${world.directory}/part`,
  });
  assertEquals(faultOf(outcome).reason, "package");
});

Deno.test("downloadPackage of a file that shrank on the server is cut, and the server goes on", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const sha256 = await world.house.publish(FILE, STATEMENT);
  const find = world.house.package.bind(world.house);
  world.house.package = async (sha256) => {
    const source = await find(sha256);
    return source === null ? null : { ...source, size: source.size + 10 };
  };
  const partPath = `${world.directory}/part`;
  const server = world.server(machine);
  const size = FILE.length + 10;
  const wish = { server, sha256, size, partPath };
  const outcome = await client.downloadPackage(wish);
  assertEquals(faultOf(outcome).reason, "network");
  assertEquals((await Deno.stat(partPath)).size, FILE.length);
  world.house.package = find;
  const again = await client.downloadPackage({ ...wish, size: FILE.length });
  assert(again.ok);
});

Deno.test("downloadPackage on a disk without space says so before it fills it, S-13", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const partPath = `${world.directory}/part`;
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: SHA256,
    size: 2 ** 50,
    partPath,
  });
  assertEquals(faultOf(outcome).reason, "disk");
  assertEquals(world.notes, []);
  assertEquals(await exists(partPath), false);
});

Deno.test("downloadPackage follows no link that somebody put where the part goes", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  await world.house.publish(FILE, STATEMENT);
  const partPath = `${world.directory}/part`;
  const other = `${world.directory}/other`;
  await Deno.writeTextFile(other, "untouched");
  await Deno.symlink(other, partPath);
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: SHA256,
    size: FILE.length,
    partPath,
  });
  assert(outcome.ok);
  assertEquals(await Deno.readTextFile(other), "untouched");
});

async function refusesAndRemoves(
  server: Parameters<typeof client.downloadPackage>[0]["server"],
  directory: string,
): Promise<void> {
  const partPath = `${directory}/part`;
  const outcome = await client.downloadPackage({
    server,
    sha256: SHA256,
    size: FILE.length,
    partPath,
  });
  assertEquals(faultOf(outcome).reason, "hash");
  assertEquals(await exists(partPath), false);
}

/** `[OK{size}]` and the statement, as a server begins. */
function opening(size: number): Parameters<Line["write"]>[0] {
  const answer = encodeFrame(encodeAnswer({ word: "OK", bytes: size }), 1_024);
  const statement = encodeFrame(STATEMENT, 8_192);
  return new Uint8Array([...answer, ...statement]);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}
