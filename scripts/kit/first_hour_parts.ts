/**
 * The first hour with Flottille, as somebody would live it: what is said in
 * between, and the commands, mistakes included.
 *
 * @module
 */

import type { Part } from "./transcript.ts";

const LOOPBACK = "127.255.255.255";

function agent(name: string, number: number): string {
  return [
    "flottille-agent run --join join.json",
    `--state ${name}/state --programs ${name}/programs`,
    `--address 127.0.16.${number}`,
    `--broadcast ${LOOPBACK} --shared-broadcast ${LOOPBACK}`,
    `--ping-every 2 > ${name}.log 2>&1 & echo $! > ${name}.pid`,
  ].join(" ");
}

export const FIRST_HOUR: readonly Part[] = [
  {
    says: `# A first hour

This page is a transcript. \`deno task first-hour\` writes it again by running
every command for real, mistakes included. Everything happens on one computer:
the server and two "machines" each have an address of their own on loopback
(127.0.16.1 to 127.0.16.3), so the network part of the config and of the agents'
command lines is longer than it would be for you.

## A fleet`,
    commands: [
      "flottille-server inti",
      "flottille-server init",
      "ls -l . keys",
      "flottille-server init",
    ],
  },
  {
    says: `On a real network the config file can stay as it is. Here:`,
    commands: [
      `sed -i '0,/^# address = .*/s//adress = "127.0.16.1"/' flottille.toml`,
      "flottille-server run",
      `sed -i -e 's/^adress/address/' -e 's/^# broadcast = .*/broadcast = ["${LOOPBACK}"]/' -e 's/^# shared_broadcast_address = .*/shared_broadcast_address = "${LOOPBACK}"/' -e 's/^# ping_every_s = .*/ping_every_s = "2"/' -e 's/^# window_ms_first = .*/window_ms_first = 500/' flottille.toml`,
      "flottille-server run",
      `sed -i 's/^ping_every_s = .*/ping_every_s = 2/' flottille.toml`,
      "flottille-server machines",
      "flottille-server run > server.log 2>&1 & echo $! > server.pid",
      "flottille-server run",
      "cat server.log",
      "flottille-server status",
      "flottille-server statsu",
    ],
  },
  {
    says: `## Two machines

On each machine: the executable, the join file, one command.`,
    commands: [
      "flottille-agent run --state one/state",
      "flottille-agent run --state one/state --join jion.json",
      "flottille-agent run --state one/state --join flottille.toml",
      "head -c 200 join.json > cut.json",
      "flottille-agent run --state one/state --join cut.json",
      "flottille-agent runn",
      agent("one", 2),
      "sleep 5",
      agent("two", 3),
      "sleep 5",
      "flottille-server machines",
      "flottille-server rename 127.0.16.2 room-101",
    ],
  },
  {
    says: `Both run on one computer, so they have one host name. Machines are
renamed by name, identifier or the beginning of one:`,
    commands: [
      `flottille-server rename $(flottille-server machines --json | sed -n 's/.*"id": *"\\([^"]*\\)".*/\\1/p' | sed -n 1p) room-101`,
      `flottille-server rename $(flottille-server machines --json | sed -n 's/.*"id": *"\\([^"]*\\)".*/\\1/p' | sed -n 2p) room-102`,
      "flottille-server machines",
      "flottille-agent status --state one/state",
      "flottille-agent statsu",
    ],
  },
  {
    says: `## A program

\`semver\`, a real one, as npm packs it. Two versions.`,
    commands: [
      "mkdir old new && npm pack --silent semver@7.6.3 semver@7.7.0",
      "tar -xzf semver-7.6.3.tgz -C old && tar -xzf semver-7.7.0.tgz -C new",
      "flottille-server pack old/pakage --name semver --version 7.6.3",
      "flottille-server pack old/package --name Semver --version 7.6.3",
      "flottille-server pack old/package --name semver --version 7.6.3 -o semver-7.6.3.ieo",
      "flottille-server pack new/package --name semver --version 7.7.0 -o semver-7.7.0.ieo",
      "flottille-server publish semver-7.6.ieo",
      "flottille-server publish semver-7.6.3.ieo",
      "flottille-server programs",
    ],
  },
  {
    says: `A package that somebody has tampered with:`,
    commands: [
      "cp semver-7.7.0.ieo bad.ieo && cp semver-7.7.0.ieo.sig bad.ieo.sig",
      "printf X | dd of=bad.ieo bs=1 seek=5000 conv=notrunc status=none",
      "flottille-server publish bad.ieo",
      "flottille-server inspect bad.ieo",
      "flottille-server inspect semver-7.7.0.ieo",
    ],
  },
  {
    says: `## Orders`,
    commands: [
      "flottille-server has semver 7.6.3 --on all --wait",
      "flottille-server instal semver --on all",
      "flottille-server install semvar --on all",
      "flottille-server install semver --on room-103",
      "flottille-server install semver --on 'room-*' --wait",
      "node one/programs/semver/current/bin/semver.js 1.2.3 -i minor",
      "flottille-server publish semver-7.7.0.ieo",
      "flottille-server update semver --on all --wait",
      "ls -l one/programs/semver",
      "flottille-server orders",
      "flottille-server orders 3",
      "flottille-server order 3",
    ],
  },
  {
    says: `The update was a mistake. The version before is still there:`,
    commands: [
      "flottille-server rolback semver --on room-101",
      "flottille-server rollback semver --on room-101 --wait",
      "node one/programs/semver/current/bin/semver.js --version | head -n 1",
      "flottille-agent rollback semver --state one/state",
      "flottille-server install semver 7.6.3 --on room-101",
    ],
  },
  {
    says: `An update that does not work goes back by itself. The package
has a check, and says in \`ieo.toml\` what it is:`,
    commands: [
      "printf '#!/bin/sh\\necho no display >&2; exit 3\\n' > new/package/check && chmod +x new/package/check",
      'printf \'name = "semver"\\nversion = "7.7.1"\\n[hooks.chek]\\nrun = ["check"]\\n\' > new/package/ieo.toml',
      "flottille-server pack new/package",
      "sed -i s/chek/check/ new/package/ieo.toml",
      "flottille-server pack new/package",
      "flottille-server publish semver-7.7.1.ieo",
      "flottille-server update semver --on room-101 --wait",
      "ls -l one/programs/semver",
    ],
  },
  {
    says: `A machine that is off gets its order when it is back:`,
    commands: [
      "kill -9 $(cat two.pid)",
      "flottille-server remove semver --on all",
      "sleep 3",
      "flottille-server orders 7",
      "flottille-server remove semver --on all --purge",
      agent("two", 3),
      "sleep 15",
      "flottille-server orders 7",
      "ls one/programs two/programs",
    ],
  },
  {
    says: `## Lists, from cron

Cron gives a job an almost empty environment; so does \`env -i\`.`,
    commands: [
      "env -i PATH=$PATH flottille-server collect --on all --wait --config $PWD/flottille.toml",
      "flottille-server collect --on al",
      "flottille-server list room-101 | head -n 6",
      "flottille-server list room-11",
      "flottille-agent send-list --state one/state",
      "flottille-agent send-lists --state one/state",
      "flottille-agent list --state one/state | head -n 4",
      "flottille-agent lsit",
    ],
  },
  {
    says: `## What is installed where`,
    commands: [
      "flottille-server who-has bash",
      "flottille-server who-has bsah",
      "flottille-server who-has 'bash < 6'",
      "flottille-server who-has 'bash < '",
      "flottille-server who-has --not bash",
      "flottille-server list room-101 --dates",
      "flottille-server list room-101 --at 2099-01-01",
      "flottille-server list room-101 --at 3w",
      "flottille-server diff room-101 room-102",
      "flottille-server export --format csv | head -n 3",
      "flottille-server export --format cyclondx",
      "flottille-server export --format cyclonedx --output fleet.cdx.json",
    ],
  },
  {
    says: `With a machine off, one line and the code 1, so that cron sends a
mail:`,
    commands: [
      "kill -9 $(cat two.pid)",
      "sleep 12",
      "env -i PATH=$PATH flottille-server collect --on all --wait --config $PWD/flottille.toml",
    ],
  },
  {
    says: `## A machine leaves`,
    commands: [
      "flottille-server revoke room-102",
      "flottille-server machines",
      "flottille-server revok room-102",
      "flottille-server cancel 99",
    ],
  },
];
