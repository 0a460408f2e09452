/**
 * `doctor --repair`: a broken store. It says what can be saved and what is
 * lost, and changes nothing; with `--yes` it does it.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { ServerConfig } from "../../server/config/config.ts";
import { pathOf } from "../../server/fleet/fleet_files.ts";
import {
  checkStore,
  DamagedStore,
  lastBackup,
} from "../../server/store/store_file.ts";
import {
  finishRepair,
  putRepaired,
  workOf,
} from "../../server/store/store_repair.ts";
import {
  type Salvage,
  salvageStore,
} from "../../server/store/store_salvage.ts";
import type { ExitName } from "../exit_codes.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { openClient } from "../fleet.ts";
import type { Output } from "../output.ts";
import { showBytes } from "../units.ts";
import { type Loss, lossesOf, shownLoss } from "./losses.ts";
import { troubleOf } from "./trouble.ts";

/** What the repair works with. */
export interface RepairRequest {
  readonly host: Host;
  readonly config: ServerConfig;
  readonly output: Output;
  /** Do it. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** For the copy of the broken store, and the new one. */
const SPACE_TIMES = 2;
const SPACE_MORE = 64 * 1_024 * 1_024;

/** What a look at it has told. */
interface Told {
  /** What is wrong with the store; null: nothing. */
  readonly found: string | null;
  /** What is lost beside what the tables tell. */
  readonly also: readonly string[];
  readonly losses: readonly Loss[];
  /** Where the last backup is; "": nobody knows of one. */
  readonly backup: string;
  /** Where the broken store is kept; null: nothing was changed. */
  readonly broken: string | null;
}

/** Looks at the store, says what is lost, and repairs it when it shall. */
export async function repairStore(request: RepairRequest): Promise<ExitName> {
  const { host: { disk, clock }, config } = request;
  const path = pathOf(config.directory, "store");
  await refuseRunning(request);
  const at = { disk, path, nowMs: clock.wallMs() };
  const backup = await lastBackup({ disk, path });
  const before = { also: [], losses: [], backup };
  const finished = await finishRepair(at);
  if (finished !== null) {
    return tell(request, { ...before, found: null, broken: finished });
  }
  const damage = await damageOf(disk, path);
  if (damage === null) {
    return tell(request, { ...before, found: null, broken: null });
  }
  const found = troubleOf(damage);
  await refuseEmpty(disk, path, found, backup);
  const salvage = await withConfigFailures(
    salvageStore({ ...at, work: workOf(path) }),
  );
  const told = { ...before, found, ...lossesIn(damage, salvage) };
  if (!request.yes) {
    await disk.remove(workOf(path), { recursive: true });
    return tell(request, { ...told, broken: null });
  }
  const broken = await putRepaired({ ...at, fresh: salvage.path });
  return tell(request, { ...told, broken });
}

function lossesIn(
  { isLog }: DamagedStore,
  { saved }: Salvage,
): Pick<Told, "losses" | "also"> {
  const also = isLog
    ? [
      "The last changes are lost, of the last minutes or of a busy hour: " +
      "orders, answers, names, approvals and revocations. Whom did you " +
      "revoke lately? How many changes they were, nobody can tell",
    ]
    : [];
  return { losses: lossesOf(saved), also };
}

async function refuseRunning({ host, config }: RepairRequest): Promise<void> {
  try {
    await (await openClient(host, config.path)).status();
  } catch (error) {
    if (error instanceof CliFailure && error.exit === "notRunning") return;
    throw error;
  }
  throw new CliFailure("failed", "Cannot repair the store: its server runs", {
    advice: ["Stop it first: its store is whole enough for it to run"],
  });
}

async function damageOf(
  disk: Host["disk"],
  path: string,
): Promise<DamagedStore | null> {
  try {
    await checkStore({ disk, path, isLook: true });
    return null;
  } catch (error) {
    if (error instanceof DamagedStore) return error;
    throw new CliFailure("config", troubleOf(error), { cause: error });
  }
}

/** Nothing can be saved of nothing; and the copies must fit on the disk. */
async function refuseEmpty(
  disk: Host["disk"],
  path: string,
  found: string,
  backup: string,
): Promise<void> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file" || stat.size === 0) {
    throw new CliFailure("failed", found, {
      advice: [
        "There is nothing to save. Is its disk mounted?",
        restoreOf(backup),
      ],
    });
  }
  const needed = SPACE_TIMES * stat.size + SPACE_MORE;
  const free = await disk.spaceFree(workOf(path).replace(/[^/\\]+$/, ""));
  if (free >= needed) return;
  throw new CliFailure(
    "failed",
    `Cannot repair the store: it needs ${showBytes(needed)} on the disk of ` +
      `"${path}", and ${showBytes(free)} are free`,
    { advice: ["Make room there (nothing was changed)"] },
  );
}

function restoreOf(backup: string): string {
  return backup === ""
    ? "A backup, if you have one: flottille-server restore BACKUP --dir " +
      "DIRECTORY"
    : `The last backup: flottille-server restore ${backup} --dir DIRECTORY`;
}

function tell({ output, json }: RepairRequest, told: Told): ExitName {
  const { found, broken, losses, also, backup } = told;
  const isDone = found === null || broken !== null;
  if (json) {
    output.json(told);
    return isDone ? "ok" : "failed";
  }
  if (found === null) {
    output.line(
      broken === null
        ? "The store is whole: there is nothing to repair"
        : `The repair that was cut off is done; the broken store is in ${broken}`,
    );
    return "ok";
  }
  output.line(found, "bad");
  output.text(["", "What can be saved of it, and what is lost:", ""]);
  for (const loss of losses) {
    const { what, lost, means } = loss;
    output.line(`  ${what}: ${shownLoss(loss)}`, lost === 0 ? "plain" : "bad");
    if (means !== "") output.line(`    ${means}`);
  }
  for (const line of also) output.line(`  ${line}`, "bad");
  output.line("");
  if (broken === null) {
    output.text([
      "Nothing was changed.",
      restoreOf(backup),
      "To go on with what can be saved: flottille-server doctor --repair --yes",
    ]);
    return "failed";
  }
  output.text([
    `The store is repaired; the broken one is kept in ${broken}`,
    "Start the server: its orders and its epoch have leapt ahead, so that no " +
    "number comes twice",
  ]);
  return "ok";
}
