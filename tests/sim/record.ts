/**
 * What happened in a world, as lines with their moments. The last ones are
 * kept for whoever has to understand a failure; the fingerprint of all of them
 * tells whether two worlds were the same.
 *
 * @module
 */

import type { Log } from "../../lib/host/log.ts";
import type { Timeline } from "./timeline.ts";

const LINES_MAX = 400;

/** The story of a world. */
export class Record {
  readonly #timeline: Timeline;
  readonly #tell: ((line: string) => void) | null;
  readonly #last: string[] = [];
  #fingerprint = 0x811c9dc5;

  /** `tell` is given every line, when somebody wants to read along. */
  constructor(timeline: Timeline, tell: ((line: string) => void) | null) {
    this.#timeline = timeline;
    this.#tell = tell;
  }

  get fingerprint(): string {
    return (this.#fingerprint >>> 0).toString(16).padStart(8, "0");
  }

  get last(): readonly string[] {
    return this.#last;
  }

  note(who: string, what: string): void {
    const moment = (this.#timeline.nowMs / 1_000).toFixed(3).padStart(9);
    const line = `${moment} ${who.padEnd(8)} ${what}`;
    for (let at = 0; at < line.length; at++) {
      const mixed = this.#fingerprint ^ line.charCodeAt(at);
      this.#fingerprint = Math.imul(mixed, 0x01000193);
    }
    this.#last.push(line);
    if (this.#last.length > LINES_MAX) this.#last.shift();
    this.#tell?.(line);
  }

  /** The log of one process. */
  logOf(who: string): Log {
    return (level, message, fields = {}) => {
      const told = Object.entries(fields).map(([name, value]) =>
        ` ${name}=${value}`
      );
      this.note(who, `${level}: ${message}${told.join("")}`);
    };
  }
}
