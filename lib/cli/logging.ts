/**
 * The server's log: LogTape in front, so that every room and library that
 * speaks LogTape is heard, and our own lines on stderr behind it.
 *
 * @module
 */

import {
  configure,
  dispose,
  getLogger,
  type LogRecord as TapeRecord,
} from "@logtape/logtape";
import type { Log, LogLevel } from "../host/log.ts";
import { type LogOptions, openLogWriter } from "./log.ts";

/** The root of our categories. */
const ROOT = "flottille";

/** A log that is open. */
export interface Logging {
  /** The log of one part: `server`, `sip`. */
  of(category: string): Log;
  /** Writes what is held back and lets go of LogTape. */
  end(): Promise<void>;
}

/** Opens the log; LogTape has one configuration a process. */
export async function startLogging(options: LogOptions): Promise<Logging> {
  const writer = openLogWriter(options);
  await configure<string, string>({
    reset: true,
    sinks: {
      lines: (record) => writer.write(ours(record)),
    },
    loggers: [
      { category: [ROOT], sinks: ["lines"], lowestLevel: options.level },
      // LogTape's own troubles; its notices are not for operators.
      {
        category: ["logtape"],
        sinks: ["lines"],
        lowestLevel: "warning",
      },
    ],
  });
  return {
    of: categoryLog,
    async end() {
      await dispose();
      writer.end();
    },
  };
}

function categoryLog(category: string): Log {
  const logger = getLogger([ROOT, category]);
  const by: Readonly<Record<LogLevel, (record: TapeMessage) => void>> = {
    debug: ({ message, fields }) => logger.debug(message, fields),
    info: ({ message, fields }) => logger.info(message, fields),
    warning: ({ message, fields }) => logger.warn(message, fields),
    error: ({ message, fields }) => logger.error(message, fields),
  };
  return (level, message, fields = {}) => by[level]({ message, fields });
}

interface TapeMessage {
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

function ours(record: TapeRecord) {
  const [root, ...rest] = record.category;
  return {
    wallMs: record.timestamp,
    level: ourLevel(record.level),
    category: root === ROOT ? rest.join(".") : record.category.join("."),
    // The template, not the message with the fields put into it: equal events
    // must be equal lines.
    message: typeof record.rawMessage === "string"
      ? record.rawMessage
      : record.rawMessage.join("{}"),
    fields: record.properties,
  };
}

function ourLevel(level: TapeRecord["level"]): LogLevel {
  switch (level) {
    case "trace":
      return "debug";
    case "fatal":
      return "error";
    default:
      return level;
  }
}
