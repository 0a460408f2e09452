/**
 * The server's way, step by step: from its config file to the machines.
 * Nothing is changed on the way.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { loadConfig, type ServerConfig } from "../../server/config/config.ts";
import type { Fleet } from "../../server/fleet/fleet.ts";
import type { StatusView } from "../../server/shapes/api_schema.ts";
import { CliFailure, failureOf } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { serverService } from "../service/service.ts";
import { checkClock } from "./clock_checks.ts";
import {
  checkEnvironment,
  checkInterfaces,
  checkRoom,
} from "./common_checks.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import type { Arriving } from "./firewall.ts";
import { checkFirewall } from "./firewall_checks.ts";
import { checkKernel } from "./kernel_checks.ts";
import { checkPort } from "./port_checks.ts";
import { lookAtKeys, pastOf } from "./server_key_checks.ts";
import {
  checkAddresses,
  checkBroadcast,
  checkVoice,
  ownDoor,
} from "./server_network_checks.ts";
import { checkBackup, checkStoreFile } from "./server_store_checks.ts";
import { checkService } from "./service_checks.ts";
import { checkTls } from "./tls_checks.ts";
import { troubleOf } from "./trouble.ts";

/** What the steps look at. */
export interface ServerCase {
  readonly host: Host;
  readonly configPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Looks at every step that can be looked at. */
export async function examineServer(given: ServerCase): Promise<Finding[]> {
  const { host, configPath, environment } = given;
  const first = checkEnvironment(environment);
  let config: ServerConfig;
  try {
    config = await loadConfig(host.disk, configPath);
  } catch (error) {
    const { message, advice } = failureOf(error, "config");
    const wrong = fail("config", message, ...advice);
    return [first, await checkClock(host, []), wrong];
  }
  const { directory } = config;
  const { findings: keys, fleet } = await lookAtKeys(host, directory);
  return [
    first,
    await checkClock(host, fleet === null ? [] : pastOf(fleet)),
    well("config", `"${config.path}" can be used`),
    ...keys,
    await checkRoom(host, "disk", directory),
    checkInterfaces(host),
    ...checkAddresses(host, config),
    await checkBroadcast(host, config),
    await checkFirewall(host, doorsOf(config)),
    await checkService(
      host,
      (program) => serverService(program, { config: config.path, directory }),
    ),
    ...await checkRunning(host, config, fleet),
    await checkBackup(host, directory),
  ];
}

/** What machines come to. */
function doorsOf({ network }: ServerConfig): [Arriving, Arriving] {
  return [
    { protocol: "udp", port: network.sepPort },
    { protocol: "tcp", port: network.sipPort },
  ];
}

/** A server that runs is asked; one that does not must be able to. */
async function checkRunning(
  host: Host,
  config: ServerConfig,
  fleet: Fleet | null,
): Promise<Finding[]> {
  let status: StatusView;
  try {
    status = await (await openClient(host, config.path)).status();
  } catch (error) {
    return await checkOff(host, config, error);
  }
  const door = { hostname: ownDoor(config), port: config.network.sipPort };
  return [
    well("server", `flottille-server ${status.version} runs`),
    ...(status.alarms ?? []).map((alarm) => fail("alarm", alarm)),
    ...(fleet === null ? [] : [
      await checkVoice(host, config, fleet),
      await checkTls(host, door, fleet.delegation.certificateHash),
    ]),
    ...await checkKernel(host, config, status),
    checkMachines(status, config),
  ];
}

async function checkOff(
  host: Host,
  config: ServerConfig,
  error: unknown,
): Promise<Finding[]> {
  const { network, api, directory } = config;
  const isOff = error instanceof CliFailure && error.exit === "notRunning";
  const off = fail(
    "server",
    troubleOf(error),
    isOff
      ? "Start it: flottille-server service install, or flottille-server run"
      : "Run doctor as the account that the server runs as",
  );
  const [sep, sip] = doorsOf(config);
  const at = (name: string) => ({
    hostname: network.address,
    option: `network.address or network.${name} in flottille.toml`,
  });
  const ports = [
    await checkPort(host, sep, at("sep_port")),
    await checkPort(host, sip, at("sip_port")),
  ];
  if (api.port !== 0) {
    const local = { hostname: "127.0.0.1", option: "api.port" };
    const door = { protocol: "tcp", port: api.port } as const;
    ports.push(await checkPort(host, door, local));
  }
  return [off, ...ports, await checkStoreFile(host, directory)];
}

function checkMachines(
  { machines }: StatusView,
  { network, enrolment }: ServerConfig,
): Finding {
  const step = "machines";
  const { alive, dead, pending, conflict } = machines;
  const found = `${alive} alive, ${dead} do not answer, ${pending} wait for ` +
    "approval";
  if (conflict > 0) {
    return fail(
      step,
      `${found}, ${conflict} have a key that is in two places`,
      "See which: flottille-server machines",
    );
  }
  if (alive > 0) return well(step, found);
  if (pending > 0) {
    return warn(
      step,
      `${found} (enrolment is ${enrolment.mode})`,
      "flottille-server machines, then flottille-server approve NAME",
    );
  }
  const todo = [
    "On a machine: flottille-agent doctor",
    `UDP ${network.sepPort} must come in on this computer and on the machines`,
    "Behind a router no broadcast is heard: network.machines names machines " +
    "there",
  ];
  return dead > 0 ? fail(step, found, ...todo) : warn(step, found, ...todo);
}
