/**
 * Somebody who stole the server's key and certificate, and stands where the
 * server stood: `deno run scripts/packages/thief.ts CONFIG MACHINE ADDRESS`.
 * He speaks SeP and SiP perfectly, and none of the server's own checks are in
 * his way: he orders whatever he is told on stdin, a line of JSON for each
 * order, and prints what the machine answered.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import type { Log } from "../../lib/host/log.ts";
import type { ServerHooks } from "../../lib/sep/server_api.ts";
import type { SipDoors } from "../../lib/sip/doors.ts";
import { composeEndpoint } from "../../lib/server/compose_endpoint.ts";
import { composeSip } from "../../lib/server/compose_sip.ts";
import { loadConfig } from "../../lib/server/config/config.ts";
import { loadFleet } from "../../lib/server/fleet/fleet.ts";
import type { Epoch } from "../../lib/server/machines/epoch.ts";
import { toldTo } from "../../lib/server/machines/targets.ts";
import { equalBytes } from "../../lib/trust/bytes.ts";
import { linesOf } from "../kit/lines.ts";

/** One order of the thief's. */
export interface TheftOrder {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly size: number;
  /** The files that he serves. */
  readonly packagePath: string;
  readonly statementPath: string;
}

/** What the machine answered. */
export interface TheftAnswer {
  readonly kind: string;
  readonly reason: string;
  readonly note: string;
}

const WORK_MS = 60_000;
/** Above what any honest server has told: machines go with the highest. */
const EPOCH = 1n << 40n;

async function main([configPath = "", machine = "", hostname = ""]: string[]) {
  const host = realHost();
  const config = await loadConfig(host.disk, configPath);
  const fleet = await loadFleet(host.disk, config.directory);
  const log: Log = (level, message, facts) => {
    if (level === "error") console.error(level, message, facts);
  };
  let order: TheftOrder | null = null;
  let key: Uint8Array | null = null;
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  const hooks: ServerHooks = {
    identify(introduction) {
      key = introduction.publicKey;
      return { verdict: "accepte", reason: "" };
    },
    opened: () => open(),
    heard: () => {},
    listOffered: () => "inchange",
    lateResult: () => {},
    addressOf: () => ({ hostname, port: config.network.sepPort }),
    keyOf: () => key,
    conflict: () => {},
  };
  const endpoint = composeEndpoint({
    ...{ host, config, fleet, log, hooks },
    epoch: { current: EPOCH } as unknown as Epoch,
    tell: (to) => toldTo(to, config.network, host.machine.facts().interfaces),
  });
  const doors: SipDoors = {
    machine(id, session) {
      const present = endpoint.sessionOf(id);
      return present !== null && equalBytes(present, session) ? key : null;
    },
    moved: () => {},
    async package() {
      if (order === null) return null;
      const file = await host.disk.open(order.packagePath, { read: true });
      const statement = await Deno.readFile(order.statementPath);
      return { statement, size: order.size, file };
    },
    publishers: () => fleet.publishers.bytes,
    downgrade: () => null,
    receiveList: () => Promise.reject(new Error("No list is wanted")),
  };
  const sip = composeSip({
    ...{ host, config, fleet, doors, log },
    ended: () => {},
  });
  await endpoint.converse(machine, { word: "ping" });
  await opened;
  console.log("ready");
  let number = BigInt(Date.now()) << 20n;
  for await (const line of linesOf(Deno.stdin.readable)) {
    order = JSON.parse(line) as TheftOrder;
    const { name, version, sha256, size } = order;
    const outcome = await endpoint.converse(machine, {
      word: "install",
      order: { order: ++number, attempt: 1, name, version, sha256, size },
      deadlineMs: WORK_MS,
    });
    const answer: TheftAnswer = { reason: "", note: "", ...outcome };
    console.log(JSON.stringify(answer));
  }
  endpoint.close();
  sip.close();
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0);
}
