/**
 * A bad update: its own check fails, and the version before goes on. And a
 * good one that the owner takes back, with the way to the server's packages
 * cut, then with the whole network cut.
 *
 * @module
 */

import { run } from "../kit/process.ts";
import { within } from "../kit/lan.ts";
import {
  demand,
  done,
  held,
  MACHINE,
  order,
  type Place,
  publishScripts,
} from "./place.ts";

const NAME = "kiosk";
const CHECK = `[hooks.check]\nrun = ["check"]\ndeadline = 20\n`;

/** Plays the scene. */
export async function rollbackScene(place: Place): Promise<void> {
  const { fleet, lan, machine } = place;
  console.log("\nAn update whose check fails");
  const good = { check: "#!/bin/sh\necho all is well\n" };
  const bad = {
    check: "#!/bin/sh\necho starting\necho 'no display: :0' >&2\nexit 7\n",
  };
  await publishScripts(place, NAME, "1.0", good, CHECK);
  await publishScripts(place, NAME, "2.0", good, CHECK);
  await publishScripts(place, NAME, "3.0", bad, CHECK);
  await done(place, "install", NAME, "1.0");
  await done(place, "update", NAME, "2.0");
  const failed = await order(place, "update", NAME, "3.0");
  demand(failed.state === "failed", `3.0: ${failed.state}: ${failed.reason}`);
  demand(await held(place, NAME) === "2.0", "2.0 goes on");
  const shown = (await fleet.cli("orders", String(failed.id))).stdout;
  demand(
    shown.includes("no display: :0"),
    "orders shows the hook's last lines",
  );
  console.log(shown.replaceAll(/^/gm, "    | "));

  console.log("\nrollback with the way to the packages cut (TCP 3615)");
  await cutSip(place);
  await done(place, "rollback", NAME);
  demand(await held(place, NAME) === "1.0", "rollback: 1.0, by order");
  await lan.setLink(machine, "down");
  await fleet.agentOk(MACHINE, "rollback", NAME);
  demand(
    await held(place, NAME) === "2.0",
    "with no network at all: 2.0 again",
  );
  await lan.setLink(machine, "up");
  await openSip(place);
  await fleet.untilState(MACHINE, "alive", 60_000);
  await done(place, "remove", NAME);
}

async function cutSip({ server }: Place): Promise<void> {
  await iptables(server.namespace, "-A");
}

async function openSip({ server }: Place): Promise<void> {
  await iptables(server.namespace, "-D");
}

async function iptables(namespace: string, what: "-A" | "-D"): Promise<void> {
  const rule = ["INPUT", "-p", "tcp", "--dport", "3615", "-j", "DROP"];
  const command = within(namespace, ["iptables", what, ...rule]);
  const { code, stderr } = await run(command);
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}
