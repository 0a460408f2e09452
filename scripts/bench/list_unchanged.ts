/**
 * What an unchanged list costs on the wire: every frame between one server and
 * one agent while the server asks for a list that it has, seen by tshark.
 *
 * @module
 */

import type { OrderView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet } from "../kit/fleet.ts";
import { eventually, run, Running } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";

const BYTES_MAX = 1_024;
const ASKED = 5;

/** Runs it and gives the lines of the report. */
export async function benchUnchanged(
  programs: Programs,
): Promise<readonly string[]> {
  if (await Deno.stat("/usr/bin/tshark").catch(() => null) === null) {
    return ["unchanged list: not measured; needs: apt-get install tshark"];
  }
  // No ping comes between: only what collecting costs is counted.
  const fleet = await Fleet.make({ programs, net: 19, pingEverySeconds: 600 });
  try {
    await fleet.startServer();
    fleet.startAgent("lister", "server");
    await fleet.untilState("lister", "alive");
    await collect(fleet, "received");
    const path = `${fleet.directory}/unchanged.pcap`;
    const eye = await open(path, fleet.directory);
    for (let asked = 0; asked < ASKED; asked++) {
      await collect(fleet, "unchanged");
    }
    await eye.stop();
    const { stdout } = await run([
      ...["tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.len"],
    ]);
    const frames = stdout.split("\n").filter((line) => line !== "").map(Number);
    const bytes = frames.reduce((sum, length) => sum + length, 0) / ASKED;
    const verdict = bytes > 0 && bytes <= BYTES_MAX ? "ok" : "NOT OK";
    return [
      `unchanged list: ${Math.ceil(bytes)} bytes on the wire for a machine, ` +
      `in ${frames.length / ASKED} frames with all headers (at most ` +
      `${BYTES_MAX}: ${verdict})`,
    ];
  } finally {
    await fleet.end();
  }
}

async function open(path: string, directory: string): Promise<Running> {
  const what = ["-f", "udp port 2013 or tcp port 3615", "-F", "pcap"];
  const command = ["tshark", "-q", "-n", "-i", "lo", "-w", path, ...what];
  const eye = new Running("tshark", command, directory);
  await eventually(
    "tshark captures",
    () => Promise.resolve(/Capturing on/.test(eye.tail) ? true : null),
  );
  return eye;
}

async function collect(fleet: Fleet, expected: string): Promise<void> {
  const order = ["collect", "--on", "all", "--wait", "--timeout", "30"];
  const { tasks } = await fleet.json<OrderView>(...order);
  const answer = tasks?.[0]?.answer;
  if (answer !== expected) throw new Error(`The list was ${answer}`);
}

if (import.meta.main) {
  const { fromSources } = await import("../kit/programs.ts");
  for (const line of await benchUnchanged(fromSources())) console.log(line);
}
