/**
 * `run`: the server itself, in the foreground, until Ctrl-C or SIGTERM.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import {
  configOption,
  logFormatOption,
  logLevelOption,
  PLAIN,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { withConfigFailures } from "../failure.ts";
import type { ExitName } from "../exit_codes.ts";
import { findConfig } from "../fleet.ts";
import { startLogging } from "../logging.ts";
import { listenForStop, stopped } from "../stop_signal.ts";

/** `flottille-server run --config flottille.toml`. */
export const runCommand = defineCommand({
  name: "run",
  group: "The fleet",
  summary: "Run the server in the foreground; it logs to stderr",
  usage: "[--config FILE]",
  about: [
    "Runs the server until Ctrl-C or SIGTERM: it then ends what is under way " +
    "and stops. A second Ctrl-C stops at once; nothing is lost by that. The " +
    "other commands talk to the running server.",
  ],
  examples: [
    ["run", "with ./flottille.toml"],
    ["run --config /etc/flottille/flottille.toml --log-level debug", ""],
  ],
  parser: object({
    config: configOption(),
    logLevel: logLevelOption(),
    logFormat: logFormatOption(),
  }, PLAIN),
  async run({ host, process }, { config, logLevel, logFormat }) {
    // Loaded for this command alone: the others start in half the time.
    const { runServer } = await import("../../server/run.ts");
    const configPath = await findConfig(host.disk, config);
    const { terminal, clock } = host;
    const logging = await startLogging({
      ...{ terminal, clock },
      level: logLevel,
      format: logFormat,
    });
    const signal = listenForStop(terminal);
    try {
      const log = logging.of("server");
      const server = await withConfigFailures(
        runServer({ ...process, host, configPath, log }),
      );
      process.supervisor?.ready();
      await Promise.race([stopped(signal), server.ended]);
      process.supervisor?.stopping();
      const stopping = server.stop().then((): ExitName => "ok");
      const impatient = stopped(signal, 2).then((): ExitName => "interrupted");
      return await Promise.race([stopping, impatient]);
    } finally {
      signal.release();
      await logging.end();
    }
  },
});
