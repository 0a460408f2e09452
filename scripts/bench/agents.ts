/**
 * One process that plays many machines: `agents.ts JOIN_FILE COUNT`. Real
 * sockets (each machine has an address of its own on loopback), real keys,
 * real signatures; the broadcast is heard on one socket and handed to all, for
 * a kernel that copied it a thousand times would be what is measured.
 *
 * Prints `ready`, then, asked by a line on stdin, how many are enrolled.
 *
 * @module
 */

import type {
  Address,
  Datagrams,
  DatagramSocket,
} from "../../lib/host/datagrams.ts";
import { realHost } from "../../lib/host/real.ts";
import type { MachineHooks } from "../../lib/sep/machine_api.ts";
import { MachineEndpoint } from "../../lib/sep/machine_endpoint.ts";
import type { OrderResult } from "../../lib/sep/server_api.ts";
import { fromBase64Url } from "../../lib/trust/bytes.ts";
import { decodeJoinFile, type JoinFile } from "../../lib/trust/join_file.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";

const NOT_DONE: OrderResult = { reason: "system", version: "", note: "" };
const BROADCAST = "127.255.255.255";
const PORT = 2013;

/** Hears a broadcast once for all machines. */
class SharedEar implements DatagramSocket {
  readonly address: Address = { hostname: BROADCAST, port: PORT };
  readonly #queue: { bytes: Uint8Array<ArrayBuffer>; from: Address }[] = [];
  #wake = () => {};
  hear(bytes: Uint8Array<ArrayBuffer>, from: Address): void {
    this.#queue.push({ bytes, from });
    this.#wake();
  }
  async *receive() {
    for (;;) {
      for (let one; (one = this.#queue.shift()) !== undefined;) yield one;
      await new Promise<void>((wake) => this.#wake = wake);
    }
  }
  send(): Promise<boolean> {
    return Promise.resolve(false);
  }
  close(): void {}
}

function hooksOf(join: JoinFile, number: number, enrolled: Set<number>) {
  const { enrolment, delegation } = join;
  const id = enrolment === null ? null : fromBase64Url(enrolment.id);
  let epoch = 0n;
  const hooks: MachineHooks = {
    self: () => ({
      macs: [],
      hostName: `bench-${number}`,
      system: "linux",
      architecture: "x86_64",
      agentVersion: "bench",
    }),
    enrolment: () =>
      enrolment === null || id === null
        ? null
        : { id, secret: enrolment.secret },
    delegation: () => delegation,
    delegationShown() {},
    epoch: () => epoch,
    epochHeard: (heard) => void (epoch = heard),
    publishersVersionHeard() {},
    serverHeard() {},
    standing: ({ kind }) => void (kind === "accepted" && enrolled.add(number)),
    owns: () => Promise.resolve(false),
    list: () => Promise.resolve(new Uint8Array(32)),
    upload() {},
    install: () => Promise.resolve(NOT_DONE),
    remove: () => Promise.resolve(NOT_DONE),
    conflict() {},
  };
  return hooks;
}

const [path = "", wanted = "1000"] = Deno.args;
const join = decodeJoinFile(await Deno.readFile(path));
if (!join.ok) throw new Error(join.fault);
const host = realHost();
const enrolled = new Set<number>();
const ears: SharedEar[] = [];

for (let number = 0; number < Number(wanted); number++) {
  const ear = new SharedEar();
  ears.push(ear);
  const datagrams: Datagrams = {
    open: (options) => options.shared ? ear : host.datagrams.open(options),
  };
  const hostname = `127.2.${1 + (number >> 8)}.${number & 255}`;
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, number + 1);
  new MachineEndpoint({
    ...host,
    datagrams,
    at: { hostname, port: PORT },
    sharedAt: { hostname: BROADCAST, port: PORT },
    fleetKey: join.value.fleet,
    filterKey: join.value.filterKey,
    signer: keyPairFromSeed(seed),
    hooks: hooksOf(join.value, number, enrolled),
    notice() {},
    trouble(error) {
      console.error(error);
    },
  });
}

const ear = host.datagrams.open({
  hostname: BROADCAST,
  port: PORT,
  shared: true,
});
void (async () => {
  for await (const { bytes, from } of ear.receive()) {
    for (const one of ears) one.hear(bytes.slice(), from);
  }
})();

console.log("ready");
const input = new Uint8Array(16);
while (await Deno.stdin.read(input) !== null) console.log(enrolled.size);
Deno.exit(0);
