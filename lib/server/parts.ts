/**
 * The server's parts, put together on an open store: who knows whom. It opens
 * no socket; `run.ts` does.
 *
 * @module
 */

import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type {
  MachineId,
  Opening,
  Outcome as Ending,
} from "../sep/server_api.ts";
import { readRestoredMs } from "./audit/restored.ts";
import { Catalogue } from "./programs/catalogue.ts";
import type { ServerConfig } from "./config/config.ts";
import { Dispatcher } from "./orders/dispatcher.ts";
import { OrderDesk } from "./orders/order_desk.ts";
import { Transfers } from "./orders/transfers.ts";
import { Downgrades } from "./programs/downgrades.ts";
import { EnrolmentDesk } from "./machines/enrolment_desk.ts";
import { Epoch } from "./machines/epoch.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { FLEET_DIRECTORIES } from "./fleet/fleet_files.ts";
import { GroupCommit } from "./store/group_commit.ts";
import { GroupBook } from "./groups/group_book.ts";
import { Selection } from "./groups/selection.ts";
import { telling } from "./groups/telling_writer.ts";
import { Lists } from "./lists/lists.ts";
import { Registry } from "./machines/registry.ts";
import { Expectations } from "./machines/life/expectations.ts";
import { SecretBook } from "./machines/secret_book.ts";
import { Reception } from "./machines/life/reception.ts";
import { Rollouts } from "./rollouts/rollouts.ts";
import { type CatalogueShelf, makeShelf } from "./programs/shelf.ts";
import { StateKeeper } from "./state/state_keeper.ts";
import type { Store } from "./store/store.ts";
import { StoreGuard } from "./store/store_guard.ts";
import { MachineWindows } from "./windows/machine_windows.ts";
import type { Order, Task } from "./shapes/task.ts";

/** What the parts are made from. */
export interface PartsOptions {
  readonly host: Pick<Host, "clock" | "randomness" | "disk">;
  readonly config: ServerConfig;
  readonly fleet: Fleet;
  readonly store: Store;
  readonly log: Log;
  /** The way to the machines; it may be opened later than the parts. */
  converse(machine: MachineId, opening: Opening): Promise<Ending>;
  /** Sends for machines that are off; absent: nobody can. */
  wake?(machines: readonly MachineId[]): Promise<void>;
  /** A machine's share of an order has ended, and the store knows it. */
  taskEnded(order: Order, task: Task): void;
}

/** The house behind SeP, SiP and the API. */
export interface Parts {
  readonly guard: StoreGuard;
  readonly writer: GroupCommit;
  readonly epoch: Epoch;
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly secrets: SecretBook;
  readonly expectations: Expectations;
  readonly lists: Lists;
  readonly groups: GroupBook;
  readonly selection: Selection;
  readonly catalogue: Catalogue;
  readonly downgrades: Downgrades;
  readonly dispatcher: Dispatcher;
  readonly orders: OrderDesk;
  readonly rollouts: Rollouts;
  readonly keeper: StateKeeper;
  readonly transfers: Transfers;
  readonly windows: MachineWindows;
  /** The catalogue as it is now, to choose from. */
  shelf(): CatalogueShelf;
}

/** A conflict is shown until so many rounds went by without it. */
const CONFLICT_ROUNDS = 3;

