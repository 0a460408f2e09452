/**
 * The people of a machine against the list that its administrator makes: what
 * they may put into their own directories costs them their own lines only.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Disk } from "../../../lib/host/disk.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { FaultList } from "../../../lib/peo/faults.ts";
import { appImageSource } from "../../../lib/peo/sources/appimage.ts";
import { cargoSource } from "../../../lib/peo/sources/cargo.ts";
import { flatpakSource } from "../../../lib/peo/sources/flatpak.ts";
import {
  beginningOf,
  bytesOf,
} from "../../../lib/peo/sources/library_files.ts";
import { localSource } from "../../../lib/peo/sources/local.ts";
import { readNpmPackage } from "../../../lib/peo/sources/npm_package.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { valueOf } from "../unwrap.ts";
import {
  contextAt,
  faultsIn,
  inDirectory,
  namesIn,
  writeFiles,
} from "./library_context.ts";

/** Only the administrator can give a file to somebody. */
const isAdministrator = Deno.uid() === 0;

const PEOPLE = "home";
const HOME = `/${PEOPLE}/anna`;
const OTHER_HOME = `/${PEOPLE}/bo`;
const ADMINISTRATORS = `/${"root"}`;

/** An account like those of people. */
const UID = 12_345;

async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] })
    .output();
  assert(success);
}

/** A disk on which somebody puts a pipe in a file's place once it was looked at. */
function swappingDisk(path: string): Disk {
  const disk = realDisk();
  return {
    ...disk,
    stat: async (at) => {
      const stat = await disk.stat(at);
      if (at !== path) return stat;
      await Deno.remove(path);
      await makePipe(path);
      return stat;
    },
  };
}

/** What comes of it; "waits" when it waits for somebody to write. */
async function orWaits<T>(read: Promise<T>, pipe: string) {
  const late = Promise.withResolvers<"waits">();
  const timer = setTimeout(() => late.resolve("waits"), 2_000);
  try {
    const first = await Promise.race([read, late.promise]);
    // Whoever waits in it is let go.
    if (first === "waits") {
      (await Deno.open(pipe, { read: true, write: true })).close();
    }
    return first;
  } finally {
    clearTimeout(timer);
  }
}

Deno.test("bytesOf and beginningOf wait for no pipe that takes a file's place", () =>
  inDirectory(async (directory) => {
    for (const read of [bytesOf, beginningOf]) {
      const path = `${directory}/${read.name}`;
      await Deno.writeTextFile(path, "text");
      const faults = new FaultList("test");
      const looking = {
        context: { disk: swappingDisk(path), root: directory },
        faults,
      };
      const bytes = await orWaits(read(looking, `/${read.name}`, 9), path);
      assertEquals(bytes, null);
      assertEquals(faults.all().map(({ error }) => error), [
        `Cannot read "/${read.name}": it is no file`,
      ]);
    }
  }));

Deno.test("localSource waits for no pipe that takes a file's place", () =>
  inDirectory(async (directory) => {
    for (const name of ["VERSION", "tool"]) {
      await writeFiles(directory, { [`opt/${name}-1.0/${name}`]: "1.0" });
      const path = `${directory}/opt/${name}-1.0/${name}`;
      await Deno.chmod(path, 0o755);
      const context = { ...contextAt(directory), disk: swappingDisk(path) };
      const list = await orWaits(localSource().read(context), path);
      if (list === "waits") throw new Error(`It waits for ${name}`);
      assertEquals(faultsIn(list), []);
    }
  }));

Deno.test("localSource reads no version behind a link", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "root/secrets/app/package.json": '{"version":"53.cret"}',
      "opt/mine/bin/x": "",
    });
    await Deno.symlink("../../root/secrets", `${directory}/opt/mine/resources`);
    assertEquals(namesIn(await localSource().read(contextAt(directory))), []);
  }));

Deno.test("localSource keeps its programs when one file cannot be looked at", () =>
  inDirectory(async (directory) => {
    const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    await writeFiles(directory, {
      "opt/go/VERSION": "go1.22.1",
      "opt/mine/tool": elf,
    });
    const disk = realDisk();
    const context = {
      ...contextAt(directory),
      // As of a file system that belongs to one person (FUSE).
      disk: {
        ...disk,
        stat: (path: string) =>
          path.endsWith("/tool")
            ? Promise.reject(new Deno.errors.PermissionDenied("Not for root"))
            : disk.stat(path),
      },
    };
    assertEquals(namesIn(await localSource().read(context)), ["go 1.22.1"]);
  }));

