/**
 * The service managers: which files make a service of a program, and which
 * commands the manager understands. One table.
 *
 * @module
 */

import { launchdPlist } from "./launchd_plist.ts";
import { openrcScript } from "./openrc_script.ts";
import type { Service } from "./service.ts";
import { systemdUnit } from "./systemd_unit.ts";
import { windowsTask } from "./windows_task.ts";

/** A program of the manager's and its arguments. */
export type Command = readonly [string, ...string[]];

/** A file that makes the service. */
export interface ServiceFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly encoding: "utf-8" | "utf-16";
}

/** A link by which the manager starts it at each boot. */
export interface ServiceLink {
  readonly path: string;
  readonly target: string;
}

/** One service manager. */
export interface Manager {
  readonly title: string;
  /** There while this manager runs the system; null: by the system's name. */
  readonly sign: string | null;
  readonly system: "linux" | "darwin" | "windows";
  file(service: Service): ServiceFile;
  /** None: the commands do it. */
  link(name: string): ServiceLink | null;
  /** After the files have changed, and to have the new form run. */
  start(name: string): readonly Command[];
  /** It need not run. */
  stop(name: string): readonly Command[];
  /** After the files are gone. */
  forget(name: string): readonly Command[];
  /** Ends with 0 when it runs, and prints how it is. */
  status(name: string): Command;
  /** How a person reads its log. */
  log(name: string): string;
}

const WINDOWS_DIRECTORY = "C:\\ProgramData\\Flottille";
const DAEMONS = "/Library/LaunchDaemons";

/** By their names, which `--manager` takes. */
export const MANAGERS = {
  systemd: {
    title: "systemd",
    sign: "/run/systemd/system",
    system: "linux",
    file: (service) => ({
      path: `/etc/systemd/system/${service.name}.service`,
      text: systemdUnit(service),
      mode: 0o644,
      encoding: "utf-8",
    }),
    // What `systemctl enable` makes, where no systemd runs as well.
    link: (name) => ({
      path: `/etc/systemd/system/multi-user.target.wants/${name}.service`,
      target: `/etc/systemd/system/${name}.service`,
    }),
    start: (name) => [
      ["systemctl", "daemon-reload"],
      ["systemctl", "restart", `${name}.service`],
    ],
    stop: (name) => [["systemctl", "stop", `${name}.service`]],
    forget: () => [["systemctl", "daemon-reload"]],
    status: (name) => ["systemctl", "--no-pager", "status", `${name}.service`],
    log: (name) => `journalctl -u ${name}`,
  },
  openrc: {
    title: "OpenRC",
    sign: "/run/openrc",
    system: "linux",
    file: (service) => ({
      path: `/etc/init.d/${service.name}`,
      text: openrcScript(service),
      mode: 0o755,
      encoding: "utf-8",
    }),
    link: (name) => ({
      path: `/etc/runlevels/default/${name}`,
      target: `/etc/init.d/${name}`,
    }),
    start: (name) => [["rc-service", name, "restart"]],
    stop: (name) => [["rc-service", "--ifstarted", name, "stop"]],
    forget: () => [],
    status: (name) => ["rc-service", name, "status"],
    log: (name) => `tail /var/log/${name}.log`,
  },
  launchd: {
    title: "launchd",
    sign: null,
    system: "darwin",
    file: (service) => ({
      path: `${DAEMONS}/${service.name}.plist`,
      text: launchdPlist(service),
      mode: 0o644,
      encoding: "utf-8",
    }),
    link: () => null,
    start: (name) => [
      ["launchctl", "bootstrap", "system", `${DAEMONS}/${name}.plist`],
      ["launchctl", "kickstart", "-k", `system/${name}`],
    ],
    stop: (name) => [["launchctl", "bootout", `system/${name}`]],
    forget: () => [],
    status: (name) => ["launchctl", "print", `system/${name}`],
    log: (name) => `tail /var/log/${name}.log`,
  },
  windows: {
    title: "the task scheduler",
    sign: null,
    system: "windows",
    file: (service) => ({
      path: `${WINDOWS_DIRECTORY}\\${service.name}.xml`,
      text: windowsTask(service),
      mode: 0o644,
      encoding: "utf-16",
    }),
    link: () => null,
    start: (name) => [
      [
        "schtasks",
        ...["/Create", "/F", "/TN", name],
        ...["/XML", `${WINDOWS_DIRECTORY}\\${name}.xml`],
      ],
      ["schtasks", "/Run", "/TN", name],
    ],
    stop: (name) => [["schtasks", "/End", "/TN", name]],
    forget: (name) => [["schtasks", "/Delete", "/F", "/TN", name]],
    status: (name) => ["schtasks", "/Query", "/V", "/FO", "LIST", "/TN", name],
    log: () => "Event Viewer, Applications and Services, TaskScheduler",
  },
} as const satisfies Record<string, Manager>;

/** One of the names. */
export type ManagerName = keyof typeof MANAGERS;
