/**
 * In which order things reach the disk and the wire, as the kernel sees it: an
 * order is on the medium before the API acknowledges it, and before a machine
 * is told of it (B-02, C-14). A power cut at any instant between two of these
 * calls loses nothing that anybody was promised. Linux, strace.
 *
 * @module
 */

import { hasProgram } from "../inventory/scene.ts";
import { eventually } from "../kit/process.ts";
import { chanceOf } from "./chance.ts";
import { fleetUnderOrders } from "./fleet_under_orders.ts";
import type { Scene } from "./scene.ts";

const ORDERS = 5;
const CALLS = "pwrite64,fdatasync,fsync,sendto,sendmsg,sendmmsg,write,writev";

/** What a line of strace is about. */
type Step = "log written" | "log synced" | "acknowledged" | "told";

export const orderScene: Scene = async (stage) => {
  if (!await hasProgram("strace")) return stage.says("left out: no strace");
  const chance = chanceOf(stage.seed);
  const made = await fleetUnderOrders(stage, { chance, count: 1 });
  const { fleet, server } = made;
  try {
    await server.stop();
    const trace = `${fleet.directory}/trace`;
    await server.start({
      under: [
        ...["strace", "-D", "-f", "-y", "-qq", "-s", "400", "-o", trace],
        ...["-e", `trace=${CALLS}`],
      ],
      withinMs: 60_000,
    });
    const on = ["played-1"];
    for (let count = 0; count < ORDERS; count++) {
      const order = {
        verb: "install",
        name: "saw",
        version: "1.0",
        on,
      } as const;
      const { body } = await server.order(order);
      await eventually("It is done", async () => {
        const { state } = (await server.ask(`/v1/orders/${body.id}`)).body;
        return state === "done" ? true : null;
      }, { withinMs: 60_000 });
    }
    await server.stop();
    const steps = stepsOf(await Deno.readTextFile(trace));
    const count = (step: Step) => steps.filter((one) => one === step).length;
    const [acknowledged, told] = [count("acknowledged"), count("told")];
    stage.demand(
      acknowledged === ORDERS && told >= ORDERS,
      `${acknowledged} orders acknowledged, [install] sent ${told} times, ` +
        `${count("log written")} writes and ${count("log synced")} syncs of ` +
        "the log",
      steps,
    );
    const early = steps.filter((step, at) =>
      (step === "acknowledged" || step === "told") && !isSynced(steps, at)
    );
    stage.demand(
      early.length === 0,
      "each of them left when all that was written before was synced",
      steps,
    );
  } finally {
    made.end();
  }
};

/** Since the last promise something was written, and it was synced last. */
function isSynced(steps: readonly Step[], at: number): boolean {
  const before = steps.slice(0, at);
  const written = before.lastIndexOf("log written");
  const synced = before.lastIndexOf("log synced");
  return written !== -1 && synced > written;
}

function stepsOf(trace: string): Step[] {
  const answered = new Set<string>();
  return trace.split("\n").flatMap((line): Step[] => {
    if (line.includes("flottille.db-wal>")) {
      return [line.includes("sync(") ? "log synced" : "log written"];
    }
    if (line.includes("[install{")) return ["told"];
    // The first answer about an order is the one to whoever gave it.
    const id = /\\"id\\":(\d+),\\"verb\\":\\"install\\"/.exec(line)?.[1];
    if (id === undefined || answered.has(id)) return [];
    answered.add(id);
    return ["acknowledged"];
  });
}
