/**
 * The owner of a simulated fleet: publishes programs, then orders this and that
 * of some machines, as people do.
 *
 * @module
 */

import { toBase64Url } from "../../lib/trust/bytes.ts";
import { STATEMENT_HEADER } from "../../lib/server/shapes/api_schema.ts";
import { hookThat, type Program, programOf } from "../install/packages.ts";
import type { Chance } from "./chance.ts";
import type { FleetTemplate } from "./fleet_template.ts";
import type { World } from "./world.ts";

const HOOKS = { preinstall: hookThat("ok"), postinstall: hookThat("ok") };

/** Two programs, of three and two versions; each has hooks. */
export function programsOf({ publisher }: FleetTemplate): readonly Program[] {
  return [["tool", 1], ["tool", 2], ["tool", 3], ["editor", 1], ["editor", 2]]
    .map(([name, serial]) =>
      programOf(
        {
          "bin/run": `#!${name} ${serial}\n`,
          "readme": `${name} ${serial}\n`.repeat(200),
          "hooks/ok": "#!ok\n",
        },
        { name: `${name}`, version: `${serial}.0`, serial: Number(serial) },
        { bin: [{ name: `${name}`, path: "bin/run" }], hooks: HOOKS },
        publisher,
      )
    );
}

/** One owner. */
export class Owner {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #programs: readonly Program[];
  /** Orders that were acknowledged. */
  readonly acknowledged = new Set<number>();

  constructor(world: World, chance: Chance, programs: readonly Program[]) {
    this.#world = world;
    this.#chance = chance;
    this.#programs = programs;
  }

  /** Publishes everything. @throws when the server refuses it. */
  async publish(): Promise<void> {
    for (const { bytes, statement } of this.#programs) {
      const answer = await this.#world.server.ask(
        "POST",
        "/v1/programs",
        bytes,
        { [STATEMENT_HEADER]: toBase64Url(statement) },
      );
      if (!answer?.ok) {
        throw new Error(`Cannot publish: ${JSON.stringify(answer?.value)}`);
      }
    }
  }

  /** Gives some order to some machines. */
  async order(): Promise<void> {
    const { agents } = this.#world;
    const chance = this.#chance;
    const { ordered: { name, version } } = chance.pick(this.#programs);
    const on = chance.happens(0.5)
      ? ["all"]
      : [chance.pick(agents).machine ?? "all"];
    const draw = chance.fraction();
    if (draw < 0.4) {
      return await this.give({ verb: "install", name, version, on });
    }
    if (draw < 0.5) {
      return await this.give({ verb: "ensure", name, version, on });
    }
    if (draw < 0.7) return await this.give({ verb: "remove", name, on });
    if (draw < 0.75) return await this.give({ verb: "rollback", name, on });
    if (draw < 0.85) return await this.give({ verb: "collect", on });
    if (draw < 0.95) return await this.give({ verb: "has", name, version, on });
    await this.#cancel();
  }

  async give(order: Readonly<{ [name: string]: unknown }>): Promise<void> {
    const answer = await this.#world.server.ask(
      "POST",
      "/v1/orders",
      JSON.stringify(order),
      { "content-type": "application/json" },
    );
    const { verb, name = "", version = "", on } = order;
    const what = `${verb} ${name} ${version} on ${on}`;
    const told = answer === null
      ? "nobody answers"
      : answer.ok
      ? `order ${idOf(answer.value)}`
      : JSON.stringify(answer.value);
    this.#world.record.note("owner", `${what}: ${told}`);
    if (answer?.ok) this.acknowledged.add(idOf(answer.value));
  }

  async #cancel(): Promise<void> {
    if (this.acknowledged.size === 0) return;
    const id = this.#chance.pick([...this.acknowledged]);
    const answer = await this.#world.server.ask(
      "POST",
      `/v1/orders/${id}/cancel`,
      "{}",
    );
    this.#world.record.note("owner", `cancels ${id}: ${answer?.ok ?? "-"}`);
  }
}

function idOf(value: unknown): number {
  const isOrder = typeof value === "object" && value !== null && "id" in value;
  return isOrder ? Number(value.id) : 0;
}
