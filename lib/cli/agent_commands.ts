/**
 * The agent's commands and options, as its parser and its help know them.
 *
 * @module
 */

import { AGENT_DEFAULTS } from "../agent/options.ts";
import type { AgentCommand } from "./agent_arguments.ts";
import { JSON_OPTION, STATE } from "./agent_options_table.ts";
import { COMPLETION, DOCTOR, SERVICE } from "./agent_system_commands.ts";

/** `flottille-agent run [--join FILE]`. */
export const RUN: AgentCommand = {
  name: "run",
  summary: "Run the agent in the foreground; it logs to stderr",
  about: [
    "Runs the agent until Ctrl-C or SIGTERM; an install that is under way is " +
    "finished first, and a download goes on at the next start. The first " +
    "start needs the fleet's join file; the agent then makes its own key, and " +
    "later starts need no option at all.",
  ],
  options: [
    {
      name: "--join",
      metavar: "FILE",
      says: "The fleet's join file, for the first start",
    },
    STATE,
    {
      name: "--programs",
      metavar: "DIRECTORY",
      says: "Where programs are installed; else " +
        AGENT_DEFAULTS.programsDirectory,
    },
    {
      name: "--commands",
      metavar: "DIRECTORY",
      says: "Where the programs' commands are linked; else " +
        `${AGENT_DEFAULTS.commandsDirectory}, and nowhere with --programs`,
    },
    {
      name: "--server",
      metavar: "ADDRESS",
      says: "A server that no broadcast reaches, HOST or HOST:PORT; may be " +
        "given several times",
      several: true,
    },
    {
      name: "--address",
      metavar: "ADDRESS",
      says: "The address to listen on; else all of them",
    },
    {
      name: "--sep-port",
      metavar: "PORT",
      says: `The UDP port of SeP; else ${AGENT_DEFAULTS.sepPort}`,
    },
    {
      name: "--broadcast",
      metavar: "ADDRESS",
      says: "A broadcast address to look for servers on; else those of the " +
        "network interfaces; may be given several times",
      several: true,
    },
    {
      name: "--shared-broadcast",
      metavar: "ADDRESS",
      says: "A broadcast address to listen on besides --address",
    },
    {
      name: "--ping-every",
      metavar: "SECONDS",
      says:
        `The time between two pings; else ${AGENT_DEFAULTS.pingEverySeconds}`,
    },
    {
      name: "--first-ping-after",
      metavar: "SECONDS",
      says: "The time before the first ping; else a short random one",
    },
    {
      name: "--defer",
      metavar: "WHEN",
      says: "When programs are left as they are: use (while a person uses " +
        "the program), login (while somebody is logged in at the machine) or " +
        "never; may be given several times; else use",
      several: true,
    },
    {
      name: "--dpkg-status",
      metavar: "FILE",
      says: `dpkg's database; else ${AGENT_DEFAULTS.dpkgStatusPath}`,
    },
    {
      name: "--native-root",
      metavar: "DIRECTORY",
      says: "For tests: the root of the system that native packages go to",
      hidden: true,
    },
    {
      name: "--executable",
      metavar: "FILE",
      says: "The file that this machine's service starts, for updates of the " +
        "agent itself; else the one that runs",
    },
    {
      name: "--log-level",
      metavar: "LEVEL",
      says: "debug, info, warning or error; else info",
    },
    {
      name: "--log-format",
      metavar: "FORM",
      says: "text or json (an object a line); else text",
    },
  ],
  examples: [
    ["run --join join.json", "the first start on a machine"],
    ["run", "every other start"],
  ],
};

/** `flottille-agent status`. */
export const STATUS: AgentCommand = {
  name: "status",
  summary: "Say how the running agent is",
  about: [
    "Asks the agent that runs on this machine who it is, whether the fleet " +
    "has accepted it, and what it is doing.",
  ],
  options: [STATE, JSON_OPTION],
  examples: [["status", ""]],
};

/** `flottille-agent seal`. */
export const SEAL: AgentCommand = {
  name: "seal",
  summary: "Make this machine's disk ready to be copied to others",
  about: [
    "Takes away what makes this machine one of its fleet: its key, what it " +
    "remembers of its orders, what it has downloaded. Its programs stay. Each " +
    "copy of the disk (Clonezilla, FOG) makes a key of its own at its first " +
    "start, and joins by the secret of the join file.",
    "The agent must not run, and not be started again before the disk is copied.",
  ],
  options: [
    STATE,
    {
      name: "--join",
      metavar: "FILE",
      says: "The fleet's join file; a machine that has joined has erased its " +
        "secret, and needs it again",
    },
    JSON_OPTION,
  ],
  examples: [["seal --join join.json", "then shut down, and copy the disk"]],
};

/** `flottille-agent list`. */
export const LIST: AgentCommand = {
  name: "list",
  summary: "Show this machine's programs",
  about: [
    "Shows the list that the agent would send to the server now. Where no " +
    "agent runs, or it is not yours to ask, this command collects the list " +
    "itself.",
    "--document prints the very bytes of B.peo, a CycloneDX 1.6 document in " +
    "JSON, for other tools.",
  ],
  options: [
    STATE,
    {
      name: "--programs",
      metavar: "DIRECTORY",
      says: "Where programs are installed, when no agent runs; else " +
        AGENT_DEFAULTS.programsDirectory,
    },
    {
      name: "--libraries",
      metavar: "NAMES",
      says: "Libraries to show as well, this once, such as npm,pip; else " +
        "those that the server wants",
    },
    {
      name: "--long",
      metavar: null,
      says: "Also when each program was installed, its size, licence and " +
        "supplier",
    },
    {
      name: "--document",
      metavar: null,
      says: "Print the document that would be sent",
    },
    JSON_OPTION,
  ],
  examples: [
    ["list", ""],
    ["list --libraries npm,pip", "with the libraries of the whole system"],
    ["list --document > computer.cdx.json", "for tools that read CycloneDX"],
  ],
};

/** `flottille-agent send-list`, flow 5. */
export const SEND_LIST: AgentCommand = {
  name: "send-list",
  summary: "Send this machine's program list to the server",
  about: [
    "Sends the list now, without waiting to be asked. It is not sent when " +
    "the server has the same list already.",
  ],
  options: [STATE, JSON_OPTION],
  examples: [["send-list", ""]],
};

/** `flottille-agent rollback`, without the server. */
export const ROLLBACK: AgentCommand = {
  name: "rollback",
  summary: "Go back to the version before a program's last update",
  about: [
    "Puts back the version that this machine has kept, with its own hooks and " +
    "without any network, as the server's rollback does. It is refused when " +
    "the present version says that nobody may go back from it.",
  ],
  operands: [
    { name: "NAME", needed: true },
    { name: "VERSION", needed: false },
  ],
  options: [STATE, JSON_OPTION],
  examples: [
    ["rollback editor", ""],
    ["rollback editor 1.0", "only if it is 1.0 that is kept"],
  ],
};

/** Every command of the agent, in the order of its help. */
export const AGENT_COMMANDS: readonly AgentCommand[] = [
  RUN,
  SERVICE,
  SEAL,
  STATUS,
  LIST,
  SEND_LIST,
  ROLLBACK,
  DOCTOR,
  COMPLETION,
];
