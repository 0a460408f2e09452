/**
 * No old package comes back without its publisher's word, whoever orders it;
 * and a thief's serial closes no name for ever.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import type { InstallerOptions } from "../../lib/install/installer.ts";
import {
  DOWNGRADES_MAX,
  Floors,
  FLOORS_MAX,
  UsedDowngrades,
} from "../../lib/install/journal/floors.ts";
import { signDowngrade } from "../../lib/trust/downgrade.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import { PUBLISHER, STRANGER } from "../ieo/samples.ts";
import {
  assertRefused,
  done,
  NOW_MS,
  removal,
  V1,
  V2,
  V3,
  wayBack,
  withHouse,
  withInstaller,
} from "./house.ts";
import { programOf, publishersOf } from "./packages.ts";

/** A statement for going back to these versions, as it is asked for. */
function statementFor(
  versions: readonly string[],
  { expires = "2023-12-01T00:00:00Z", name = "tool", by = PUBLISHER }: {
    readonly expires?: string;
    readonly name?: string;
    readonly by?: KeyPair;
  } = {},
) {
  const issued = "2023-11-01T00:00:00Z";
  const bytes = signDowngrade(by, {
    format: 1,
    name,
    versions,
    issued,
    expires,
  });
  return { downgrade: () => Promise.resolve(bytes) };
}

Deno.test("Installer refuses a lower serial, however it is ordered, I-16", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    const says = /serial is 1 and serial 2 was installed here; its publisher/;
    const bare = await house.install(installer, V1, 3n);
    assertRefused(bare, "downgrade", says);
    const asked = await house.install(installer, V1, 4n, {
      downgrade: () => Promise.resolve(null),
    });
    assertRefused(asked, "downgrade", says);
    assertEquals(house.holds(), "V2, V1 kept");
  });
});

Deno.test("Installer remembers the highest serial over removals and restarts, I-16", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V2, 1n);
    await first.remove(removal(2n));
    await first.close();
    const second = await house.open();
    const refused = await house.install(second, V1, 3n);
    assertRefused(refused, "downgrade", /serial 2 was installed here/);
    assertEquals(await house.install(second, V2, 4n), done("2.0"));
    await second.close();
  });
});

Deno.test("Installer takes what is in use for the highest serial when the journal was lost, I-16", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V2, 1n);
    await first.close();
    await Deno.remove(`${house.state}/journal`);
    const second = await house.open();
    const refused = await house.install(second, V1, 2n);
    assertRefused(refused, "downgrade", /serial 2 was installed here/);
    await second.close();
  });
});

Deno.test("Installer goes back once with a downgrade statement, I-16", async () => {
  await withHouse(async (house) => {
    const first = await house.open();
    await house.install(first, V1, 1n);
    await house.install(first, V2, 2n);
    const once = statementFor(["0.9", "1.0"]);
    assertEquals(await house.install(first, V1, 3n, once), done("1.0"));
    assertEquals(house.holds(), "V1, V2 kept");
    await house.install(first, V2, 4n);
    await first.close();
    // Over a restart, which compacts the journal.
    const second = await house.open();
    const twice = await house.install(second, V1, 5n, once);
    assertRefused(twice, "downgrade", /was used on this machine before/);
    const other = statementFor(["1.0"], { expires: "2023-12-02T00:00:00Z" });
    assertEquals(await house.install(second, V1, 6n, other), done("1.0"));
    await second.close();
  });
});

const USELESS = [
  ["expired", { expires: "2023-11-10T00:00:00Z" }, ["1.0"], /expired at/],
  ["for another version", {}, ["0.9"], /is not for tool 1.0/],
  ["for another program", { name: "other" }, ["1.0"], /is not for tool 1.0/],
  ["of a stranger", { by: STRANGER }, ["1.0"], /signed by somebody who is not/],
] as const;
for (const [what, options, versions, says] of USELESS) {
  Deno.test(`Installer does not go back with a downgrade statement ${what}, I-16`, async () => {
    await withInstaller(async (installer, house) => {
      await house.install(installer, V2, 1n);
      const statement = statementFor(versions, options);
      const refused = await house.install(installer, V1, 2n, statement);
      assertRefused(refused, "downgrade", says);
      assertEquals(house.holds(), "V2");
    });
  });
}

