/**
 * One process that plays many machines:
 * `played_machines.ts JOIN_FILE COUNT DIRECTORY`. Each machine has an address
 * of its own on loopback; the broadcast is heard on one socket and handed to
 * all, for a kernel that copied it a thousand times would be what is measured.
 *
 * Prints `ready`, then answers each line on stdin by one of JSON: `tell` with
 * what has been so far, `knock N` with how long each of the first N machines
 * took for a small exchange, one after the other.
 *
 * @module
 */

import type {
  Address,
  Datagrams,
  DatagramSocket,
} from "../../lib/host/datagrams.ts";
import { realHost } from "../../lib/host/real.ts";
import { decodeJoinFile } from "../../lib/trust/join_file.ts";
import { linesOf } from "./lines.ts";
import { type PlayedDownload, PlayedMachine } from "./played_machine.ts";

/** What the process says of its machines. */
export interface PlayedNews {
  readonly enrolled: number;
  /** When a broadcast was heard, the last ones; milliseconds since 1970. */
  readonly pingsAtMs: readonly number[];
  readonly downloads: readonly PlayedDownload[];
}

const BROADCAST = "127.255.255.255";
const PORT = 2013;

/** Broadcasts that are remembered. */
const PINGS_MAX = 100;

/** Downloads that are remembered, the last ones. */
const DOWNLOADS_MAX = 2_000;

/** Machines that hear one after the other, before anything else happens. */
const HEAR_AT_ONCE = 100;

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

async function main(
  [path = "", wanted = "1000", directory = ""]: readonly string[],
): Promise<void> {
  const join = decodeJoinFile(await Deno.readFile(path));
  if (!join.ok) throw new Error(join.fault);
  const host = realHost();
  const ears: SharedEar[] = [];
  const machines: PlayedMachine[] = [];
  const downloads: PlayedDownload[] = [];
  const pingsAtMs: number[] = [];
  for (let number = 0; number < Number(wanted); number++) {
    const ear = new SharedEar();
    ears.push(ear);
    const datagrams: Datagrams = {
      open: (options) => options.shared ? ear : host.datagrams.open(options),
    };
    const hostname = `127.2.${1 + (number >> 8)}.${number & 255}`;
    machines.push(
      new PlayedMachine({
        ...{ host, datagrams, number, directory, join: join.value },
        at: { hostname, port: PORT },
        broadcast: { hostname: BROADCAST, port: PORT },
        downloaded(download) {
          downloads.push(download);
          if (downloads.length > DOWNLOADS_MAX) downloads.shift();
        },
      }),
    );
  }
  const at = { hostname: BROADCAST, port: PORT, shared: true };
  void hearForAll(host.datagrams.open(at), ears, () => {
    pingsAtMs.push(Date.now());
    if (pingsAtMs.length > PINGS_MAX) pingsAtMs.shift();
  });
  console.log("ready");
  for await (const line of linesOf(Deno.stdin.readable)) {
    const [word, count] = line.split(" ");
    if (word === "knock") {
      const took: number[] = [];
      for (const machine of machines.slice(0, Number(count))) {
        took.push(await machine.knock());
      }
      console.log(JSON.stringify(took));
    } else {
      const enrolled = machines.filter((one) => one.isEnrolled).length;
      const news: PlayedNews = { enrolled, pingsAtMs, downloads };
      console.log(JSON.stringify(news));
    }
  }
}

async function hearForAll(
  socket: DatagramSocket,
  ears: readonly SharedEar[],
  heard: () => void,
) {
  for await (const { bytes, from } of socket.receive()) {
    heard();
    for (const [index, ear] of ears.entries()) {
      ear.hear(bytes.slice(), from);
      if (index % HEAR_AT_ONCE === 0) {
        await new Promise((then) => setTimeout(then, 0));
      }
    }
  }
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0);
}
