/**
 * The server's end of SeP, with its house behind it. The only file of this
 * room that knows how the endpoint is made.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { Host } from "../host/host.ts";
import { type Log, sentenceOf } from "../host/log.ts";
import type { LateResult, MachineId, ServerHooks } from "../sep/server_api.ts";
import { ServerEndpoint } from "../sep/server_endpoint.ts";
import { fleetOf } from "../trust/keys.ts";
import type { ServerConfig } from "./config/config.ts";
import type { EnrolmentDesk } from "./machines/enrolment_desk.ts";
import type { Epoch } from "./machines/epoch.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Lists } from "./lists/lists.ts";
import type { Registry } from "./machines/registry.ts";
import type { Told } from "./machines/targets.ts";

/** Who answers to the endpoint. */
export interface HouseOptions {
  readonly log: Log;
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly lists: Lists;
  readonly epoch: Epoch;
  /** The machine has a new session that carries orders. */
  awake(machine: MachineId): void;
  late(machine: MachineId, result: LateResult): void;
}

/** What the house says to SeP. */
export function makeHooks(house: HouseOptions): ServerHooks {
  const { log, registry, enrolment, lists, epoch } = house;
  return {
    async identify(introduction) {
      const verdict = await enrolment.identify(introduction);
      // Only who belongs to the fleet may move the epoch.
      if (verdict.verdict === "accepte") epoch.heard(introduction.epoch);
      return verdict;
    },
    heard: (machine, from) => registry.heard(machine, from),
    opened(machine, from, accepted) {
      registry.heard(machine, from);
      if (accepted) house.awake(machine);
    },
    listOffered: (machine, sha256) => lists.offered(machine, sha256),
    lateResult: (machine, result) => house.late(machine, result),
    addressOf: (machine) => registry.get(machine)?.address ?? null,
    keyOf: (machine) => registry.get(machine)?.publicKey ?? null,
    conflict(machine, from) {
      registry.conflict(machine);
      log("warning", "One machine's key was seen in two places", {
        machine,
        name: registry.get(machine)?.name,
        from: from.hostname,
      });
    },
  };
}

/** What the endpoint itself needs. */
export interface ComposeOptions {
  readonly host: Host;
  readonly config: ServerConfig;
  readonly fleet: Fleet;
  readonly log: Log;
  readonly epoch: Epoch;
  readonly hooks: ServerHooks;
  tell(to: Address): Told;
}

/** Opens the sockets. @throws {Error} naming the option of a port in use. */
export function composeEndpoint(options: ComposeOptions): ServerEndpoint {
  const { host, config: { network, path }, fleet, log, epoch } = options;
  const shared = network.sharedBroadcastAddress;
  try {
    return new ServerEndpoint({
      ...host,
      at: { hostname: network.address, port: network.sepPort },
      sharedAt: shared === null
        ? null
        : { hostname: shared, port: network.sepPort },
      fleet: fleetOf(fleet.fleetKey),
      filterKey: fleet.filterKey,
      signer: fleet.serverKey,
      facts: {
        epoch: () => epoch.current,
        publishersVersion: () => fleet.publishers.version,
        delegation: fleet.delegation.bytes,
        certificate: fleet.certificateDer,
        tell: options.tell,
      },
      hooks: options.hooks,
      trouble: (error) =>
        log("error", "A question of a conversation met an error", {
          error: error instanceof Error ? error.message : String(error),
        }),
      notice: (notice, source) =>
        log("warning", "An agent or server of another kind is near", {
          notice,
          source,
        }),
    });
  } catch (error) {
    throw new Error(
      `Cannot open SeP on ${network.address}:${network.sepPort} (UDP): ` +
        `${sentenceOf(error)}; the address and the port are network.address ` +
        `and network.sep_port in "${path}"`,
      { cause: error },
    );
  }
}
