/**
 * The server: opens everything in the order in which it can fail without
 * having promised anything, and closes it in the opposite one.
 *
 * @module
 */

import type { HttpServer } from "../host/http.ts";
import { sentenceOf } from "../host/log.ts";
import type { ServerEndpoint } from "../sep/server_endpoint.ts";
import type { SipService } from "../sip/serve.ts";
import { toBase64Url } from "../trust/bytes.ts";
import { fleetOf } from "../trust/keys.ts";
import { type ApiDoor, openApi } from "./api/api_door.ts";
import { beginAudit, tellHead } from "./audit/begin_audit.ts";
import { composeApi } from "./compose_api.ts";
import { composeEndpoint, makeHooks } from "./compose_endpoint.ts";
import { composeSip } from "./compose_sip.ts";
import { loadConfig, type ServerConfig } from "./config/config.ts";
import { makeDoors } from "./doors.ts";
import { refuseEnvironment } from "../host/environment.ts";
import { type Fleet, loadFleet } from "./fleet/fleet.ts";
import { pathOf } from "./fleet/fleet_files.ts";
import { Collector } from "./inventory/collector.ts";
import { HistoryKeeper } from "./inventory/history_keeper.ts";
import type { InventoryDesk } from "./inventory/inventory_desk.ts";
import { observe, taskWatch } from "./observe/observe.ts";
import { Tally } from "./observe/tally.ts";
import { makeParts, type Parts } from "./parts.ts";
import { KernelAlarm } from "./machines/kernel_alarm.ts";
import { Rhythm } from "./machines/rhythm.ts";
import { SeenInterfaces } from "./machines/seen_interfaces.ts";
import type { RunningServer, RunServerOptions } from "./run_options.ts";
import type { Store } from "./store/store.ts";
import type { WakeDesk } from "./wake/wake_desk.ts";
import { openSqliteStore } from "./store/store_sqlite.ts";
import { roundTargets, toldTo } from "./machines/targets.ts";

export type { RunningServer, RunServerOptions } from "./run_options.ts";

/**
 * Starts the server.
 *
 * @throws {Error} with a whole sentence that says what to do; whatever was
 * opened by then is closed again.
 */
