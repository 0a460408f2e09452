/**
 * A fleet on a LAN in peace: discovered both ways, over a router, under loss,
 * with a cable pulled, with one host that is both ends; and tshark must have
 * seen the seed's own words in the order of the flows.
 *
 * @module
 */

import type { OrderView } from "../../lib/server/shapes/api_schema.ts";
import { Capture, type Seen } from "../kit/capture.ts";
import { Lan, type LanHost } from "../kit/lan.ts";
import { LanFleet } from "../kit/lan_fleet.ts";
import { check, type LanTest, told } from "./lan_test.ts";

const MACHINES = 8;
const ORDER_SECONDS = "150";

/** Every flow as it must stand on the wire, whole, at least once. */
// deno-fmt-ignore
const FLOWS: readonly (readonly [string, readonly string[]])[] = [
  ["1a",      ["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"]],
  ["1b",      ["M ping", "S echo", "M identifie", "S identifiant", "M OK"]],
  ["2a",      ["S ping", "M echo"]],
  ["2b",      ["M ping", "S echo"]],
  ["3 oui",   ["S possede", "M oui", "S rien"]],
  ["3 non",   ["S possede", "M non", "S rien"]],
  ["3 then 6", ["S possede", "M non", "S install", "M reussi", "S OK"]],
  ["4",       ["S dliste", "M OK"]],
  ["5",       ["M vliste", "S OK"]],
  ["6 and 8", ["S install", "M reussi", "S OK"]],
  ["7",       ["S suppression", "M reussi", "S OK"]],
  ["7 rate",  ["S suppression", "M rate", "S OK"]],
];

/** All scenes of a fleet in peace. */
export async function fleetScenes(test: LanTest): Promise<void> {
  const { programs, directory } = test;
  const net = await build(test.lan);
  const fleet = await LanFleet.make({
    ...{ programs, directory, server: net.server, far: [net.far.address] },
  });
  test.fleet = fleet;
  const capture = await Capture.start({
    ...{ namespace: net.bridge, device: "br0", directory },
  });
  test.captures.push(capture);
  await play(test.lan, fleet, net);
  checkCapture(await capture.end());
}

interface Net {
  readonly bridge: string;
  readonly server: LanHost;
  readonly machines: readonly LanHost[];
  readonly far: LanHost;
}

async function build(lan: Lan): Promise<Net> {
  const bridge = await lan.makeSwitch("sw1");
  const bridge2 = await lan.makeSwitch("sw2");
  const gateway = "10.77.0.254";
  const server = await lan.makeHost("srv", {
    bridge,
    address: "10.77.0.1/24",
    gateway,
  });
  const machines: LanHost[] = [];
  for (let number = 1; number <= MACHINES; number++) {
    const address = `10.77.0.${10 + number}/24`;
    machines.push(
      await lan.makeHost(`m${number}`, { bridge, address, gateway }),
    );
  }
  await lan.makeRouter("rt", [
    { bridge, address: `${gateway}/24` },
    { bridge: bridge2, address: "10.78.0.254/24" },
  ]);
  const far = await lan.makeHost("far", {
    bridge: bridge2,
    address: "10.78.0.11/24",
    gateway: "10.78.0.254",
  });
  return { bridge, server, machines, far };
}

async function play(lan: Lan, fleet: LanFleet, net: Net): Promise<void> {
  const { machines, far, server } = net;
  const names = machines.map((_, index) => `m${index + 1}`);

  // The first four are silent, so only 1a can find them.
  for (const [index, host] of machines.slice(0, 4).entries()) {
    fleet.startAgent(`m${index + 1}`, host, ["--first-ping-after", "3600"]);
  }
  await fleet.startServer();
  for (const [index, host] of machines.slice(4).entries()) {
    fleet.startAgent(`m${index + 5}`, host, ["--first-ping-after", "0"]);
  }
  for (const name of names) await fleet.enrolled(name);
  told(`${MACHINES} machines discovered, by 1a and by 1b`);

  const first = await fleet.machine("m1");
  const mac = machines[0]?.mac ?? "";
  check(first?.macs.includes(mac), `m1's MAC is ${first?.macs}, not ${mac}`);

  fleet.startAgent("far", far, ["--first-ping-after", "3600"]);
  await fleet.enrolled("far");
  told("a machine of a second subnet, by unicast from the config");

  await fleet.publish("1.0");
  await fleet.publish("2.0");
  await fleet.ok("has", "editor", "1.0", "--on", "m1", "--wait");
  for (const { namespace } of [...machines, far, server]) {
    await lan.lose(namespace, 0.2);
  }
  const wait = ["--on", "all", "--wait", "--timeout", ORDER_SECONDS];
  await fleet.ok("install", "editor", "1.0", ...wait);
  await fleet.ok("ensure", "editor", "2.0", ...wait);
  await fleet.ok("collect", ...wait);
  await fleet.ok("has", "editor", "2.0", ...wait);
  for (const name of [...names, "far"]) await fleet.holds(name, "2.0");
  told("20 % loss: install, ensure, collect and has end right on all");
  for (const { namespace } of [...machines, far, server]) {
    await lan.loseNothing(namespace);
  }

  const unplugged = machines[2];
  if (unplugged === undefined) throw new Error("There is no third machine");
  await lan.setLink(unplugged, "down");
  await fleet.untilState("m3", "dead", 40_000);
  const removal = ["remove", "editor", "--on", "m3"];
  const { id } = await fleet.json<OrderView>(...removal);
  const { tasks } = await fleet.json<OrderView>("orders", String(id));
  const [waiting] = tasks ?? [];
  check(
    waiting?.state === "waiting" && waiting.reason !== null,
    `the order for a machine that is off is ${waiting?.state}`,
  );
  await lan.setLink(unplugged, "up");
  await fleet.untilDone(id);
  await fleet.gone("m3");
  told(`unplugged: dead, the order waits ("${waiting?.reason}"), done`);

  await fleet.agentOk("m2", "send-list");
  await fleet.ok("remove", "editor", "--on", "m3", "--wait");
  told("a list sent by a machine; what is not there is removed by [rate]");

  await lan.addAddress(server, "10.77.0.2/24");
  await fleet.restartServerBesideAnAgent();
  fleet.startAgent("both", { ...server, address: "10.77.0.2" }, [
    ...["--first-ping-after", "3600"],
    ...["--address", "10.77.0.2", "--shared-broadcast", "10.77.0.255"],
  ]);
  await fleet.enrolled("both");
  await fleet.ok("install", "editor", "--on", "both", "--wait");
  told("one host that is server and agent at once");
}

/** Every flow stands on the wire, word for word, in its order. */
function checkCapture(seen: readonly Seen[]): void {
  const whole = new Set(seen.map(({ words }) => words.join(", ")));
  for (const [flow, words] of FLOWS) {
    check(
      whole.has(words.join(", ")),
      `tshark saw no conversation of flow ${flow}: ${words.join(", ")}`,
    );
  }
  console.log(
    `tshark  ${seen.length} conversations; all flows stand in them, word for word`,
  );
}
