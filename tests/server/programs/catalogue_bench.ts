/**
 * A catalogue on the real disk, in a directory of its own.
 *
 * @module
 */

import type { LogLevel } from "../../../lib/host/log.ts";
import { realClock } from "../../../lib/host/real_clock.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { Catalogue } from "../../../lib/server/programs/catalogue.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { inPieces, publishersOf, type SmallPackage } from "./packages.ts";
import { withStore } from "../temporary.ts";

const disk = realDisk();

/** A catalogue in a directory of its own. */
export class CatalogueBench {
  readonly store: Store;
  /** Where packages are made. */
  readonly workshop: string;
  /** Where the catalogue keeps them. */
  readonly directory: string;
  readonly lines: [LogLevel, string][] = [];
  publishers = publishersOf();

  constructor(store: Store, directory: string) {
    this.store = store;
    this.workshop = `${directory}/workshop`;
    this.directory = `${directory}/packages`;
  }

  async open(): Promise<Catalogue> {
    return await Catalogue.open({
      disk,
      directory: this.directory,
      clock: realClock(),
      writer: this.store,
      publishers: this.publishers,
      log: (level, message) => this.lines.push([level, message]),
    }, await this.store.programs());
  }

  async files(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.directory)) names.push(name);
    return names.sort();
  }
}

/** A test with a catalogue of its own. */
export function testCatalogue(
  name: string,
  test: (bench: CatalogueBench) => Promise<void>,
): void {
  Deno.test(`Catalogue ${name}`, () =>
    withStore(async (store, directory) => {
      const bench = new CatalogueBench(store, directory);
      await Deno.mkdir(bench.directory);
      await test(bench);
    }));
}

/** `ok`, or the kind of fault and its sentence. */
export async function publish(
  catalogue: Catalogue,
  { statement, bytes }: SmallPackage,
): Promise<string> {
  const published = await catalogue.publish(statement, inPieces(bytes));
  return published.ok
    ? published.value.state
    : `${published.fault.kind}: ${published.fault.error}`;
}
