/**
 * The log of a running program: lines on stderr, where a service manager picks
 * them up. This form is the agent's: it needs no library, because an idle
 * agent's memory is measured. The server's form is in `logging.ts`; both write
 * the same lines.
 *
 * @module
 */

import type { Cancel, Clock } from "../host/clock.ts";
import type { Log, LogLevel } from "../host/log.ts";
import type { Terminal } from "../host/terminal.ts";
import { LogLimiter } from "./log_limiter.ts";
import { type LogFormat, logJson } from "./log_json.ts";
import { LOG_LEVELS, logLine, type LogRecord } from "./log_line.ts";

/** What a log is made from. */
export interface LogOptions {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Lines that matter less are not written. */
  readonly level: LogLevel;
  /** Absent: text. */
  readonly format?: LogFormat;
}

/** Takes records, and writes lines as the limits allow. */
export interface LogWriter {
  write(record: LogRecord): void;
  /** Writes what was held back; nothing may be written after it. */
  end(): void;
}

const LINES: Readonly<Record<LogFormat, (record: LogRecord) => string>> = {
  text: logLine,
  json: logJson,
};

/** A writer on stderr. */
export function openLogWriter(options: LogOptions): LogWriter {
  const { terminal, clock } = options;
  const limiter = new LogLimiter(LINES[options.format ?? "text"]);
  const lowest = LOG_LEVELS.indexOf(options.level);
  let cancel: Cancel | null = null;

  function put(lines: readonly string[]): void {
    if (lines.length > 0) terminal.writeError(`${lines.join("\n")}\n`);
    const dueAtMs = limiter.nextDueAtMs();
    if (cancel !== null || dueAtMs === null) return;
    const delayMs = Math.max(0, dueAtMs - clock.monotonicMs());
    cancel = clock.after(delayMs, () => {
      cancel = null;
      put(limiter.due(clock.monotonicMs()));
    });
  }

  return {
    write(record) {
      if (LOG_LEVELS.indexOf(record.level) < lowest) return;
      put(limiter.offer(record, clock.monotonicMs()));
    },
    end() {
      const lines = limiter.end(clock.wallMs());
      cancel?.();
      cancel = null;
      put(lines);
    },
  };
}

/** A log of one part of a program, on that writer. */
export function logOf(
  writer: LogWriter,
  clock: Clock,
  category: string,
): Log {
  return (level, message, fields = {}) =>
    writer.write({ wallMs: clock.wallMs(), level, category, message, fields });
}
