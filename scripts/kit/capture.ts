/**
 * What tshark saw on a bridge: the words of SeP, conversation by conversation.
 *
 * @module
 */

import { within } from "./lan.ts";
import { eventually, run, Running } from "./process.ts";

/** A conversation as it was on the wire. */
export interface Seen {
  /** Each word with its speaker: `S ping`, `M echo`. */
  readonly words: readonly string[];
}

const HEADER_BYTES = 80;

/** tshark at work on one interface of a namespace. */
export class Capture {
  readonly #path: string;
  readonly #process: Running;

  private constructor(path: string, process: Running) {
    this.#path = path;
    this.#process = process;
  }

  static async start(
    { namespace, device, directory, name = "capture" }: {
      readonly namespace: string;
      readonly device: string;
      readonly directory: string;
      readonly name?: string;
    },
  ): Promise<Capture> {
    const path = `${directory}/${name}.pcap`;
    const command = ["tshark", "-q", "-n", "-i", device, "-w", path];
    const filter = ["-f", "udp port 2013 or tcp port 3615", "-F", "pcap"];
    const process = new Running(
      "tshark",
      within(namespace, [...command, ...filter]),
      directory,
    );
    // tshark says "Capturing on" when it does; what came before is not seen.
    await eventually(
      "tshark captures",
      () => Promise.resolve(/Capturing on/.test(process.tail) ? true : null),
    );
    return new Capture(path, process);
  }

  /** Ends the capture; the path of its file. */
  async file(): Promise<string> {
    await this.#process.stop();
    return this.#path;
  }

  /** Ends the capture and reads every conversation out of it. */
  async end(): Promise<readonly Seen[]> {
    await this.#process.stop();
    const { code, stdout, stderr } = await run([
      ...["tshark", "-n", "-r", this.#path, "-Y", "udp.port==2013"],
      ...["-T", "fields", "-e", "udp.payload"],
    ]);
    if (code !== 0) throw new Error(`tshark cannot read it: ${stderr}`);
    return conversationsOf(stdout.split("\n").filter((line) => line !== ""));
  }

  async abandon(): Promise<void> {
    await this.#process.stop();
  }
}

/**
 * Puts datagrams in hexadecimal together by machine and conversation. A ping
 * to everyone is the first word of each machine's conversation.
 */
export function conversationsOf(payloads: readonly string[]): Seen[] {
  const pings = new Map<string, string>();
  const all = new Map<string, { words: string[]; seen: Set<string> }>();
  for (const payload of payloads) {
    const hex = payload.replaceAll(":", "");
    const machine = hex.slice(32, 64);
    const number = hex.slice(64, 96);
    const word = wordOf(hex);
    if (/^0+$/.test(machine)) {
      pings.set(number, word);
      continue;
    }
    const key = `${machine} ${number}`;
    const opener = pings.get(number);
    const one = all.get(key) ??
      { words: opener === undefined ? [] : [opener], seen: new Set() };
    // A bridge may show one datagram at two ports.
    if (!one.seen.has(hex)) one.words.push(word);
    one.seen.add(hex);
    all.set(key, one);
  }
  return [...all.values()].map(({ words }) => ({ words }));
}

function wordOf(hex: string): string {
  const body = hex.slice(2 * HEADER_BYTES).match(/../g) ?? [];
  const text = String.fromCharCode(...body.map((byte) => parseInt(byte, 16)));
  const word = /^\[([A-Za-z]+)/.exec(text)?.[1] ?? "?";
  return `${hex.slice(10, 12) === "01" ? "S" : "M"} ${word}`;
}
