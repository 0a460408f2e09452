/**
 * The local API, with the desks behind it. The only file of this room that
 * knows how they are made.
 *
 * @module
 */

import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { MachineId, RoundTarget } from "../sep/server_api.ts";
import type { ServerEndpoint } from "../sep/server_endpoint.ts";
import { makeApi } from "./api/api.ts";
import { GroupDesk } from "./groups/group_desk.ts";
import { InventoryDesk } from "./inventory/inventory_desk.ts";
import { MachineDesk } from "./machines/machine_desk.ts";
import { StoryDesk } from "./machines/story_desk.ts";
import { makeLife } from "./machines/life/make_life.ts";
import { RolloutDesk } from "./rollouts/rollout_desk.ts";
import { StateDesk } from "./state/state_desk.ts";
import { STORE_COPY } from "./fleet/fleet_copy.ts";
import type { Parts } from "./parts.ts";
import { ApiFault } from "./shapes/api_fault.ts";
import type { StatusView } from "./shapes/api_schema.ts";
import { isoOf } from "./shapes/moments.ts";
import { SERVER_VERSION } from "./shapes/version.ts";
import type { Store } from "./store/store.ts";
import { WakeDesk } from "./wake/wake_desk.ts";
import { faultOfWindow } from "./windows/window.ts";

/** What the desks need. */
export interface ComposeApiOptions {
  /** Who has it may ask. */
  readonly token: string;
  readonly log: Log;
  readonly host: Pick<Host, "clock" | "datagrams">;
  readonly store: Store;
  readonly parts: Parts;
  readonly endpoint: Pick<ServerEndpoint, "forgetSession" | "converse">;
  /** The fleet's. */
  readonly directory: string;
  /** base64url of the fleet's 8 bytes. */
  readonly fleet: string;
  readonly startedMs: number;
  /** What was wrong with the journal when the server began; null: nothing. */
  readonly journalFault: string | null;
  /** Whom a round of pings calls. */
  targets(): readonly RoundTarget[];
}

/** The API as one function, and what of it must be closed. */
export interface ComposedApi {
  readonly answer: ReturnType<typeof makeApi>;
  readonly inventory: InventoryDesk;
  readonly waking: WakeDesk;
}

/** Makes the desks. Nothing is opened yet. */
export function composeApi(options: ComposeApiOptions): ComposedApi {
  const { token, log, host, store, parts, endpoint } = options;
  const { clock } = host;
  const shared = { ...parts, store, clock };
  const inventory = new InventoryDesk(shared);
  const forgetSession = (machine: MachineId) => endpoint.forgetSession(machine);
  const greet = (machine: MachineId) =>
    void endpoint.converse(machine, { word: "ping" });
  const machines = new MachineDesk({
    ...{ ...parts, forgetSession, greet },
  });
  const waking = new WakeDesk({
    ...{ ...host, ...parts },
    targets: () => options.targets().map(({ to }) => to),
  });
  const answer = makeApi({
    ...{ token, log, inventory },
    copyStore: () => copyStore(options),
    audit: store,
    catalogue: parts.catalogue,
    downgrades: parts.downgrades,
    status: () => statusOf(options),
    groups: new GroupDesk({ ...parts, faultOfWindow }),
    orders: parts.orders,
    rollouts: new RolloutDesk(shared),
    lives: makeLife({ ...shared, forgetSession, greet }),
    machines,
    secrets: parts.secrets,
    state: new StateDesk({ ...shared }),
    stories: new StoryDesk({ ...shared, machines }),
    waking,
  });
  return { answer, inventory, waking };
}

/** Beside the store, which is where the server may write for certain. */
async function copyStore(
  { store, directory, host: { clock } }: ComposeApiOptions,
) {
  if (store.copyTo === undefined) {
    throw new ApiFault(409, "This store is copied by means of its own");
  }
  await store.copyTo(join(directory, STORE_COPY), clock.wallMs());
}

function statusOf(
  { parts, fleet, startedMs, journalFault }: ComposeApiOptions,
): StatusView {
  const alarms = [
    parts.guard.alarm ?? [],
    journalFault === null
      ? []
      : `The journal is not as the last server left it: ${journalFault}; ` +
        "audit verify says more",
  ].flat();
  return {
    version: SERVER_VERSION,
    fleet,
    machines: parts.registry.counts(),
    ordersWaiting: parts.dispatcher.openOrders,
    startedAt: isoOf(startedMs),
    ...(alarms.length === 0 ? {} : { alarms }),
  };
}
