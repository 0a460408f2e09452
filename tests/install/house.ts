/**
 * A machine to install on: a directory with the programs, their commands, the
 * installer's state, the package manager's memory and the downloaded packages;
 * and the questions that the tests of crashes and faults ask of it.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Clock } from "../../lib/host/clock.ts";
import type { Disk } from "../../lib/host/disk.ts";
import {
  Installer,
  type InstallerOptions,
  type InstallRequest,
} from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import type { InstallOrder } from "../../lib/sep/server_api.ts";
import { DISK, type Sample, treeOf } from "../ieo/samples.ts";
import { FakeManager, FakeProcesses, type Held } from "./fake_machine.ts";
import { copyTree, existsDirectory } from "./directories.ts";
import { PUBLISHERS, V1, V1_ANEW, V2, V3 } from "./packages.ts";

export { V1, V1_ANEW, V2, V3 } from "./packages.ts";

/** The wall clock of every test, in milliseconds since 1970. */
export const NOW_MS = 1_700_000_000_000;

const CLOCK: Clock = {
  monotonicMs: () => 0,
  wallMs: () => NOW_MS,
  after: () => () => {},
};

/** A tree of texts; a directory ends in a slash. */
export type TextTree = Readonly<Record<string, string>>;

export class House {
  readonly directory: string;
  /** Of the installer that was opened last. */
  processes: FakeProcesses = new FakeProcesses(DISK);

  constructor(directory: string) {
    this.directory = directory;
  }

  get root(): string {
    return `${this.directory}/programs`;
  }
  get state(): string {
    return `${this.directory}/state`;
  }
  get commands(): string {
    return `${this.directory}/commands`;
  }
  get manager(): string {
    return `${this.directory}/manager.json`;
  }

  open(
    disk: Disk = DISK,
    options: Partial<InstallerOptions> = {},
  ): Promise<Installer> {
    this.processes = new FakeProcesses(disk);
    return Installer.open({
      disk,
      clock: CLOCK,
      root: this.root,
      state: this.state,
      processes: this.processes,
      natives: new FakeManager(disk, this.manager),
      facts: () => ({
        os: "linux",
        architecture: "x86_64",
        distribution: "debian",
        distributionVersion: "12",
      }),
      agentVersion: "1.0",
      commandsDirectory: this.commands,
      ...options,
    });
  }

  /** Puts the package where a download would, and asks for its install. */
  async install(
    installer: Installer,
    sample: Sample,
    order: bigint,
    { attempt = 1, ...request }:
      & { attempt?: number }
      & Partial<InstallRequest> = {},
  ): Promise<Result> {
    const packagePath = `${this.directory}/${sample.ordered.sha256}.ieo`;
    Deno.writeFileSync(packagePath, sample.bytes);
    return await installer.install({
      order: { order, attempt, ...sample.ordered },
      packagePath,
      statement: sample.statement,
      publishers: PUBLISHERS,
      ...request,
    });
  }

  /** Changes a file of a program's version in use, as its owner would. */
  change(path: string, text: string, name = "tool"): void {
    Deno.writeTextFileSync(`${this.root}/${name}/current/${path}`, text);
  }

  /** What the system's package manager holds. */
  held(): Held {
    try {
      return JSON.parse(Deno.readTextFileSync(this.manager));
    } catch {
      return {};
    }
  }

  /** The commands and where they lead, without the house's own path. */
  links(): Record<string, string> {
    const tree = existsDirectory(this.commands) ? treeOf(this.commands) : {};
    return Object.fromEntries(
      Object.entries(tree).map(([name, text]) => [
        name,
        text.replace(`-> ${this.root}/`, ""),
      ]),
    );
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

  /**
   * All that an order may change, to the last file, without what tells one
   * transaction from another.
   */
  snapshot(): Record<string, unknown> {
    const tree = treeOf(this.root);
    for (const path of Object.keys(tree)) {
      if (path.endsWith("/ieo.installed.json")) tree[path] = "record";
    }
    const state = Object.keys(treeOf(this.state)).sort();
    assertEquals(state, ["installer.lock", "journal"]);
    return { tree, links: this.links(), held: this.held() };
  }

  /** What works on the machine now, whatever else lies about. */
  working(name = "tool"): Record<string, string> | null {
    const tree = this.programTree();
    const link = tree[`${name}/current`];
    if (link === undefined) return null;
    const place = `${name}/${link.slice("-> ".length)}/`;
    if (!Object.hasOwn(tree, place)) return null;
    return Object.fromEntries(
      Object.entries(tree)
        .filter(([path]) => path.startsWith(place) && path !== place)
        .map(([path, text]) => [path.slice(place.length), text]),
    );
  }

  /**
   * The plain packages that are there, and nothing else: no stray file, no
   * trace. `V2, V1 kept`, or `none`.
   */
  holds(): string {
    const tree = this.programTree();
    const left = new Set(Object.keys(tree));
    for (const path of [".staging/", ".trash/", ".kept/", "tool/"]) {
      left.delete(path);
    }
    left.delete("tool/current");
    const inUse = tree["tool/current"]?.slice("-> ".length);
    const found: string[] = [];
    for (const [label, { ordered: { version }, files }] of PLAIN) {
      const place = `tool/${version}/`;
      const isThis = Object.entries(files).every(([path, text]) =>
        tree[`${place}${path}`] === text
      );
      if (!isThis) continue;
      for (const path of Object.keys(files)) left.delete(`${place}${path}`);
      for (const path of left) {
        if (path.startsWith(place) && path.endsWith("/")) left.delete(path);
      }
      if (version === inUse) found.unshift(label);
      else found.push(`${label} kept`);
    }
    assertEquals([...left], [], "There are strays");
    this.snapshot(); // Looks at the state directory as well.
    return found.join(", ") || "none";
  }

  /** A copy of this house, as it stands. */
  copyTo(directory: string): House {
    copyTree(this.directory, directory, [this.directory, directory]);
    return new House(directory);
  }
}

const PLAIN = Object.entries({ V1, V2, V3, "V1 anew": V1_ANEW });

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

/** An order to go back. */
export const wayBack = (
  order: bigint,
  version = "*",
  attempt = 1,
): InstallOrder => (
  { ...removal(order, version, attempt), sha256: "0".repeat(64), size: 0 }
);

/** The result of an order that was done. */
export const done = (version: string, note = ""): Result => (
  { ok: true, version, note }
);

/** Fails unless the order was refused with this word and sentence. */
export function assertRefused(
  result: Result,
  reason: string,
  says: RegExp,
): void {
  if (result.ok) throw new Error("It was done");
  assertEquals(result.reason, reason, result.detail);
  assertMatch(result.detail, says);
}
