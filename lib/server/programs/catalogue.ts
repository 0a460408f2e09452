/**
 * The catalogue: the programs that can be installed. What is published is
 * verified as a machine would verify it, before it counts; what is served is
 * looked at again (B-08).
 *
 * A package is named by the hash of its bytes, on the disk as on the wire, so
 * it does not matter where a machine gets it from.
 *
 * @module
 */

import { join } from "node:path";
import type { Clock } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import type { Manifest } from "../../ieo/manifest/types.ts";
import { openPackage } from "../../ieo/open.ts";
import { verifyPackageFile } from "../../ieo/verify.ts";
import type { PackageSource } from "../../sip/doors.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import type { Publishers } from "../../trust/publishers.ts";
import {
  openStatement,
  type SignedStatement,
  STATEMENT_FAULTS,
} from "../../trust/statement.ts";
import type { ProgramState, ProgramView } from "../shapes/api_schema.ts";
import { syncFile } from "../store/disk_sync.ts";
import type { Log } from "../../host/log.ts";
import { isoOf } from "../shapes/moments.ts";
import { PackageCheck } from "./package_check.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import { factsOf, faultOfPublication } from "./publication.ts";
import { receiveFile } from "./receive_file.ts";
import type { Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";

/** What the catalogue needs. */
export interface CatalogueOptions {
  readonly disk: Disk;
  /** Where the packages are; it is there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly writer: Writer;
  readonly publishers: Publishers;
  readonly log: Log;
}

/** Why a package was not published. */
export interface PublishFault {
  /** `malformed`: the package; `conflict`: it does not fit to the others. */
  readonly kind: "malformed" | "conflict";
  /** A sentence. */
  readonly error: string;
}

/** All published programs. */
export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #check: PackageCheck;
  /** By the hash of the package. */
  readonly #all: Map<string, ProgramRecord>;
  /** One publication at a time: they are judged by what is there. */
  readonly #turns = new Turns();
  #isClosed = false;

  private constructor(
    options: CatalogueOptions,
    programs: readonly ProgramRecord[],
  ) {
    this.#options = options;
    this.#check = new PackageCheck(options.disk, options.directory);
    this.#all = new Map(programs.map((program) => [program.sha256, program]));
  }

  /** Tidies the directory, and begins to check the packages. */
  static async open(
    options: CatalogueOptions,
    programs: readonly ProgramRecord[],
  ): Promise<Catalogue> {
    const catalogue = new Catalogue(options, programs);
    await catalogue.#tidy();
    void catalogue.#check.patrol(programs, {
      ...options,
      isStopped: () => catalogue.#isClosed,
    });
    return catalogue;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The program of this name and version; of the highest serial without. */
  find(name: string, version: string | null): ProgramRecord | null {
    let found: ProgramRecord | null = null;
    for (const program of this.#all.values()) {
      if (program.name !== name) continue;
      if (version !== null && program.version !== version) continue;
      if (found === null || program.serial > found.serial) found = program;
    }
    return found;
  }

  /** The program whose package has this hash. */
  get(sha256: string): ProgramRecord | null {
    return this.#all.get(sha256) ?? null;
  }

  /**
   * How long the hooks of this version may take, milliseconds; of `*`, those
   * of whichever published version takes longest.
   */
  deadlinesMs(name: string, version: string): number {
    return this.records()
      .filter((program) =>
        program.name === name &&
        (version === ANY_VERSION || version === program.version)
      )
      .reduce((ms, { facts }) => Math.max(ms, facts.deadlinesMs), 0);
  }

  /** What can be said at once of the program's file. */
  stateOf(program: ProgramRecord): Promise<ProgramState> {
    return this.#check.look(program);
  }

  /** By name and serial. */
  records(): ProgramRecord[] {
    return [...this.#all.values()].sort((a, b) =>
      a.name === b.name ? a.serial - b.serial : a.name < b.name ? -1 : 1
    );
  }

  /** As fronts show them, with what the disk says of each. */
  views(): Promise<ProgramView[]> {
    return Promise.all(
      this.records().map((program) => this.#view(program)),
    );
  }

  /** The package of this hash, opened; null when it may not be served. */
  async open(sha256: string): Promise<PackageSource | null> {
    const program = this.#all.get(sha256);
    if (program === undefined) return null;
    if (await this.#check.assure(program) !== "ok") return null;
    const path = this.#check.pathOf(sha256);
    const file = await this.#options.disk.open(path, { read: true });
    return { statement: program.statement, size: program.size, file };
  }

  /** A machine says that the bytes of this package are others. */
  async doubt(sha256: string): Promise<void> {
    const program = this.#all.get(sha256);
    if (program !== undefined) await this.#check.doubt(program);
  }

  /**
   * Takes a package in. Nothing counts before all of it is verified; a second
   * publication of the same bytes changes nothing and succeeds.
   *
   * @throws what the disk and the store throw.
   */
  async publish(
    statement: Uint8Array,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Outcome<ProgramView, PublishFault>> {
    const { publishers } = this.#options;
    const opened = openStatement(statement, publishers);
    if (!opened.ok) {
      const found = STATEMENT_FAULTS[opened.fault];
      // The list is read at the start: the owner may have changed it since.
      const hint = ["unknown", "name", "hooks"].includes(opened.fault)
        ? "; if the list was changed since the server's start, start it again"
        : "";
      return malformed(`Cannot publish: the statement ${found}${hint}`);
    }
    const stated = opened.value;
    return await this.#turns.take("publish", async () => {
      const known = this.#all.get(stated.sha256);
      const state = known && await this.#check.assure(known);
      if (known !== undefined && state === "ok") {
        return ok(await this.#view(known));
      }
      const conflict = this.#conflictOf(stated);
      if (conflict !== null) {
        return fault({ kind: "conflict", error: conflict });
      }
      return await this.#receive(stated, statement, bytes);
    });
  }

  async #receive(
    stated: SignedStatement,
    statement: Uint8Array,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Outcome<ProgramView, PublishFault>> {
    const { disk, directory, publishers } = this.#options;
    const path = join(directory, `${stated.sha256}.part`);
    try {
      const received = await receiveFile(disk, path, stated.size, bytes);
      if (!received.ok) return malformed(`Cannot publish: ${received.fault}`);
      const verified = await verifyPackageFile({
        disk,
        path,
        statement,
        publishers,
        ordered: stated,
      });
      if (!verified.ok) return malformed(verified.fault.detail);
      const zip = await openPackage({ disk, path, statement: stated });
      if (!zip.ok) return malformed(zip.fault.detail);
      zip.value.close();
      const { manifest } = zip.value;
      const nowMs = this.#options.clock.wallMs();
      const refused = faultOfPublication(manifest, stated, nowMs);
      if (refused !== null) return malformed(refused.detail);
      return ok(await this.#keep(path, stated, statement, manifest));
    } finally {
      await disk.remove(path); // Renamed by now, or of no use.
    }
  }

  async #keep(
    path: string,
    stated: SignedStatement,
    statement: Uint8Array,
    manifest: Manifest,
  ): Promise<ProgramView> {
    const { disk, directory, writer, clock, log } = this.#options;
    const { name, version, serial, size, sha256 } = stated;
    await syncFile(disk, path);
    await disk.replaceFile(join(directory, `${sha256}.sig`), statement);
    await disk.rename(path, this.#check.pathOf(sha256));
    await disk.syncDirectory(directory);
    const program = this.#all.get(sha256) ?? {
      ...{ name, version, serial, size, sha256, statement },
      title: manifest.title ?? name,
      facts: factsOf(manifest),
      publishedMs: clock.wallMs(),
    };
    if (!this.#all.has(sha256)) {
      await writer.commit([{ kind: "program", program }]);
      this.#all.set(sha256, program);
    }
    this.#check.trust(sha256);
    log("info", "A program was published", { name, version, sha256 });
    return await this.#view(program);
  }

  /** One name and version is one file, one serial is one version. */
  #conflictOf({ name, version, serial, sha256 }: SignedStatement) {
    for (const other of this.#all.values()) {
      if (other.name !== name || other.sha256 === sha256) continue;
      if (other.version === version) {
        return `Cannot publish ${name} ${version}: another file of this ` +
          "version is published already; pack it with a new version";
      }
      if (other.serial === serial) {
        return `Cannot publish ${name} ${version}: its serial ${serial} is ` +
          `that of ${name} ${other.version}; pack it with a higher one`;
      }
    }
    return null;
  }

  /** Parts of uploads that a crash cut are of no use; others are not ours. */
  async #tidy(): Promise<void> {
    const { disk, directory, log } = this.#options;
    for await (const { name } of disk.list(directory)) {
      const [sha256 = "", extension] = name.split(".");
      if (extension === "part") await disk.remove(join(directory, name));
      else if (!this.#all.has(sha256)) {
        log("warning", "A file among the packages belongs to no program", {
          path: join(directory, name),
        });
      }
    }
  }

  async #view(program: ProgramRecord): Promise<ProgramView> {
    const { name, version, serial, title, size, sha256 } = program;
    return {
      ...{ name, version, serial, title, size, sha256 },
      publishedAt: isoOf(program.publishedMs),
      state: await this.#check.look(program),
    };
  }
}

function malformed(error: string): Outcome<never, PublishFault> {
  return fault({ kind: "malformed", error });
}
