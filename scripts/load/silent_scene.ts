/**
 * Connections that say nothing, and connections that say one byte a second
 * (S-04): they are closed when their time is over, and honest machines are
 * served meanwhile as without them.
 *
 * @module
 */

import { eventually } from "../kit/process.ts";
import { firstWindowMs, withFleet } from "./load_fleet.ts";
import {
  type Figure,
  judged,
  median,
  type Scene,
  share,
  sleep,
  told,
} from "./scene.ts";

const SIP_PORT = 3615;
const CLIENTS = 500;
const HONEST = 20;

/** The limit for the handshake and the request, and what a timer may be late. */
const LIFE_S_MAX = 12;

/** The beginning of a TLS handshake, of 512 bytes. */
const HELLO = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

/** What one that says nothing may cost, until it is shown out. */
const CLIENT_KIB = 256;

/** Small exchanges of honest machines may take this much longer beside them. */
const DELAY_MOST_MS = 100;

export const silentScene: Scene = async (options) => {
  const { programs, short, say } = options;
  const machines = Math.min(options.agents, 100);
  const windowMsFirst = firstWindowMs(machines, short);
  const settings = { programs, pingEverySeconds: 60, windowMsFirst };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startMachines(machines);
    await fleet.startServer();
    await fleet.untilAlive(machines, 120_000);
    const knocks = async (rounds: number) => {
      const took: number[] = [];
      for (let round = 0; round < rounds; round++) {
        took.push(...await fleet.played.knock(HONEST));
      }
      return took;
    };
    await knocks(1); // The code is warm from here on.
    const rounds = short ? 2 : 10;
    const alone = await knocks(rounds);
    const before = await fleet.weight();
    say(`${CLIENTS} connections that say nothing`);
    const crowd = new Crowd(fleet.fleet.serverAddress);
    await crowd.enter();
    const crowded = async () => (await fleet.weight()).files - before.files;
    const most = await eventually(
      "The server has taken the crowd in",
      async () => await crowded() >= 0.9 * CLIENTS ? await crowded() : null,
      { withinMs: 30_000 },
    );
    const beside = await knocks(rounds);
    // Until the last of the first crowd is shown out.
    if (!short) await sleep(1_000 * LIFE_S_MAX);
    const lives = crowd.lives.slice(0, CLIENTS);
    await crowd.leave();
    await sleep(500);
    const after = await fleet.weight();
    return [
      judged("connections at once", most, {
        least: CLIENTS * 0.9,
      }),
      judged(
        "an honest exchange takes longer beside them, by",
        median(beside) - median(alone),
        {
          most: DELAY_MOST_MS,
          unit: "ms",
          digits: 1,
        },
      ),
      told(
        "half of them without the crowd, and beside it",
        `${median(alone).toFixed(1)} ms, ${median(beside).toFixed(1)} ms`,
      ),
      told(
        "nine in ten of them",
        `${share(alone, 0.9).toFixed(1)} ms, ${
          share(beside, 0.9).toFixed(1)
        } ms`,
      ),
      ...(short ? [] : [
        judged("shown out in that time", lives.length, { least: CLIENTS }),
        judged("the longest that one stayed", Math.max(...lives), {
          most: LIFE_S_MAX,
          unit: "s",
          digits: 1,
        }),
      ]),
      judged(
        "open files afterwards, more than before",
        after.files - before.files,
        { most: 8 },
      ),
      judged(
        "memory of the server, more than before",
        after.mostMib - before.nowMib,
        { most: CLIENTS * CLIENT_KIB / 1_024, unit: "MiB" },
      ),
    ];
  });
};

/** Who comes again as soon as it is shown out. */
class Crowd {
  /** Seconds that each was let stay. */
  readonly lives: number[] = [];
  readonly #address: string;
  readonly #inside = new Set<Deno.TcpConn>();
  readonly #all: Promise<void>[] = [];
  #isOver = false;

  constructor(address: string) {
    this.#address = address;
  }

  async enter(): Promise<void> {
    for (let number = 0; number < CLIENTS; number++) {
      this.#all.push(this.#stay(number % 2 === 0 ? [] : HELLO));
    }
    while (this.#inside.size < CLIENTS) await sleep(20);
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    for (const connection of this.#inside) connection.close();
    await Promise.all(this.#all);
  }

  async #stay(words: readonly number[]): Promise<void> {
    while (!this.#isOver) {
      const begunMs = performance.now();
      const connection = await Deno.connect({
        hostname: this.#address,
        port: SIP_PORT,
      });
      this.#inside.add(connection);
      const speaking = this.#speak(connection, words);
      try {
        while (await connection.read(new Uint8Array(64)) !== null);
      } catch {
        // Shown out without a word.
      }
      if (!this.#isOver) {
        this.lives.push((performance.now() - begunMs) / 1_000);
        connection.close();
      }
      this.#inside.delete(connection);
      await speaking;
    }
  }

  /** One byte a second. */
  async #speak(connection: Deno.TcpConn, words: readonly number[]) {
    for (const byte of words) {
      await sleep(1_000);
      if (!this.#inside.has(connection)) return;
      await connection.write(Uint8Array.of(byte)).catch(() => {});
    }
  }
}