Deno.test({
  name: "cargoSource and flatpakSource tell nothing of another's file that " +
    "a person's link leads to",
  ignore: !isAdministrator,
  fn: () =>
    inDirectory(async (directory) => {
      const account = '{"installs":{"secret 1.0.0 (x)":{},"topsecret":{}}}';
      await writeFiles(directory, {
        "root/x": account,
        "root/d/deploy": await deployed(),
      });
      const active = `${HOME}/.local/share/flatpak/app/org.a.B/x86_64/stable`;
      for (const path of [`${HOME}/.cargo`, active]) {
        await Deno.mkdir(directory + path, { recursive: true });
      }
      await Deno.chown(directory + HOME, UID, UID);
      const crates = `${directory}${HOME}/.cargo/.crates2.json`;
      await Deno.symlink(`${ADMINISTRATORS}/d`, `${directory}${active}/active`);
      const context = contextAt(directory, "linux", [HOME]);
      const tries = [
        () => Deno.symlink(`${ADMINISTRATORS}/x`, crates),
        () => Deno.link(`${directory}/root/x`, crates),
      ];
      for (const attempt of tries) {
        await attempt();
        const { programs, faults } = await cargoSource().read(context);
        assertEquals(programs, []);
        assertEquals(faults.map(({ error }) => error), [
          `Cannot read "${HOME}/.cargo/.crates2.json": ` +
          "it is somebody else's than the directory it was looked for in",
        ]);
        await Deno.remove(crates);
      }
      const apps = await flatpakSource().read(context);
      assertEquals(namesIn(apps), ["org.a.B "]);
      // One's own is told.
      await Deno.writeTextFile(crates, account);
      await Deno.chown(crates, UID, UID);
      const own = await cargoSource().read(context);
      assertEquals(namesIn(own), ["secret 1.0.0"]);
    }),
});

async function deployed(): Promise<Uint8Array> {
  const url = new URL("../fixtures/flatpak/app.deploy", import.meta.url);
  return await Deno.readFile(url);
}

Deno.test("cargoSource takes no more programs of one person than anybody has", () =>
  inDirectory(async (directory) => {
    const installs = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, at) => [`a${at} 1.0.0 (x)`, {}]),
    );
    await writeFiles(directory, {
      [`${HOME}/.cargo/.crates2.json`]: JSON.stringify({ installs }),
      [`${OTHER_HOME}/.cargo/.crates2.json`]:
        '{"installs":{"real 1.0.0 (x)":{}}}',
    });
    const homes = [HOME, OTHER_HOME];
    const list = await cargoSource().read(contextAt(directory, "linux", homes));
    assertEquals(list.programs.length, 2_001);
    assertEquals(list.programs.at(-1)?.name, "real");
    assertEquals(faultsIn(list), [
      `Only 2000 programs of "${HOME}/.cargo/.crates2.json" were looked at`,
    ]);
  }));

/** A disk on which each of these directories has endlessly many like it. */
function deepDisk(begins: string): { disk: Disk; listed: () => number } {
  const disk = realDisk();
  const kind = "directory" as const;
  let listed = 0;
  return {
    listed: () => listed,
    disk: {
      ...disk,
      stat: async (path) =>
        !path.startsWith(begins)
          ? await disk.stat(path)
          : path.endsWith("/active")
          ? null
          : { kind, size: 0, mode: 0o755, changedMs: 0 },
      async *list(path) {
        if (!path.startsWith(begins)) return yield* disk.list(path);
        for (let at = 0; at < 1_000; at++) {
          listed++;
          yield { name: `d${at}`, kind };
        }
      },
    },
  };
}

Deno.test("flatpakSource and appImageSource look at so many of one person's entries", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      [`${OTHER_HOME}/Downloads/Real-1.0.AppImage`]: await appImage(),
      [`${OTHER_HOME}/.local/share/flatpak/app/org.b.C/x86_64/stable/c/deploy`]:
        await deployed(),
    });
    await Deno.chmod(
      `${directory}${OTHER_HOME}/Downloads/Real-1.0.AppImage`,
      0o755,
    );
    await Deno.symlink(
      "c",
      `${directory}${OTHER_HOME}/.local/share/flatpak/app/org.b.C/x86_64/stable/active`,
    );
    for (const source of [flatpakSource(), appImageSource()]) {
      const { disk, listed } = deepDisk(directory + HOME);
      const context = contextAt(directory, "linux", [HOME, OTHER_HOME]);
      const list = await source.read({ ...context, disk });
      assert(listed() <= 10_100, `${source.name}: ${listed()}`);
      assertEquals(list.programs.length, 1, source.name);
      assertEquals(faultsIn(list), [
        `Only 10000 entries of what is in "${HOME}" were looked at`,
      ]);
    }
  }));

function appImage(): Promise<Uint8Array> {
  const bytes = new Uint8Array(5_000);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x41, 0x49, 2]);
  bytes[18] = 62;
  return Promise.resolve(bytes);
}

Deno.test("readNpmPackage reads an author of a million blanks at once", () => {
  const author = `Anna Ek${" ".repeat(200_000)}x`;
  const beganMs = performance.now();
  const read = readNpmPackage(utf8(JSON.stringify({ author })), "x");
  assertMatch(valueOf(read).supplier ?? "", /^Anna Ek +x$/);
  // A pattern that tries each blank anew takes 45 s.
  assert(performance.now() - beganMs < 15_000);
});
