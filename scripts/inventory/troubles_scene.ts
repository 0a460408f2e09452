/**
 * What must not spoil a list: a broken database of dpkg, a tool that hangs, a
 * list signed by another key, two uploads at once. And a list that comes by
 * itself after an install.
 *
 * @module
 */

import type {
  ListDatesView,
  MachineListView,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Fleet } from "../kit/fleet.ts";
import { eventually } from "../kit/process.ts";
import { falseSigner } from "./false_signer.ts";
import { enrol, type Report, type Stage } from "./scene.ts";

/** A good entry, one that is none, a name of 4,000 characters, a good one. */
const BROKEN_STATUS = [
  "Package: before\nStatus: install ok installed\nVersion: 1.0-1\n" +
  "Architecture: all\n",
  "this is \x01 no line of dpkg's\n",
  `Package: ${"x".repeat(4_000)}\nStatus: install ok installed\n` +
  "Version: 1\nArchitecture: all\n",
  "Package: behind\nStatus: install ok installed\nVersion: 2.0-1\n" +
  "Architecture: all\n",
].join("\n");

const GOOD_STATUS = "Package: ledger\nStatus: install ok installed\n" +
  "Version: 1.0-1\nArchitecture: all\n";

/** As long as a tool may take, and a list's way up. */
const HANG_MS = 45_000;

/** Plays the scene. */
export async function troublesScene({ fleet: make, report }: Stage) {
  const fleet = await make();
  await fleet.startServer();
  await Promise.all([
    broken(fleet, report).then(() => signedByAnother(fleet, report)),
    hanging(fleet, report),
    atOnce(fleet, report).then(() => afterInstall(fleet, report)),
  ]);
}

async function broken(fleet: Fleet, report: Report): Promise<void> {
  const root = await makeRoot(fleet, "broken", BROKEN_STATUS);
  await enrol(fleet, "broken", { more: ["--native-root", root] });
  await fleet.ok("collect", "--on", "broken", "--wait", "--timeout", "30");
  const { programs, faults } = await listOf(fleet, "broken");
  const names = programs.map(({ name }) => name).join();
  report.demand(
    names === "before,behind" || names === "behind,before",
    `a broken dpkg status file: what is whole is listed (${names})`,
  );
  report.demand(
    faults.some(({ source }) => source === "dpkg"),
    `and the list says what is not: ${faults[0]?.error.slice(0, 100)}`,
  );
}

async function hanging(fleet: Fleet, report: Report): Promise<void> {
  const root = await makeRoot(fleet, "hanging", GOOD_STATUS);
  await Deno.mkdir(`${root}/usr/bin`, { recursive: true });
  // Where there is no snap, nobody asks for them.
  const snaps = `${root}/var/lib/snapd/snaps`;
  await Deno.mkdir(snaps, { recursive: true });
  await Deno.writeTextFile(`${snaps}/hello_1.snap`, "");
  const hang = "#!/bin/sh\nexec sleep 3600\n";
  await Deno.writeTextFile(`${root}/usr/bin/snap`, hang, { mode: 0o755 });
  await enrol(fleet, "hanging", { more: ["--native-root", root] });
  const begunMs = performance.now();
  const timeout = String(HANG_MS / 1_000);
  await fleet.ok("collect", "--on", "hanging", "--wait", "--timeout", timeout);
  const seconds = (performance.now() - begunMs) / 1_000;
  const { programs, faults } = await listOf(fleet, "hanging");
  const fault = faults.find(({ source }) => source === "snap");
  report.demand(
    fault !== undefined && programs.some(({ name }) => name === "ledger"),
    `a tool that hangs costs its own lines only, ${seconds.toFixed(0)} s: ` +
      fault?.error,
    JSON.stringify({ programs, faults }),
  );
}

