/**
 * The agent's own executable, in the agent's own update. Programs are started
 * through `current`, which one rename switches; the agent is started by the
 * machine's service manager, from a file of its own:
 *
 *     /usr/local/bin/flottille-agent                  what the service starts
 *     /usr/local/bin/flottille-agent.flottille-next   what takes its place
 *
 * The second is written and synced before the new agent is tried, so that after
 * the commit nothing is left to do but one rename, which needs no space. Until
 * that commit a restart of the machine starts the old agent.
 *
 * Each of these may be interrupted and done again.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { commandInTree } from "../hook_program.ts";
import { MARK_VARIABLE, spellMark } from "../hook_strays.ts";
import type { SelfChange } from "../journal/entries.ts";
import { exists, moveDurably } from "../layout.ts";
import {
  PRINTED_FIRST_BYTES,
  PRINTED_LAST_BYTES,
  readPrinted,
  withLastLines,
} from "../printed.ts";
import { type Failure, failure } from "../result.ts";
import type { Site } from "../site.ts";
import type { Tree } from "./step.ts";

/** How long an executable may take to say its version, in milliseconds. */
const PROOF_MS = 30_000;
const EXECUTABLE_MODE = 0o755;
const COPY_BYTES = 1_048_576;

/** What is asked of an agent's executable before it is believed to be one. */
export const PROOF_ARGUMENT = "--version";

/** What is proved and laid out, and under which transaction. */
export interface OwnStep {
  readonly id: string;
  readonly self: SelfChange | null;
  readonly tree: Tree;
}

/**
 * Runs the new executable once: it must say that it is the agent, of the
 * version of its package.
 */
export async function proveExecutable(
  { disk, processes }: Site,
  { id, self, tree: { directory, manifest } }: OwnStep,
): Promise<Failure | null> {
  if (self === null) return null;
  const { name, version } = manifest;
  const called = `The executable ${self.path} of ${name} ${version}`;
  const command = await commandInTree(disk, directory, [
    self.path,
    PROOF_ARGUMENT,
  ]);
  if (!command.ok) {
    return failure("hook", `${called} could not be run: ${command.fault}`);
  }
  const result = await processes.run({
    command: command.value,
    environment: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin",
      LANG: "C.UTF-8",
      [MARK_VARIABLE]: spellMark(id),
    },
    account: null,
    directory,
    deadlineMs: PROOF_MS,
    outputBytesMax: PRINTED_FIRST_BYTES,
    tailBytesMax: PRINTED_LAST_BYTES,
    leftovers: "kill",
  });
  const { code, signal, killed, fault, faultDetail = fault } = result;
  if (fault !== undefined) {
    return failure("hook", `${called} could not be run: ${faultDetail}`);
  }
  const expected = `${name} ${version}`;
  const said = new TextDecoder().decode(result.stdout).trim();
  if (code === 0 && !killed && said === expected) return null;
  const ending = killed
    ? `was killed after ${PROOF_MS / 1_000} s`
    : code === null
    ? `was ended by ${signal ?? "a signal"}`
    : `ended with code ${code}`;
  const sentence = `${called}, run with ${PROOF_ARGUMENT}, ${ending}; ` +
    `"${expected}" and code 0 were expected`;
  return failure("hook", withLastLines(sentence, readPrinted(result.both)));
}

/**
 * Puts a copy of the new executable beside the one that the service starts.
 *
 * @throws what the disk throws.
 */
export async function layNextExecutable(
  { disk }: Site,
  { self, tree: { directory } }: OwnStep,
): Promise<null> {
  if (self === null) return null;
  const next = nextOf(self);
  await disk.remove(next);
  await copyExecutable(disk, `${directory}/${self.path}`, next);
  await disk.syncDirectory(dirname(next));
  return null;
}

async function copyExecutable(
  disk: Disk,
  from: string,
  to: string,
): Promise<void> {
  const source = await disk.open(from, { read: true });
  try {
    const target = await disk.open(to, {
      write: true,
      createNew: true,
      mode: EXECUTABLE_MODE,
    });
    try {
      const buffer = new Uint8Array(COPY_BYTES);
      for (;;) {
        const count = await source.read(buffer);
        if (count === null) break;
        await target.write(buffer.subarray(0, count));
      }
      await disk.chmod(to, EXECUTABLE_MODE);
      await target.sync();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}

/**
 * After the commit: the service starts the new executable from here on.
 *
 * @returns whether it was done just now, and not by somebody before.
 * @throws what the disk throws.
 */
export async function takeOverExecutable(
  disk: Disk,
  self: SelfChange,
): Promise<boolean> {
  const next = nextOf(self);
  if (!await exists(disk, next)) return false;
  await moveDurably(disk, next, self.executable);
  return true;
}

/** When the change is undone: the service starts what it always did. */
export async function dropNextExecutable(
  disk: Disk,
  self: SelfChange,
): Promise<void> {
  const next = nextOf(self);
  if (!await exists(disk, next)) return;
  await disk.remove(next);
  await disk.syncDirectory(dirname(next));
}

function nextOf({ executable }: SelfChange): string {
  return `${executable}.flottille-next`;
}