Deno.test("Installer does not use up a downgrade statement with an install that failed, I-16", async () => {
  await withHouse(async (house) => {
    let isFull = false;
    const disk = {
      ...realDisk(),
      symlink: (target: string, path: string) =>
        isFull
          ? Promise.reject(Object.assign(new Error("Full"), { code: "ENOSPC" }))
          : realDisk().symlink(target, path),
    };
    const installer = await house.open(disk);
    await house.install(installer, V2, 1n);
    const once = statementFor(["1.0"]);
    isFull = true;
    const failed = await house.install(installer, V1, 2n, once);
    assertRefused(failed, "disk", /Full/);
    isFull = false;
    assertEquals(await house.install(installer, V1, 3n, once), done("1.0"));
    await installer.close();
  });
});

Deno.test("Installer repairs a version below the highest serial, and goes back a step, I-16", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, V2, 2n);
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    await Deno.remove(`${house.root}/tool/current/readme`);
    assertEquals(await house.install(installer, V1, 4n), done("1.0"));
    assertEquals(house.holds(), "V1, V2 kept");
  });
});

Deno.test("Installer forgets the serials of a key that was revoked, and not those of the others, K-10", async () => {
  await withInstaller(async (installer, house) => {
    const both = { publishers: publishersOf([PUBLISHER, STRANGER]) };
    await house.install(installer, V2, 1n, both);
    const stolen = programOf(
      { "bin/tool": "#!evil\n" },
      { version: "9.0", serial: Number.MAX_SAFE_INTEGER },
      {},
      STRANGER,
    );
    assertEquals(await house.install(installer, stolen, 2n, both), done("9.0"));
    const shut = await house.install(installer, V3, 3n, both);
    assertRefused(shut, "downgrade", /serial 9007199254740991 was installed/);
    const revoked = {
      publishers: publishersOf([PUBLISHER, STRANGER], [STRANGER]),
    };
    const low = await house.install(installer, V1, 4n, revoked);
    assertRefused(low, "downgrade", /serial 2 was installed here/);
    // The next normal serial, revoked or only taken off the list.
    assertEquals(await house.install(installer, V3, 5n), done("3.0"));
  });
});

Deno.test("Installer judges expiry by the latest moment that it knows, N-02", async () => {
  await withHouse(async (house) => {
    const wallMs = () => 0; // 1970.
    const clock = { monotonicMs: wallMs, wallMs, after: () => () => {} };
    const options: Partial<InstallerOptions> = { clock };
    const installer = await house.open(realDisk(), options);
    await house.install(installer, V2, 1n);
    const publishers = {
      ...publishersOf([PUBLISHER]),
      issued: "2023-12-24T00:00:00Z",
    };
    const late = await house.install(installer, V1, 2n, {
      ...statementFor(["1.0"]),
      publishers,
    });
    assertRefused(late, "downgrade", /expired at/);
    await installer.close();
  });
});

Deno.test("Floors never fall, and keep those that were raised last", () => {
  const floors = new Floors();
  floors.raise({ name: "a", publisher: "p", serial: 5 });
  floors.raise({ name: "a", publisher: "p", serial: 3 });
  floors.raise({ name: "a", publisher: "q", serial: 1 });
  assertEquals(floors.of("a").map(({ serial }) => serial), [5, 1]);
  for (let n = 0; n < FLOORS_MAX - 1; n++) {
    floors.raise({ name: `n${n}`, publisher: "p", serial: 1 });
  }
  assertEquals(floors.all().length, FLOORS_MAX);
  assertEquals(floors.of("a").map(({ serial }) => serial), [1]);
});

Deno.test("UsedDowngrades forget the one that expires first", () => {
  const used = new UsedDowngrades();
  for (let n = 1; n <= DOWNGRADES_MAX; n++) {
    used.take({ statement: `${n}`, expiresMs: NOW_MS + n });
  }
  assertEquals(used.isFull(NOW_MS), true);
  assertEquals(used.isFull(NOW_MS + 1), false);
  used.take({ statement: "more", expiresMs: NOW_MS + 9_999 });
  assertEquals([used.has("1"), used.has("2"), used.has("more")], [
    false,
    true,
    true,
  ]);
  assertEquals(used.all().length, DOWNGRADES_MAX);
});
