/**
 * A machine to install on: a directory with the programs, the installer's
 * state and the downloaded packages, and the questions that the tests of
 * crashes and faults ask of it.
 *
 * @module
 */

import { assertEquals, assertMatch, equal } from "@std/assert";
import type { Clock } from "../../lib/host/clock.ts";
import type { Disk } from "../../lib/host/disk.ts";
import { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import {
  DISK,
  goodPackage,
  PUBLISHERS,
  type Sample,
  treeOf,
} from "../ieo/samples.ts";

/** The wall clock of every test, in milliseconds since 1970. */
export const NOW_MS = 1_700_000_000_000;

const CLOCK: Clock = {
  monotonicMs: () => 0,
  wallMs: () => NOW_MS,
  after: () => () => {},
};

/** Two versions of one program; they share no file's content. */
export const V1 = goodPackage(
  { "bin/tool": "one\n", "readme": "first\n" },
  { name: "tool", version: "1.0", serial: 1 },
);
export const V2 = goodPackage(
  { "bin/tool": "two\n", "data/new": "second\n" },
  { name: "tool", version: "2.0", serial: 2 },
);

/** The first version again, published anew with another content. */
export const V1_ANEW = goodPackage(
  { "bin/tool": "one\n", "readme": "FIRST\n" },
  { name: "tool", version: "1.0", serial: 3 },
);

/** A state of the machine: which of the packages is there, or `none`. */
export type Holding = "none" | "V1" | "V2" | "V1 anew";

/** The version that the machine owns in each of its states. */
export const VERSION_OF: Readonly<Record<Holding, string | null>> = {
  "none": null,
  "V1": "1.0",
  "V2": "2.0",
  "V1 anew": "1.0",
};

/** The program's files in each state, without ours. */
const FILES_OF: Readonly<Record<Holding, Record<string, string>>> = {
  "none": {},
  "V1": { "bin/": "", "bin/tool": "one\n", "readme": "first\n" },
  "V2": {
    "bin/": "",
    "bin/tool": "two\n",
    "data/": "",
    "data/new": "second\n",
  },
  "V1 anew": { "bin/": "", "bin/tool": "one\n", "readme": "FIRST\n" },
};

export class House {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get root(): string {
    return `${this.directory}/programs`;
  }
  get state(): string {
    return `${this.directory}/state`;
  }

  open(
    disk: Disk = DISK,
    onTrouble?: (sentence: string) => void,
  ): Promise<Installer> {
    return Installer.open({
      disk,
      clock: CLOCK,
      root: this.root,
      state: this.state,
      ...(onTrouble === undefined ? {} : { onTrouble }),
    });
  }

  /** Puts the package where a download would, and asks for its install. */
  async install(
    installer: Installer,
    sample: Sample,
    order: bigint,
    {
      attempt = 1,
      publishers = PUBLISHERS,
      statement = sample.statement,
    }: {
      attempt?: number;
      publishers?: PublishersList;
      statement?: Uint8Array;
    } = {},
  ): Promise<Result> {
    const packagePath = `${this.directory}/${sample.ordered.sha256}.ieo`;
    Deno.writeFileSync(packagePath, sample.bytes);
    return await installer.install({
      order: { order, attempt, ...sample.ordered },
      packagePath,
      statement,
      publishers,
    });
  }

  /** Everything below the root, without what only the installer reads. */
  programTree(): Record<string, string> {
    const tree = treeOf(this.root);
    return Object.fromEntries(
      Object.entries(tree).filter(([path]) =>
        !path.endsWith("/ieo.json") && !path.endsWith("/ieo.installed.json")
      ),
    );
  }

  /** What works on the machine now, whatever else lies about. */
  working(): Holding {
    const tree = this.programTree();
    const link = tree["tool/current"];
    if (link === undefined) return "none";
    const place = `tool/${link.slice("-> ".length)}/`;
    const files = Object.fromEntries(
      Object.entries(tree)
        .filter(([path]) => path.startsWith(place) && path !== place)
        .map(([path, text]) => [path.slice(place.length), text]),
    );
    for (const holding of ["V1", "V2", "V1 anew"] as const) {
      if (equal(files, FILES_OF[holding])) return holding;
    }
    throw new Error(`Neither old nor new works: ${JSON.stringify(tree)}`);
  }

  /** As `working`, and there is nothing else: no stray file, no trace. */
  soleHolding(): Holding {
    const holding = this.working();
    assertEquals(this.programTree(), {
      ".staging/": "",
      ".trash/": "",
      ...treeWith(holding),
    });
    const state = Object.keys(treeOf(this.state)).sort();
    assertEquals(state, ["installer.lock", "journal"]);
    return holding;
  }

  /** A copy of this house, as it stands. */
  copyTo(directory: string): House {
    copyTree(this.directory, directory);
    return new House(directory);
  }
}

function treeWith(holding: Holding): Record<string, string> {
  const version = VERSION_OF[holding];
  if (version === null) return {};
  const files = Object.entries(FILES_OF[holding]);
  return {
    "tool/": "",
    "tool/current": `-> ${version}`,
    [`tool/${version}/`]: "",
    ...Object.fromEntries(
      files.map(([path, text]) => [`tool/${version}/${path}`, text]),
    ),
  };
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const entry of Deno.readDirSync(from)) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isSymlink) Deno.symlinkSync(Deno.readLinkSync(source), target);
    else if (entry.isDirectory) copyTree(source, target);
    else Deno.copyFileSync(source, target);
  }
}

/** Calls `use` with an empty house, and removes it. */
export async function withHouse<T>(
  use: (house: House) => Promise<T>,
): Promise<T> {
  return await withHouseIn(undefined, use);
}

/**
 * As `withHouse`, in memory where the system has such a directory: for the
 * tests that build thousands of houses and sync none of them.
 */
export async function withSwiftHouse<T>(
  use: (house: House) => Promise<T>,
): Promise<T> {
  return await withHouseIn(SWIFT, use);
}

const SWIFT = existsDirectory("/dev/shm") ? "/dev/shm" : undefined;

function existsDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

async function withHouseIn<T>(
  dir: string | undefined,
  use: (house: House) => Promise<T>,
): Promise<T> {
  const directory = await Deno.makeTempDir({
    prefix: "flottille-",
    ...(dir === undefined ? {} : { dir }),
  });
  try {
    return await use(new House(directory));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Calls `use` with an installer in an empty house. */
export async function withInstaller(
  use: (installer: Installer, house: House) => Promise<void>,
  inHouse = withHouse,
): Promise<void> {
  await inHouse(async (house) => {
    const installer = await house.open();
    try {
      await use(installer, house);
    } finally {
      await installer.close();
    }
  });
}

/** An order to remove `tool`. */
export const removal = (order: bigint, version = "*", attempt = 1) => (
  { order, attempt, name: "tool", version }
);

/** Fails unless the order was refused with this word and sentence. */
export function assertRefused(
  result: Result,
  reason: string,
  says: RegExp,
): void {
  if (result.ok) throw new Error("It was done");
  assertEquals(result.reason, reason);
  assertMatch(result.detail, says);
}
