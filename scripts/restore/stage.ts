/**
 * What the rehearsals share: a LAN, the owner's computers on it, two machines,
 * and a stick with what he saved.
 *
 * @module
 */

import { Lan, type LanHost } from "../kit/lan.ts";
import type { Programs } from "../kit/programs.ts";
import { makeProgram } from "../kit/lan_program.ts";
import { Machine, Site } from "./site.ts";

/** One rehearsal's world. */
export class Stage {
  readonly directory: string;
  readonly programs: Programs;
  readonly #lan: Lan;
  readonly #bridge: string;
  readonly #sites: Site[] = [];
  readonly #machines: Machine[] = [];
  #last = 0;

  private constructor(
    directory: string,
    programs: Programs,
    lan: Lan,
    bridge: string,
  ) {
    this.directory = directory;
    this.programs = programs;
    this.#lan = lan;
    this.#bridge = bridge;
  }

  static async make(name: string, programs: Programs): Promise<Stage> {
    const directory = await Deno.makeTempDir({ prefix: "flottille-restore-" });
    const lan = new Lan(`${name.slice(0, 2)}${Deno.pid}`);
    const bridge = await lan.makeSwitch("sw");
    return new Stage(directory, programs, lan, bridge);
  }

  /** A computer that will be a server, with its own address. */
  async site(name: string): Promise<Site> {
    const host = await this.host(name);
    await Deno.mkdir(`${this.directory}/${name}`);
    const fleet = `${this.directory}/${name}/fleet`;
    const site = new Site(this.programs, host, fleet);
    this.#sites.push(site);
    return site;
  }

  /** A machine that joins a site's fleet, and is called as it is here. */
  async machine(name: string, site: Site): Promise<Machine> {
    const machine = this.agent(await this.host(name), site, name);
    const { id } = await site.alive(machine.host);
    await site.ok("rename", id, name);
    return machine;
  }

  /** An agent on a host, in a home of its own. */
  agent(host: LanHost, site: Site, home: string): Machine {
    const machine = new Machine(this.programs, host, {
      home: `${this.directory}/${home}`,
      join: `${site.directory}/join.json`,
    });
    this.#machines.push(machine);
    return machine;
  }

  async host(name: string): Promise<LanHost> {
    const address = `10.79.0.${++this.#last}/24`;
    return await this.#lan.makeHost(name, { bridge: this.#bridge, address });
  }

  /** Off the LAN, or on it again. */
  async plug({ host }: Site, isIn: boolean): Promise<void> {
    await this.#lan.setLink(host, isIn ? "up" : "down");
  }

  /** Packs a version of the editor; the path of its package. */
  async pack(site: Site, version: string, ...more: string[]): Promise<string> {
    const source = await makeProgram(this.directory, version, {});
    const file = `${this.directory}/editor-${version}.ieo`;
    const what = ["--name", "editor", "--version", version, "-o", file];
    await site.ok("pack", source, ...what, ...more);
    return file;
  }

  async publish(site: Site, version: string): Promise<void> {
    await site.ok("publish", await this.pack(site, version));
  }

  /** The last lines of all, for whoever looks for the fault. */
  tails(): string {
    return [...this.#sites, ...this.#machines]
      .map(({ host, tail }) => `--- ${host.namespace}\n${tail.slice(-2_000)}`)
      .join("\n");
  }

  async end(): Promise<void> {
    await Promise.all(
      [...this.#sites, ...this.#machines].map((one) => one.stop()),
    );
    await this.#lan.end();
    await Deno.remove(this.directory, { recursive: true });
  }
}
