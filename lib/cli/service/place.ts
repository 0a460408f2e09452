/**
 * Where a service is put: on this system, or into one that lies in a directory
 * (a disk image); and by which service manager.
 *
 * @module
 */

import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { CliFailure } from "../failure.ts";
import { type Manager, type ManagerName, MANAGERS } from "./managers.ts";

/** What was asked for. */
export interface PlaceRequest {
  /** "" for this system. */
  readonly root: string;
  /** Absent: the one that runs here. */
  readonly manager?: string | undefined;
}

/** A place for a service. */
export interface Place {
  readonly manager: Manager;
  readonly root: string;
  /** The manager runs this system, so it can be told. */
  readonly isLive: boolean;
  /** A path of the service's system, as it is reached from here. */
  at(path: string): string;
}

/** @throws {CliFailure} when no manager is known for it. */
export async function openPlace(
  { disk, machine }: Pick<Host, "disk" | "machine">,
  { root, manager }: PlaceRequest,
): Promise<Place> {
  const { system } = machine.facts();
  const isThere = async ({ sign, system: itsSystem }: Manager) =>
    itsSystem === system && (sign === null || await disk.stat(sign) !== null);
  const name = manager ?? await firstOf(isThere) ?? await likely(disk, root);
  const found: Manager = MANAGERS[managerName(name)];
  return {
    manager: found,
    root,
    isLive: root === "" && await isThere(found),
    at: (path) => root === "" ? path : join(root, path),
  };
}

function managerName(name: string): ManagerName {
  if (Object.hasOwn(MANAGERS, name)) return name as ManagerName;
  throw new CliFailure(
    "usage",
    `There is no service manager "${name}"; there are ` +
      Object.keys(MANAGERS).join(", "),
  );
}

async function firstOf(
  isThere: (manager: Manager) => Promise<boolean>,
): Promise<string | null> {
  for (const [name, manager] of Object.entries(MANAGERS)) {
    if (await isThere(manager)) return name;
  }
  return null;
}

/** A system that does not run has its manager's program all the same. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  systemd: ["/lib/systemd/systemd", "/usr/lib/systemd/systemd"],
  openrc: ["/sbin/openrc-run"],
};

async function likely(disk: Host["disk"], root: string): Promise<string> {
  for (const [name, programs] of Object.entries(PROGRAMS)) {
    for (const program of programs) {
      const path = root === "" ? program : join(root, program);
      if (await disk.stat(path) !== null) return name;
    }
  }
  throw new CliFailure(
    "config",
    "Cannot tell which service manager starts this system's services",
    { advice: [`Name it: --manager ${Object.keys(MANAGERS).join("|")}`] },
  );
}
