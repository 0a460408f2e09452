/**
 * A room of computers that are as good as real: each has a place on a LAN of
 * network namespaces, a copy of this system that takes its changes, and a host
 * name. All see one directory, the USB stick that goes around. Linux, root, in
 * a mount namespace of its own.
 *
 * @module
 */

import { CopiedSystem } from "./copied_system.ts";
import { Lan, within } from "./lan.ts";
import type { Place } from "./transcript.ts";

/** Where each computer sees the stick. */
export const STICK = "/media/usb";

/** One that is to be made. */
export interface Computer {
  readonly name: string;
  /** With its prefix length: `10.77.0.11/24`. */
  readonly address: string;
  /** Where its shell starts. */
  readonly home: string;
}

/** `switch` is where the cables meet; it is a place, too. */
export class Room {
  readonly places = new Map<string, Place>();
  readonly #directory: string;
  readonly #lan = new Lan(`flr${Deno.pid}`);
  readonly #systems: CopiedSystem[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The stick, as this script sees it. */
  get stick(): string {
    return `${this.#directory}/stick`;
  }

  async make(computers: readonly Computer[]): Promise<void> {
    await Deno.mkdir(this.stick);
    const bridge = await this.#lan.makeSwitch("sw");
    this.places.set("switch", {
      directory: this.#directory,
      command: (line) => within(bridge, line),
    });
    for (const { name, address, home } of computers) {
      const { namespace } = await this.#lan.makeHost(name, { bridge, address });
      const system = await this.#system(name);
      const directory = `${system.root}${home}`;
      await Deno.mkdir(directory, { recursive: true });
      const named = 'hostname "$0"; exec "$@"';
      this.places.set(name, {
        directory,
        command: (line) =>
          within(namespace, [
            ...["unshare", "--uts", "--", "sh", "-c", named, name],
            ...system.command("env", `--chdir=${home}`, ...line),
          ]),
      });
    }
  }

  async #system(name: string): Promise<CopiedSystem> {
    const directory = `${this.#directory}/${name}`;
    await Deno.mkdir(directory);
    const system = await CopiedSystem.make(directory);
    this.#systems.push(system);
    await system.share(this.stick, STICK);
    return system;
  }

  /** Everything that runs in it has been stopped. */
  async end(): Promise<void> {
    await this.#lan.end();
    for (const system of this.#systems) await system.end();
  }
}
