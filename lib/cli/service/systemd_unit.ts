/**
 * The unit file for systemd (252 and later). Pure.
 *
 * The server is confined to its fleet's directory. The agent installs programs
 * for the whole system, maintainer scripts of packages among them, so only
 * what no installer needs is taken from it.
 *
 * @module
 */

import { WIDENING } from "../../host/environment.ts";
import type { Confined, Service } from "./service.ts";

/** Longer without a sign of life: it hangs, and is started anew. */
const WATCHDOG_S = 120;

/** An install that is under way gets so long to come to its end. */
const STOP_S = 120;

/** What nobody needs. */
const NEVER = [
  "ProtectKernelLogs=yes",
  "RestrictRealtime=yes",
  "LockPersonality=yes",
  "KeyringMode=private",
  "LimitNOFILE=65536",
];

/** What a service that only talks and keeps files does without. */
const CONFINED = [
  "NoNewPrivileges=yes",
  "CapabilityBoundingSet=",
  "AmbientCapabilities=",
  "ProtectSystem=strict",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHostname=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "ProtectProc=invisible",
  "RemoveIPC=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "RestrictNamespaces=yes",
  "RestrictSUIDSGID=yes",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service @pkey",
  "SystemCallErrorNumber=EPERM",
  "UMask=0077",
];

/** Homes; `ProtectHome=` would take away a fleet that lies in one. */
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;

/**
 * The whole file.
 *
 * @param needs The service is started only where this file is; absent: always.
 */
export function systemdUnit(service: Service, needs?: string): string {
  const { name, title, command, confined } = service;
  return [
    ...(needs === undefined
      ? [`# Written by \`${name} service install\`, which writes it again.`]
      : []),
    "# Changes of yours belong into",
    `# /etc/systemd/system/${name}.service.d/local.conf`,
    "[Unit]",
    `Description=${title}`,
    // Only the package brings its page of the manual along.
    ...(needs === undefined ? [] : [
      `Documentation=man:${name}(1)`,
      `ConditionPathExists=${word(needs)}`,
    ]),
    "Wants=network-online.target",
    "After=network-online.target",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=notify",
    "NotifyAccess=main",
    `ExecStart=${command.map(word).join(" ")}`,
    "Restart=always",
    "RestartSec=5",
    "# A wrong command line or config does not mend itself.",
    "RestartPreventExitStatus=2 3",
    `WatchdogSec=${WATCHDOG_S}`,
    `TimeoutStartSec=${WATCHDOG_S}`,
    `TimeoutStopSec=${STOP_S}`,
    "KillMode=mixed",
    "OOMPolicy=continue",
    "# Each would make other certificates trusted than the fleet's own.",
    `UnsetEnvironment=${WIDENING.join(" ")}`,
    `RuntimeDirectory=${name}`,
    "RuntimeDirectoryMode=0700",
    ...NEVER,
    ...(confined === null ? [] : confinement(confined)),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

function confinement({ writes, hidden }: Confined): string[] {
  return [
    ...CONFINED,
    writes.some((path) => HOMES.test(path))
      ? "ProtectHome=read-only"
      : "ProtectHome=yes",
    ...writes.map((path) => `ReadWritePaths=${word(path)}`),
    ...hidden.map((path) => `InaccessiblePaths=${word(`-${path}`)}`),
  ];
}

/** One word of a line, as systemd.syntax(7) quotes it. */
function word(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (/^[A-Za-z0-9_@%+=:,./$-]+$/.test(escaped)) return escaped;
  return `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
