/**
 * Makes a service of a program, takes it away again, and says how it is. Each
 * may be done again: what is as it should be is left alone.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { fromUtf8 } from "../../trust/bytes.ts";
import { CliFailure } from "../failure.ts";
import { hasFile, putFile, putLink, takeAway } from "./changes.ts";
import type { Command } from "./managers.ts";
import type { Place } from "./place.ts";
import type { Service } from "./service.ts";

/** What the actions work with. */
export interface Bench {
  readonly host: Pick<Host, "disk" | "processes">;
  readonly place: Place;
  /** A line for the person. */
  tell(line: string): void;
}

/** A manager may wait for a service to start or to end. */
const COMMAND_MS_MAX = 300_000;
const OUTPUT_BYTES_MAX = 16_384;

/** How a service is. */
export interface ServiceStatus {
  /** Absent, as this version would write it, or otherwise. */
  readonly file: "absent" | "as it should be" | "changed";
  readonly isEnabled: boolean;
  /** Null: the manager does not run here, so nobody can tell. */
  readonly isRunning: boolean | null;
  /** What the manager prints of it. */
  readonly details: string;
}

/**
 * Makes the service, and starts it.
 *
 * @param isNews The program itself is another one than before.
 * @throws {CliFailure} when the manager refuses.
 */
export async function installService(
  bench: Bench,
  service: Service,
  isNews: boolean,
): Promise<void> {
  const { host: { disk }, place, tell } = bench;
  const { manager, isLive } = place;
  const { name } = service;
  const file = manager.file(service);
  const isWritten = await putFile(disk, place.at(file.path), file);
  tell(`${isWritten ? "Wrote" : "Is as it should be:"} ${file.path}`);
  const link = manager.link(name);
  if (link !== null && await putLink(disk, place.at(link.path), link)) {
    tell("It starts at each boot");
  }
  if (!isLive) {
    const line = service.command.join(" ");
    tell(`${manager.title} does not run here: it starts at the next boot`);
    tell(`Until then, by hand: ${line}`);
    return;
  }
  const runs = (await attempt(bench, manager.status(name))).code === 0;
  if (runs && !isWritten && !isNews) return tell("It runs already");
  for (const command of manager.stop(name)) await attempt(bench, command);
  for (const command of manager.start(name)) await must(bench, command);
  tell(runs ? "Started anew" : "Started");
  tell(`Its log: ${manager.log(name)}`);
}

/** Ends the service, and takes away what `installService` has written. */
export async function uninstallService(
  bench: Bench,
  service: Service,
): Promise<void> {
  const { host: { disk }, place, tell } = bench;
  const { manager, isLive } = place;
  const { name } = service;
  const { path } = manager.file(service);
  if (isLive && await disk.stat(path) !== null) {
    for (const command of manager.stop(name)) {
      const { code } = await attempt(bench, command);
      tell(code === 0 ? "Stopped" : "Did not run");
    }
  }
  const link = manager.link(name);
  if (link !== null) await takeAway(disk, place.at(link.path));
  const wasThere = await takeAway(disk, place.at(path));
  tell(wasThere ? `Removed ${path}` : `There is no ${path}`);
  if (!isLive || !wasThere) return;
  for (const command of manager.forget(name)) await must(bench, command);
}

/** How the service is; nothing is changed. */
export async function serviceStatus(
  bench: Bench,
  service: Service,
): Promise<ServiceStatus> {
  const { host: { disk }, place } = bench;
  const { manager, isLive } = place;
  const file = manager.file(service);
  const link = manager.link(service.name);
  const isThere = await disk.stat(place.at(file.path)) !== null;
  const isSame = isThere && await hasFile(disk, place.at(file.path), file);
  const isEnabled = link === null
    ? isThere
    : await disk.stat(place.at(link.path)) !== null;
  const told = isLive && isThere
    ? await attempt(bench, manager.status(service.name))
    : null;
  return {
    file: !isThere ? "absent" : isSame ? "as it should be" : "changed",
    isEnabled,
    isRunning: isLive ? told?.code === 0 : null,
    details: told?.text ?? "",
  };
}

async function must(bench: Bench, command: Command): Promise<void> {
  const { code, text } = await attempt(bench, command);
  if (code === 0) return;
  throw new CliFailure(
    "failed",
    `${command.join(" ")} ended with code ${code}: ${text.trim()}`,
  );
}

async function attempt(
  { host: { processes } }: Bench,
  command: Command,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const { code, stdout, stderr, fault } = await processes.run({
    command,
    environment: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C.UTF-8",
    },
    deadlineMs: COMMAND_MS_MAX,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
  if (fault !== undefined) return { code: null, text: `It is ${fault}` };
  const text = [stdout, stderr].map((bytes) => fromUtf8(bytes) ?? "").join("");
  return { code, text };
}