async function signedByAnother(fleet: Fleet, report: Report): Promise<void> {
  const root = await makeRoot(fleet, "thief", GOOD_STATUS);
  const more = ["--native-root", root];
  await enrol(fleet, "thief", { more });
  await fleet.ok("collect", "--on", "thief", "--wait", "--timeout", "30");
  const before = await listOf(fleet, "thief");
  await fleet.machines.get("thief")?.process.stop();

  const agent = await falseSigner(fleet.directory);
  await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, BROKEN_STATUS);
  fleet.startAgent("thief", "server", { agent, more });
  await fleet.untilState("thief", "alive", 30_000);
  const where = ["--on", "thief", "--wait", "--timeout", "20"];
  const ran = await fleet.cli("collect", ...where);
  const said = ran.stdout.trim();
  report.demand(
    ran.code === 1 && /sign/i.test(said),
    `a list signed by another key is refused: ${said}`,
    `code ${ran.code}: ${ran.stdout}${ran.stderr}`,
  );
  const after = await listOf(fleet, "thief");
  report.demand(
    after.at === before.at && after.programs.length === before.programs.length,
    "and the list before it is kept",
  );
}

async function atOnce(fleet: Fleet, report: Report): Promise<void> {
  const root = await makeRoot(fleet, "busy", GOOD_STATUS);
  await enrol(fleet, "busy", { more: ["--native-root", root] });
  await fleet.ok("collect", "--on", "busy", "--wait", "--timeout", "30");
  await Deno.writeTextFile(
    `${root}/var/lib/dpkg/status`,
    `${GOOD_STATUS}\n${GOOD_STATUS.replace("ledger", "slides")}`,
  );
  const busy = fleet.machines.get("busy");
  if (busy === undefined) throw new Error("There is no machine busy");
  const ends = await Promise.all([
    fleet.cli("collect", "--on", "busy", "--wait", "--timeout", "30"),
    fleet.agentCli(busy, "send-list"),
    fleet.agentCli(busy, "send-list"),
  ]);
  report.demand(
    ends.every(({ code }) => code === 0),
    "asked for its list three times at once, it ends well each time",
    ends.map(({ stdout, stderr }) => stdout + stderr).join("\n"),
  );
  const { lists } = await fleet.json<ListDatesView>("list", "busy", "--dates");
  report.demand(
    lists.length === 2 && lists[0]?.programs === 2,
    "the new list is there, once",
    JSON.stringify(lists),
  );
}

/** `[vliste]` of the machine's own, up to ten seconds after the install. */
async function afterInstall(fleet: Fleet, report: Report): Promise<void> {
  const source = `${fleet.directory}/editor-1.0`;
  await Deno.mkdir(source);
  await Deno.writeTextFile(`${source}/README`, "editor 1.0\n");
  const file = `${fleet.directory}/editor-1.0.ieo`;
  const what = ["--name", "editor", "--version", "1.0", "-o", file];
  await fleet.ok("pack", source, ...what);
  await fleet.ok("publish", file);
  const order = await fleet.json<OrderView>(
    ...["install", "editor", "--on", "busy", "--wait", "--timeout", "30"],
  );
  const begunMs = performance.now();
  await eventually("The list comes by itself", async () => {
    const { programs } = await listOf(fleet, "busy");
    return programs.some(({ name }) => name === "editor") ? true : null;
  }, { withinMs: 25_000 });
  const seconds = (performance.now() - begunMs) / 1_000;
  const { state } = order;
  report.demand(
    state === "done",
    `installed by order; the new list came by itself ${seconds.toFixed(1)} s ` +
      "later",
  );
}

async function listOf(fleet: Fleet, name: string): Promise<MachineListView> {
  return await fleet.json<MachineListView>("list", name);
}

/** A system of its own for one machine. */
async function makeRoot(
  fleet: Fleet,
  name: string,
  status: string,
): Promise<string> {
  const root = `${fleet.directory}/${name}-root`;
  await Deno.mkdir(`${root}/var/lib/dpkg`, { recursive: true });
  await Deno.mkdir(`${root}/etc`);
  await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, status);
  const release = 'ID=debian\nVERSION_ID="12"\n';
  await Deno.writeTextFile(`${root}/etc/os-release`, release);
  return root;
}