export async function runServer(
  options: RunServerOptions,
): Promise<RunningServer> {
  refuseEnvironment(options.environment ?? {});
  const { disk } = options.host;
  const config = await loadConfig(disk, options.configPath);
  const fleet = await loadFleet(disk, config.directory);
  const { openStore = (path) => openSqliteStore({ disk, path }) } = options;
  const store = await openStore(pathOf(config.directory, "store"));
  const server = new Server(options, config, fleet, store);
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class Server implements RunningServer {
  readonly fleet: string;
  readonly ended: Promise<void>;
  readonly #options: RunServerOptions;
  readonly #config: ServerConfig;
  readonly #keys: Fleet;
  readonly #store: Store;
  readonly #startedMs: number;
  #parts: Parts | null = null;
  #endpoint: ServerEndpoint | null = null;
  #sip: SipService | null = null;
  #api: ApiDoor | null = null;
  #rhythm: Rhythm | null = null;
  #collector: Collector | null = null;
  #inventory: InventoryDesk | null = null;
  #waking: WakeDesk | null = null;
  #history: HistoryKeeper | null = null;
  #stopping: Promise<void> | null = null;
  readonly #interfaces: SeenInterfaces;
  #alarm: KernelAlarm | null = null;
  readonly #tally = new Tally();
  #metrics: HttpServer | null = null;
  /** What was wrong with the journal when this server began. */
  #journalFault: string | null = null;
  #end: () => void = () => {};

  constructor(
    options: RunServerOptions,
    config: ServerConfig,
    fleet: Fleet,
    store: Store,
  ) {
    this.#options = options;
    this.#config = config;
    this.#keys = fleet;
    this.#store = store;
    this.#startedMs = options.host.clock.wallMs();
    this.#interfaces = new SeenInterfaces(options.host.machine);
    this.fleet = toBase64Url(fleetOf(fleet.fleetKey));
    this.ended = new Promise((resolve) => this.#end = resolve);
  }

  get apiPort(): number {
    return this.#api?.port ?? 0;
  }

  async start(): Promise<void> {
    const { host, log, pid } = this.#options;
    const config = this.#config;
    const parts = await this.#makeParts();
    const endpoint = this.#openEndpoint(parts);
    this.#sip = composeSip({
      ...{ host, config, log, fleet: this.#keys },
      ended: (note) => this.#tally.transferEnded(note),
      doors: makeDoors({
        ...parts,
        publishers: this.#keys.publishers.bytes,
        sessionOf: (machine) => endpoint.sessionOf(machine),
        touch: (machine) => endpoint.touch(machine),
      }),
    });
    await parts.dispatcher.start();
    this.#api = await openApi({
      ...{ host, config, pid },
      make: (token) => this.#composeApi(token, parts, endpoint),
    });
    await parts.rollouts.start();
    await parts.keeper.start();
    this.#metrics = observe({
      ...{ host, config, parts, endpoint },
      tally: this.#tally,
      startedMs: this.#startedMs,
    });
    this.#rhythm = this.#startRhythm(parts, endpoint);
    this.#collector = this.#makeCollector(parts);
    await this.#collector.start();
    this.#history = this.#keepHistory();
    log("info", "The server runs", {
      fleet: this.fleet,
      machines: parts.registry.size,
      sep: `${config.network.address}:${config.network.sepPort}`,
      sip: `${config.network.address}:${config.network.sipPort}`,
      api: this.#api.port,
    });
    this.#alarm = this.#watchKernel(parts);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll().finally(this.#end);
    return this.#stopping;
  }

  /**
   * No new orders and no new conversations; then SeP and SiP, whose parts are
   * kept; then the API, so that a front learns of the end by its closing; the
   * store is last, because all of them may still write.
   */
  async #stopAll(): Promise<void> {
    const { log } = this.#options;
    this.#rhythm?.stop();
    this.#collector?.stop();
    this.#parts?.rollouts.stop();
    this.#parts?.keeper.stop();
    this.#parts?.dispatcher.close();
    this.#parts?.catalogue.close();
    this.#parts?.groups.close();
    this.#parts?.guard.close();
    this.#endpoint?.close();
    this.#sip?.close();
    this.#inventory?.close();
    await this.#metrics?.stop();
    await this.#api?.close();
    await this.#history?.stop();
    await this.#parts?.registry.saveSeen().catch((error) =>
      log("error", "Cannot save when machines were seen", {
        error: sentenceOf(error),
      })
    );
    await this.#parts?.writer.flush();
    await tellHead({ store: this.#store, log }, "The journal ends here");
    await this.#store.close();
    log("info", "The server has stopped");
  }

  async #makeParts(): Promise<Parts> {
    const { host, log } = this.#options;
    const { clock } = host;
    const audited = { store: this.#store, fleet: this.#keys, clock, log };
    this.#journalFault = await beginAudit(audited);
    const parts = await makeParts({
      ...{ host, log, config: this.#config },
      fleet: this.#keys,
      store: this.#store,
      converse: (machine, opening) =>
        this.#endpoint?.converse(machine, opening) ??
          Promise.resolve({ kind: "no-session" }),
      wake: (machines) =>
        this.#waking?.wakeMachines(machines) ?? Promise.resolve(),
      taskEnded: taskWatch(log, this.#tally),
    });
    this.#parts = parts;
    return parts;
  }

  #openEndpoint(parts: Parts): ServerEndpoint {
    const { host, log } = this.#options;
    this.#endpoint = composeEndpoint({
      ...{ host, log, config: this.#config },
      fleet: this.#keys,
      epoch: parts.epoch,
      tell: (to) => toldTo(to, this.#config.network, this.#interfaces.now()),
      hooks: makeHooks({
        ...parts,
        log,
        awake: (machine) => {
          parts.dispatcher.awake(machine);
          this.#alarm?.look();
        },
        late: (machine, result) => void parts.dispatcher.late(machine, result),
      }),
    });
    return this.#endpoint;
  }

  #composeApi(token: string, parts: Parts, endpoint: ServerEndpoint) {
    const { host, log } = this.#options;
    const composed = composeApi({
      ...{ token, log, host, parts, endpoint },
      ...{ fleet: this.fleet, startedMs: this.#startedMs },
      ...{ store: this.#store, directory: this.#config.directory },
      targets: () => this.#targets(),
      journalFault: this.#journalFault,
    });
    this.#inventory = composed.inventory;
    this.#waking = composed.waking;
    return composed.answer;
  }

  #targets() {
    return roundTargets(this.#config.network, this.#interfaces.now());
  }

  #startRhythm(parts: Parts, endpoint: ServerEndpoint): Rhythm {
    const { host, log } = this.#options;
    const { rhythm } = this.#config;
    const running = new Rhythm({
      ...{ log, rhythm, clock: host.clock, registry: parts.registry },
      targets: () => this.#targets(),
      round: (targets, windowMs) => endpoint.round(targets, windowMs),
      converse: (machine, opening) => endpoint.converse(machine, opening),
    });
    running.start();
    return running;
  }

  #watchKernel({ registry }: Parts): KernelAlarm {
    const { host, log } = this.#options;
    return new KernelAlarm({
      ...{ kernel: host.kernel, log, registry },
      interfaces: () => this.#interfaces.now(),
      transfersMax: this.#config.sip.transfersMax,
    });
  }

  #makeCollector(parts: Parts): Collector {
    const { host, log } = this.#options;
    return new Collector({
      ...{ ...parts, log, clock: host.clock, store: this.#store },
      schedule: this.#config.collect.schedule,
      machines: () => parts.registry.records(),
      listedMs: (machine) => parts.lists.held(machine)?.confirmedMs ?? null,
    });
  }

  #keepHistory(): HistoryKeeper {
    const { host, log } = this.#options;
    const keeper = new HistoryKeeper({
      ...{ log, clock: host.clock, store: this.#store },
      keepDays: this.#config.collect.keepDays,
    });
    keeper.start();
    return keeper;
  }
}
