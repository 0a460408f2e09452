/**
 * The owner's day: what is said in between, and the commands, on the computers
 * of a room.
 *
 * @module
 */

import { STICK } from "./room.ts";
import type { Part } from "./transcript.ts";

const UNITS = "/etc/systemd/system";

const OTHERS = [2, 3, 4, 5, 6, 7, 8].map((number) => `pc-${number}`);

/** What systemd would start, started by hand. */
function started(name: "server" | "agent"): string {
  const unit = `${UNITS}/flottille-${name}.service`;
  return `$(sed -n 's/^ExecStart=//p' ${unit}) > ${name}.log 2>&1 & ` +
    `echo $! > ${name}.pid`;
}

function heredoc(file: string, ...lines: readonly string[]): string {
  return [`cat > ${file} << EOF`, ...lines, "EOF"].join("\n");
}

function verified(name: "server" | "agent"): string {
  const unit = `${UNITS}/flottille-${name}.service`;
  return `systemd-analyze verify ${unit} && echo "nothing to say"`;
}

const AGENT_INSTALL =
  `${STICK}/flottille-agent service install --manager systemd ` +
  `--join ${STICK}/join.json`;

export const DAY: readonly Part[] = [
  {
    says: `# An owner's day

This page is a transcript. \`deno task owners-day\` writes it again by running
every command for real. A school's room: ten computers on one switch, each with
a copy of a Debian system that takes its changes, a host name, a MAC address and
an IP address of its own (network and mount namespaces on one computer).
\`server $\` says where a command is typed. A USB stick goes around; both
executables are on it. systemd does not run in such a copy: its tools verify the
units, and what \`ExecStart=\` says is started by hand.

## Half past seven: the server`,
    on: "server",
    commands: [
      `${STICK}/flottille-server init`,
      // A life sign each two seconds: nobody reads a page for an hour.
      "sed -i 's/^# ping_every_s = .*/ping_every_s = 2/' flottille.toml",
      `${STICK}/flottille-server service install --manager systemd`,
      verified("server"),
      `systemd-analyze security --offline=true ${UNITS}/flottille-server.service | tail -n 1`,
      started("server"),
      "flottille-server status",
      `cp join.json ${STICK}`,
    ],
  },
  {
    says: `## Eight machines

On each the stick, and one command:`,
    on: "pc-1",
    commands: [AGENT_INSTALL, verified("agent"), started("agent")],
  },
  { on: OTHERS, commands: [AGENT_INSTALL, started("agent")] },
  {
    on: "server",
    commands: ["flottille-server machines"],
    until: /(alive[\s\S]*){8}/,
  },
  {
    on: "server",
    commands: ["flottille-server group new room-101 --rule 'name:pc-*'"],
  },
  {
    says: `## What the room shall have

npm's \`semver\` and Debian's \`hello\`, from the stick. pc-8 is off: somebody
has pulled its plug.`,
    on: "pc-8",
    commands: ["kill -9 $(cat agent.pid)", "ip link set eth0 down"],
  },
  {
    on: "server",
    commands: ["flottille-server machines"],
    until: /pc-8 .* dead /,
  },
  {
    on: "server",
    commands: [
      `flottille-server pack ${STICK}/semver-7.6.3 --name semver --version 7.6.3 -o ${STICK}/semver-7.6.3.ieo`,
      `flottille-server pack ${STICK}/hello_*.deb -o ${STICK}/hello.ieo`,
      `flottille-server publish ${STICK}/semver-7.6.3.ieo`,
      `flottille-server publish ${STICK}/hello.ieo`,
      `printf '[group.room-101]\nprograms = ["semver *", "hello *"]\n' > school.toml`,
      "flottille-server collect --on 'room-101 & !pc-8' --wait",
      "flottille-server plan school.toml",
      "flottille-server apply school.toml",
      "flottille-server plan",
    ],
    until: /14 right already/,
  },
  {
    on: "pc-3",
    commands: [
      "hello",
      "node /opt/flottille/semver/current/bin/semver.js 1.2.3 -i minor",
    ],
  },
  {
    says: `## The machine that is off

Why has pc-8 nothing?`,
    on: "server",
    commands: ["flottille-server why pc-8"],
  },
  {
    says:
      `It can be woken by the network, where its firmware allows it. What goes
over the wire, seen at the switch:`,
    on: "switch",
    commands: [
      "tcpdump -l -n -e -x -c 1 -i br0 udp port 9 > wake.txt 2>&1 & echo $! > tcpdump.pid",
    ],
  },
  { on: "server", commands: ["flottille-server wake --on pc-8"] },
  { on: "switch", commands: ["cat wake.txt"], until: /captured/ },
  {
    says:
      `Here nobody hears it, so somebody presses the button. The machine gets
what it missed:`,
    on: "pc-8",
    commands: ["ip link set eth0 up", started("agent")],
  },
  {
    on: "server",
    commands: ["flottille-server plan"],
    until: /all is as it shall be/,
  },
  {
    says: `## Noon: a new version, in waves

Somebody has packed it with a check that fails on these machines.`,
    on: "server",
    commands: [
      heredoc(
        `${STICK}/semver-7.7.0/check`,
        "#!/bin/sh",
        'echo "this room has no display" >&2',
        "exit 3",
      ),
      `chmod +x ${STICK}/semver-7.7.0/check`,
      heredoc(
        `${STICK}/semver-7.7.0/ieo.toml`,
        'name = "semver"',
        'version = "7.7.0"',
        'hooks.check.run = ["check"]',
      ),
      `flottille-server pack ${STICK}/semver-7.7.0 -o ${STICK}/semver-7.7.0.ieo`,
      `flottille-server publish ${STICK}/semver-7.7.0.ieo`,
      "flottille-server update semver --on room-101 --waves 1,50%,100% --soak none",
      "flottille-server rollout 1",
    ],
    until: /stopped/,
  },
  {
    says:
      `One machine has tried it and gone back by itself; the other seven were
never asked:`,
    on: "server",
    commands: ["flottille-server orders 7", "flottille-server who-has semver"],
  },
  {
    says: "A version without the fault:",
    on: "server",
    commands: [
      `rm ${STICK}/semver-7.7.0/check ${STICK}/semver-7.7.0/ieo.toml`,
      `flottille-server pack ${STICK}/semver-7.7.0 --name semver --version 7.7.1 -o ${STICK}/semver-7.7.1.ieo`,
      `flottille-server publish ${STICK}/semver-7.7.1.ieo`,
      "flottille-server update semver --on room-101 --waves 1,50%,100% --soak none",
      "flottille-server rollout 2",
    ],
    until: /^ {2}done/m,
  },
  {
    says: `## Evening: the journal, and a backup`,
    on: "server",
    commands: [
      "flottille-server audit show --last 8",
      "flottille-server audit verify",
      `flottille-server backup ${STICK}/monday`,
    ],
  },
  {
    says: `Somebody with the root's password on the server changes what the
journal says, one digit of it:`,
    on: "server",
    commands: [
      "kill $(cat server.pid); sleep 3",
      `sqlite3 data/flottille.db "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), 'pc-1', 'pc-2') AS BLOB) WHERE number = (SELECT min(number) FROM audit WHERE instr(record, 'pc-1'))"`,
      "flottille-server audit verify",
    ],
  },
  {
    says: `## Night: the server burns

Nothing is left of it but the backup on the stick. On the spare computer, which
has another address:`,
    on: "server",
    commands: ["rm -r /etc/flottille/*", "ip link set eth0 down"],
  },
  {
    on: "spare",
    commands: [
      `${STICK}/flottille-server restore ${STICK}/monday`,
      `${STICK}/flottille-server service install --manager systemd`,
      started("server"),
      "flottille-server audit verify",
      "flottille-server machines",
    ],
    until: /(alive[\s\S]*){8}/,
  },
  {
    says: "No machine was touched, and all obey:",
    on: "spare",
    commands: [
      "flottille-server rollback semver --on pc-5 --wait",
      "flottille-server remove hello --on all --wait",
      "flottille-server collect --on all --wait",
      "flottille-server who-has semver",
      "flottille-server plan",
    ],
  },
  {
    says: `The file of the morning still holds, backup or not: it says that
\`hello\` shall be there, so the server puts it back.`,
    on: "spare",
    commands: ["flottille-server plan"],
    until: /all is as it shall be/,
  },
];
