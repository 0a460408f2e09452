/**
 * The source `npm`, an optional one: the packages that `npm install --global`
 * put on this machine, and what came with them. It is what `npm ls --global
 * --all` lists.
 *
 * Global is what the system's npm says it is: on Windows that is a directory
 * of each person, elsewhere one of the system. Packages of Node.js that a
 * distribution ships for its own programs, as below Debian's
 * `/usr/share/nodejs`, are its packages and not npm's.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  bytesOf,
  directoriesBelow,
  distinct,
  entriesOf,
  type Looking,
  placeOf,
} from "./library_files.ts";
import { npmPurl, readNpmPackage } from "./npm_package.ts";

/** The name of this source in a list. */
export const NPM_SOURCE = "npm";

/** The longest that anybody was seen to publish has a third of that. */
const PACKAGE_JSON_BYTES_MAX = 1_024 * 1_024;

/** Packages inside packages inside packages. */
const DEPTH_MAX = 64;

const PACKAGES_MAX = 100_000;

/** Fedora has a tree for each version of Node.js, `node_modules_22`. */
const TREE = /^node_modules(?:_\d{1,3})?$/;

const HOMES_OF_TREES: Readonly<Record<string, readonly string[]>> = {
  linux: ["/usr/lib", "/usr/local/lib"],
  darwin: ["/usr/local/lib", "/opt/homebrew/lib"],
  windows: ["C:/Program Files/nodejs"],
};

/** The source. */
export function npmSource(): Source {
  return {
    name: NPM_SOURCE,
    systems: ["linux", "darwin", "windows"],
    isOptional: true,
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(NPM_SOURCE);
  const looking = { context, faults };
  const { system } = context.machine;
  const homes = HOMES_OF_TREES[system] ?? [];
  const people = system === "windows"
    ? context.homes.map((home) => `${home}/AppData/Roaming/npm`)
    : [];
  const trees: string[] = [];
  for (const home of [...homes, ...people]) {
    trees.push(...await directoriesBelow(looking, home, [TREE]));
  }
  return await readNpmTrees(looking, trees);
}

/** The packages of these `node_modules`, each name and version once. */
export async function readNpmTrees(
  looking: Looking,
  trees: readonly string[],
): Promise<SourceList> {
  const walk = new Walk(looking);
  for (const tree of await distinct(looking, trees)) await walk.tree(tree, 1);
  return { programs: walk.programs(), faults: looking.faults.all() };
}

class Walk {
  readonly #looking: Looking;
  readonly #programs = new Map<string, ListedProgram>();
  /** Packages and trees that were looked at, for links may lead in circles. */
  readonly #seen = new Set<string>();
  #isFull = false;

  constructor(looking: Looking) {
    this.#looking = looking;
  }

  programs(): ListedProgram[] {
    return [...this.#programs.values()];
  }

  /** A `node_modules` directory. */
  async tree(path: string, depth: number): Promise<void> {
    const place = await placeOf(this.#looking, path);
    if (place?.kind !== "directory" || !this.#isNew(place.path)) return;
    if (depth > DEPTH_MAX) {
      this.#looking.faults.add(
        `Packages more than ${DEPTH_MAX} deep were not looked at, ` +
          `in ${describe(path)}`,
      );
      return;
    }
    for (const { name, kind } of await entriesOf(this.#looking, place.path)) {
      if (!isPackages(name, kind)) continue;
      const inner = `${place.path}/${name}`;
      if (!name.startsWith("@")) {
        await this.#package(inner, name, depth);
        continue;
      }
      for (const each of await entriesOf(this.#looking, inner)) {
        if (!isPackages(each.name, each.kind)) continue;
        const scoped = `${name}/${each.name}`;
        await this.#package(`${inner}/${each.name}`, scoped, depth);
      }
    }
  }

  /** A package, and the tree inside it. */
  async #package(path: string, name: string, depth: number): Promise<void> {
    const place = await placeOf(this.#looking, path);
    if (place?.kind !== "directory" || !this.#isNew(place.path)) return;
    await this.#list(place.path, name);
    await this.tree(`${place.path}/node_modules`, depth + 1);
  }

  async #list(path: string, directory: string): Promise<void> {
    const { faults } = this.#looking;
    const file = `${path}/package.json`;
    const bytes = await bytesOf(this.#looking, file, PACKAGE_JSON_BYTES_MAX);
    if (bytes === null) return; // No package: npm lists no version of it.
    const read = readNpmPackage(bytes, directory);
    if (!read.ok) {
      faults.add(`Cannot read ${describe(file)}: ${read.fault}`);
      return;
    }
    const { name, version } = read.value;
    const program = listed({
      source: NPM_SOURCE,
      ...read.value,
      purl: npmPurl(name, version),
    }, faults);
    if (program === null) return;
    const key = `${program.name}\0${program.version}`;
    if (!this.#programs.has(key)) this.#programs.set(key, program);
  }

  #isNew(path: string): boolean {
    if (this.#seen.has(path)) return false;
    // A package counts twice, for the tree that may be in it.
    if (this.#seen.size >= 2 * PACKAGES_MAX) {
      if (!this.#isFull) {
        this.#looking.faults.add(
          `Only ${PACKAGES_MAX} packages were looked at`,
        );
      }
      this.#isFull = true;
      return false;
    }
    this.#seen.add(path);
    return true;
  }
}

/** May it be a package, or the directory of a scope? */
function isPackages(name: string, kind: string): boolean {
  return !name.startsWith(".") && (kind === "directory" || kind === "symlink");
}