/** Reads the store and makes the parts. Nothing is sent yet. */
export async function makeParts(options: PartsOptions): Promise<Parts> {
  const { host, config, fleet, store, log } = options;
  const { clock, disk, randomness } = host;
  const directoryOf = (path: string) => join(config.directory, path);
  const guard = new StoreGuard({
    ...{ store, clock, disk, log },
    directory: directoryOf(FLEET_DIRECTORIES.data),
    recovered: () => dispatcher.recovered(),
  });
  const writer = new GroupCommit(
    telling(guard, () => {
      groups.stir();
      keeper.stir();
    }),
    clock,
  );
  const epoch = await Epoch.begin(store, writer);
  const shared = { clock, disk, writer, log };
  const lists = await Lists.open({
    ...shared,
    directory: directoryOf(FLEET_DIRECTORIES.lists),
    machine: (id) => registry.get(id),
  }, await store.lists());
  const catalogue = await Catalogue.open({
    ...shared,
    directory: directoryOf(FLEET_DIRECTORIES.packages),
    publishers: fleet.publishers,
  }, await store.programs());
  const downgrades = new Downgrades(
    { ...shared, publishers: fleet.publishers },
    await store.downgrades(),
  );
  const registry = new Registry({
    ...shared,
    missedMax: config.rhythm.deadAfterPings,
    conflictMs: CONFLICT_ROUNDS * config.rhythm.pingEveryMs,
    listAtMs: (machine) => lists.held(machine)?.atMs ?? null,
    awake: (machine) => dispatcher.awake(machine),
  }, await store.machines());
  const groups: GroupBook = await GroupBook.open(
    {
      ...{ ...shared, store },
      machine: (id) => registry.get(id),
      machines: () => registry.records(),
      hasMachine: (name) => registry.hasName(name),
      list: (id) => lists.held(id),
    },
    await store.groups(),
    await store.tags(),
  );
  const expectations = new Expectations(await store.expected());
  const uses = await store.secretUses();
  const secrets = new SecretBook({
    ...{ ...shared, disk, fleet, uses },
    directory: config.directory,
  });
  const enrolment = new EnrolmentDesk({
    ...shared,
    ...config.enrolment,
    registry,
    hasGroup: (name) => groups.hasGroup(name),
    reception: new Reception({ groups, expectations, writer }),
    secrets: () => secrets.held,
    uses,
    restoredMs: await readRestoredMs(store),
  });
  const transfers = new Transfers();
  const windows = new MachineWindows((id) => groups.windowsOf(id));
  const dispatcher: Dispatcher = new Dispatcher({
    ...shared,
    store,
    randomness,
    limits: {
      ...config.orders,
      collectsPerSecond: config.collect.perSecond,
    },
    libraries: config.collect.libraries,
    converse: options.converse,
    ended(order, task) {
      transfers.forget(task.machine);
      rollouts.noticed(order);
      keeper.noticed(order, task);
      options.taskEnded(order, task);
    },
    opensMs: (machine, nowMs) => windows.opensMs(machine, nowMs),
    stateOf: (machine) => registry.stateOf(machine),
    heldList: (machine) => lists.held(machine)?.sha256 ?? "",
    expectList: (machine) => lists.expect(machine),
    confirmList: (machine, sha256) => void lists.confirm(machine, sha256),
    deadlinesMs: ({ name, version }) => catalogue.deadlinesMs(name, version),
    doubt: (sha256) => catalogue.doubt(sha256),
  });
  const { publishers } = fleet;
  const shelf = () =>
    makeShelf({ programs: catalogue.records(), publishers, downgrades });
  const selection = new Selection(groups);
  const orders = new OrderDesk({
    ...{ clock, store, guard, registry, catalogue, dispatcher, lists },
    transfers,
    ...{ selection, shelf, lastsMs: config.orders.lastsMs },
  });
  const rollouts: Rollouts = new Rollouts({
    ...{ ...shared, store, registry, selection, orders, dispatcher },
    wake: (machines) => options.wake?.(machines) ?? Promise.resolve(),
  });
  const keeper: StateKeeper = new StateKeeper({
    ...{ ...shared, store, registry, groups, lists, dispatcher, orders, shelf },
  });
  return {
    ...{
      guard,
      writer,
      epoch,
      registry,
      enrolment,
      secrets,
      expectations,
      lists,
      groups,
      selection,
      catalogue,
      downgrades,
    },
    ...{ dispatcher, orders, rollouts, keeper, transfers, windows, shelf },
  };
}
