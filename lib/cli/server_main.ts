/**
 * The server's command line: its commands, in the order of its help.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Command } from "./command.ts";
import { auditCommand } from "./commands/audit_command.ts";
import { backupCommand } from "./commands/backup_command.ts";
import { completionCommand } from "./commands/completion_command.ts";
import { delegateCommand } from "./commands/delegate_command.ts";
import { diffCommand } from "./commands/diff_command.ts";
import { doctorCommand } from "./commands/doctor_command.ts";
import { downgradeCommand } from "./commands/downgrade_command.ts";
import { expectCommand } from "./commands/expect_command.ts";
import { enrolCommand } from "./commands/enrol_command.ts";
import { exportCommand } from "./commands/export_command.ts";
import { groupCommand } from "./commands/group_command.ts";
import { initCommand } from "./commands/init_command.ts";
import { forgetCommand, replaceCommand } from "./commands/life_commands.ts";
import { listCommand } from "./commands/list_command.ts";
import {
  approveCommand,
  machinesCommand,
  renameCommand,
  revokeCommand,
} from "./commands/machines_commands.ts";
import {
  collectCommand,
  ensureCommand,
  hasCommand,
  installCommand,
  removeCommand,
  updateCommand,
} from "./commands/order_commands.ts";
import { serviceCommand } from "./commands/service_command.ts";
import { cancelCommand, ordersCommand } from "./commands/orders_commands.ts";
import { inspectCommand } from "./commands/inspect_command.ts";
import { keyCommand } from "./commands/key_command.ts";
import { packCommand } from "./commands/pack_command.ts";
import {
  programsCommand,
  publishCommand,
} from "./commands/package_commands.ts";
import { publishersCommand } from "./commands/publishers_command.ts";
import { restoreCommand } from "./commands/restore_command.ts";
import { rolloutCommand } from "./commands/rollout_command.ts";
import { rollbackCommand } from "./commands/rollback_command.ts";
import { runCommand } from "./commands/run_command.ts";
import { schemaCommand } from "./commands/schema_command.ts";
import { applyCommand, planCommand } from "./commands/state_commands.ts";
import { statusCommand } from "./commands/status_command.ts";
import { tagCommand } from "./commands/tag_command.ts";
import { vulnerableCommand } from "./commands/vulnerable_command.ts";
import { whyCommand } from "./commands/why_command.ts";
import { wakeCommand } from "./commands/wake_command.ts";
import { whoHasCommand } from "./commands/who_has_command.ts";
import type { Manual } from "./manual/manual.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { runProgram } from "./program.ts";
import { SERVER_VERSION } from "../server/shapes/version.ts";

/** Every command of the server. */
export const SERVER_COMMANDS: readonly Command[] = [
  initCommand,
  runCommand,
  serviceCommand,
  statusCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  auditCommand,
  delegateCommand,
  enrolCommand,
  publishersCommand,
  keyCommand,
  machinesCommand,
  approveCommand,
  revokeCommand,
  renameCommand,
  expectCommand,
  replaceCommand,
  forgetCommand,
  wakeCommand,
  groupCommand,
  tagCommand,
  listCommand,
  diffCommand,
  whoHasCommand,
  exportCommand,
  vulnerableCommand,
  packCommand,
  inspectCommand,
  publishCommand,
  programsCommand,
  downgradeCommand,
  schemaCommand,
  hasCommand,
  ensureCommand,
  installCommand,
  updateCommand,
  removeCommand,
  rollbackCommand,
  collectCommand,
  ordersCommand,
  rolloutCommand,
  whyCommand,
  cancelCommand,
  planCommand,
  applyCommand,
  completionCommand(() => serverManual()),
];

const NAME = "flottille-server";

const ABOUT = [
  "Installs, updates, removes and lists the programs of every computer on " +
  "a local network. WHERE is all, a machine's name or identifier, a " +
  "group, a pattern such as room-*, or a selector such as " +
  "'os:debian & !tag:exam' (group --help says more).",
];

/** All that there is to say of the server's command line. */
export function serverManual(): Manual {
  return {
    name: NAME,
    version: SERVER_VERSION,
    about: ABOUT,
    commands: SERVER_COMMANDS.map(({ name, summary, help }) => ({
      name,
      summary,
      page: help(NAME),
    })),
  };
}

/** Runs one command line of the server; resolves with the exit code. */
export function serverMain(
  host: Host,
  args: readonly string[],
  process: ProcessFacts = {},
): Promise<number> {
  const program = {
    name: NAME,
    version: SERVER_VERSION,
    about: ABOUT,
    commands: SERVER_COMMANDS,
    process,
  };
  return runProgram(program, host, args);
}
