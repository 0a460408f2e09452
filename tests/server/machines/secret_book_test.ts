/** Enrolment secrets that change: the files on disk, and the server's book. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { realHost } from "../../../lib/host/real.ts";
import { decodeJoinFile } from "../../../lib/trust/join_file.ts";
import { loadFleet } from "../../../lib/server/fleet/fleet.ts";
import { pathOf } from "../../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import {
  rotateSecret,
  type Rotation,
} from "../../../lib/server/fleet/rotate_secret.ts";
import { SecretBook } from "../../../lib/server/machines/secret_book.ts";
import type { Write } from "../../../lib/server/store/store.ts";
import { valueOf } from "../../peo/unwrap.ts";
import { inDirectory } from "../temporary.ts";

const host = realHost();
const { disk } = host;

const AT_ONCE: Rotation = { expiresMs: null, usesMax: null, keepMs: 0 };
const WEEK_MS = 7 * 86_400_000;

/** A fleet on the disk, and a book that has read it. */
async function withBook(
  test: (bench: {
    readonly directory: string;
    readonly book: SecretBook;
    readonly uses: Map<string, number>;
    readonly writes: Write[];
    rotate(rotation: Rotation): ReturnType<typeof rotateSecret>;
  }) => Promise<void>,
) {
  await inDirectory(async (parent) => {
    const directory = `${parent}/fleet`;
    await initFleet({ host, directory });
    const fleet = await loadFleet(disk, directory);
    const uses = new Map<string, number>();
    const writes: Write[] = [];
    const commit = (some: readonly Write[]) =>
      Promise.resolve(void writes.push(...some));
    const book = new SecretBook({
      ...{ disk, directory, fleet, uses, writer: { commit } },
    });
    const rotate = (rotation: Rotation) =>
      rotateSecret({ host, directory, rotation });
    await test({ directory, book, uses, writes, rotate });
  });
}

Deno.test("rotateSecret puts a new secret into both files, and the fleet loads", async () => {
  await withBook(async ({ directory, book, rotate }) => {
    const [before] = book.held;
    const { id, gone, kept } = await rotate(AT_ONCE);
    assertEquals([gone, kept], [[before?.id], []]);
    const fleet = await loadFleet(disk, directory);
    assertEquals(fleet.secrets.map(({ id }) => id), [id]);
    const path = pathOf(directory, "join");
    const join = valueOf(decodeJoinFile(await disk.readFile(path, 10_000)));
    const [{ secret } = { secret: null }] = fleet.secrets;
    assertEquals<unknown>(join.enrolment, { id, secret });
    for (const file of ["join", "enrolment"] as const) {
      const { mode = 0 } = await Deno.stat(pathOf(directory, file));
      assertEquals((mode ?? 0) & 0o777, 0o600, file);
    }
  });
});

Deno.test("rotateSecret keeps those before for as long as is wanted, no longer", async () => {
  await withBook(async ({ directory, book, rotate }) => {
    const [before] = book.held;
    const short = { expiresMs: 1_000, usesMax: 30, keepMs: WEEK_MS };
    const first = await rotate(short);
    assertEquals(first.kept, [before?.id]);
    const second = await rotate({ ...short, keepMs: 2 * WEEK_MS });
    assertEquals(second.kept, [first.id, before?.id]);
    const { secrets } = await loadFleet(disk, directory);
    const [, ofFirst, ofBefore] = secrets;
    const nowMs = Date.now();
    // What ends sooner goes on to end then.
    assert((ofFirst?.expiresMs ?? Infinity) <= nowMs + 1_000);
    assert((ofBefore?.expiresMs ?? Infinity) <= nowMs + WEEK_MS);
    assertEquals(ofFirst?.usesMax, 30);
  });
});

Deno.test("rotateSecret changes nothing where the join file cannot be used", async () => {
  await withBook(async ({ directory, book, rotate }) => {
    await Deno.writeTextFile(pathOf(directory, "join"), "{");
    await assertRejects(() => rotate(AT_ONCE), Error, "Cannot use");
    const { secrets } = await book.reload();
    assertEquals(secrets.map(({ id }) => id), book.held.map(({ id }) => id));
    assertEquals(secrets.length, 1);
  });
});

Deno.test("SecretBook takes the file anew, tells the journal, and counts on", async () => {
  await withBook(async ({ book, uses, writes, rotate }) => {
    const before = book.view();
    const { id } = await rotate({ ...AT_ONCE, usesMax: 2 });
    assertEquals(book.view(), before);
    uses.set(id, 1);
    assertEquals(await book.reload(), {
      secrets: [{ id, expiresAt: null, usesMax: 2, uses: 1 }],
    });
    assertEquals(book.held.map(({ id }) => id), [id]);
    const [told, ground] = writes;
    if (told?.kind !== "audit" || ground?.kind !== "meta") {
      throw new Error(JSON.stringify(writes));
    }
    assertEquals(told.event.what, "secrets");
    assert(JSON.stringify(told.event.facts).includes(id));
    assert(ground.value.includes(id));
  });
});

Deno.test("SecretBook goes on with what it has when the file is wrong", async () => {
  await withBook(async ({ directory, book, writes }) => {
    const before = book.view();
    await Deno.writeTextFile(pathOf(directory, "enrolment"), "[]");
    await assertRejects(() => book.reload(), Error, "malformed");
    assertEquals(book.view(), before);
    assertEquals(writes, []);
  });
});
