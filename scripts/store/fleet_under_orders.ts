/**
 * A fleet of played machines whose server is given orders all the time: two
 * small programs to install and to remove, and questions about them.
 *
 * @module
 */

import type { OrderBody } from "../../lib/server/shapes/api_schema.ts";
import { eventually } from "../kit/process.ts";
import { OrderStream } from "./order_stream.ts";
import { type PlayedMachine, playMachines } from "./played_machines.ts";
import type { Stage, StoreFleet } from "./scene.ts";

/** Everything that the scenes under orders share. */
export interface FleetUnderOrders extends StoreFleet {
  readonly machines: readonly PlayedMachine[];
  readonly orders: OrderStream;
  /** Ends the machines. */
  end(): void;
}

const NAMES = ["hammer", "saw"] as const;
const VERSION = "1.0";

/** The server runs, the machines are enrolled under their names. */
export async function fleetUnderOrders(
  stage: Stage,
  { count = 12, perSecond = 100, chance, prepare }: {
    readonly count?: number;
    readonly perSecond?: number;
    readonly chance: () => number;
    /** Before the server's first start. */
    readonly prepare?: (made: StoreFleet) => Promise<void>;
  },
): Promise<FleetUnderOrders> {
  const made = await stage.fleet();
  const { fleet, server, net } = made;
  await prepare?.(made);
  await server.start();
  for (const name of NAMES) {
    const source = `${fleet.directory}/${name}`;
    await Deno.mkdir(source);
    await Deno.writeTextFile(`${source}/name`, name);
    const file = `${source}.ieo`;
    const what = ["--name", name, "--version", VERSION, "-o", file];
    await fleet.ok("pack", source, ...what);
    await fleet.ok("publish", file);
  }
  const machines = await playMachines(fleet.joinFile, { count, net });
  await eventually("All machines are enrolled", async () => {
    const { machines } = await server.status();
    return machines.alive === count ? true : null;
  });
  const orders = new OrderStream(server, {
    perSecond,
    next: () => anOrder(chance, count),
  });
  const end = () => machines.forEach((machine) => machine.close());
  return { ...made, machines, orders, end };
}

function anOrder(chance: () => number, count: number): OrderBody {
  const on = [`played-${1 + Math.floor(chance() * count)}`];
  const name = NAMES[Math.floor(chance() * NAMES.length)] ?? NAMES[0];
  const kind = chance();
  if (kind < 0.4) return { verb: "install", name, version: VERSION, on };
  if (kind < 0.6) return { verb: "remove", name, on };
  return { verb: "has", name, version: VERSION, on };
}
