/**
 * Keeps a flood of equal events from filling the disk (F-11). The first lines
 * of each kind of event pass at once; the rest of the minute is counted, and
 * the count is one line at its end. Lines that are equal to the letter pass
 * once a minute.
 *
 * Pure, and of bounded memory: time is an argument, lines are the result.
 *
 * @module
 */

import { logLine, type LogRecord, logText } from "./log_line.ts";

/** The limits; a minute of the worst flood is about 6,400 lines. */
export const LOG_LIMITS = {
  /** How long lines of a kind are counted together, in milliseconds. */
  windowMs: 60_000,
  /** Different lines of one kind that pass in a window. */
  linesPerKindMax: 100,
  /** Kinds that are told apart at one time. */
  kindsMax: 64,
} as const;

/** A kind is a sentence of one part at one level, whatever its fields. */
interface Kind {
  readonly first: LogRecord;
  readonly endsAtMs: number;
  /** The lines that passed. */
  readonly passed: Set<string>;
  /** Those that did not. */
  held: number;
}

/** Lets lines pass, or counts them. */
export class LogLimiter {
  readonly #kinds = new Map<string, Kind>();
  readonly #line: (record: LogRecord) => string;

  /** @param line What a record looks like when it is written. */
  constructor(line: (record: LogRecord) => string = logLine) {
    this.#line = line;
  }

  /**
   * The lines to write now, for a record that came at `nowMs` of the
   * monotonic clock.
   */
  offer(record: LogRecord, nowMs: number): string[] {
    const lines = this.due(nowMs);
    const key = `${record.level} ${record.category} ${record.message}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      lines.push(...this.#makeRoom(record.wallMs));
      const endsAtMs = nowMs + LOG_LIMITS.windowMs;
      kind = { first: record, endsAtMs, passed: new Set(), held: 0 };
      this.#kinds.set(key, kind);
    }
    const text = logText(record);
    const isFull = kind.passed.size >= LOG_LIMITS.linesPerKindMax;
    if (isFull || kind.passed.has(text)) {
      kind.held++;
    } else {
      kind.passed.add(text);
      lines.push(this.#line(record));
    }
    return lines;
  }

  /** The counts of the windows that are over at `nowMs`. */
  due(nowMs: number): string[] {
    const lines: string[] = [];
    // In order of their ends, because every window is equally long.
    for (const [key, kind] of this.#kinds) {
      if (kind.endsAtMs > nowMs) break;
      this.#kinds.delete(key);
      const lateMs = nowMs - kind.endsAtMs + LOG_LIMITS.windowMs;
      lines.push(...this.#countLine(kind, kind.first.wallMs + lateMs));
    }
    return lines;
  }

  /** When `due` has something to say; null when it has not. */
  nextDueAtMs(): number | null {
    for (const kind of this.#kinds.values()) {
      if (kind.held > 0) return kind.endsAtMs;
    }
    return null;
  }

  /** All counts, at the end of the program. */
  end(wallMs: number): string[] {
    const lines = [...this.#kinds.values()].flatMap((kind) =>
      this.#countLine(kind, wallMs)
    );
    this.#kinds.clear();
    return lines;
  }

  #makeRoom(wallMs: number): string[] {
    if (this.#kinds.size < LOG_LIMITS.kindsMax) return [];
    const [oldest] = this.#kinds;
    if (oldest === undefined) return [];
    this.#kinds.delete(oldest[0]);
    return this.#countLine(oldest[1], wallMs);
  }

  #countLine({ first, held }: Kind, wallMs: number): string[] {
    if (held === 0) return [];
    const { level, category, message } = first;
    return [this.#line({
      wallMs,
      level,
      category,
      message: `${message} (and ${held} more of these)`,
      fields: {},
    })];
  }
}
