/**
 * The agent's commands for its place in the system: its service, what is wrong
 * with it, the shell's TAB key. As its parser and its help know them.
 *
 * @module
 */

import { SIP_PORT } from "../sip/limits.ts";
import type { AgentCommand } from "./agent_arguments.ts";
import { JSON_OPTION, STATE } from "./agent_options_table.ts";

/** `flottille-agent service install|uninstall|status`. */
export const SERVICE: AgentCommand = {
  name: "service",
  summary: "Have the system start the agent at each boot",
  about: [
    "service install copies this program to /usr/local/bin, takes the fleet " +
    "from the join file, makes a service for systemd, OpenRC, launchd or the " +
    "task scheduler, and starts it. Done again, it changes only what is not " +
    "as it should be.",
    "service uninstall ends it and takes its files away; the programs that " +
    "were installed stay.",
  ],
  operands: [{ name: "ACTION", needed: true }],
  options: [
    {
      name: "--join",
      metavar: "FILE",
      says: "The fleet's join file, for a machine that has not joined yet",
    },
    {
      name: "--root",
      metavar: "DIRECTORY",
      says: "Into the system that lies there; nothing is started",
    },
    {
      name: "--manager",
      metavar: "NAME",
      says: "systemd, openrc, launchd or windows; else the one that runs here",
    },
    JSON_OPTION,
  ],
  examples: [
    ["service install --join join.json", "on each machine, once"],
    ["service status", ""],
    ["service install --root /mnt/image --join join.json", "for a disk image"],
  ],
};

/** `flottille-agent doctor`; its way is chosen by options of `run`. */
export const DOCTOR: AgentCommand = {
  name: "doctor",
  summary: "Look at each step of this machine's way to its server",
  about: [
    "Looks at the environment, the clock, the network, the disks, the join " +
    "file, the key, the service, the firewall and the agent; then calls the " +
    "server as a machine does, and looks at the certificate that it shows. " +
    "Each step is a line; below one that is wrong stands what to do. Nothing " +
    "is changed.",
  ],
  options: [
    {
      name: "--join",
      metavar: "FILE",
      says: "Look with this join file, before the machine joins",
    },
    STATE,
    {
      name: "--server",
      metavar: "ADDRESS",
      says: "As run; may be given several times",
      several: true,
    },
    { name: "--address", metavar: "ADDRESS", says: "As run" },
    { name: "--sep-port", metavar: "PORT", says: "As run" },
    {
      name: "--broadcast",
      metavar: "ADDRESS",
      says: "As run; may be given several times",
      several: true,
    },
    {
      name: "--sip-port",
      metavar: "PORT",
      says: `The TCP port of SiP on the server; else ${SIP_PORT}`,
    },
    JSON_OPTION,
  ],
  examples: [
    ["doctor", "why does this machine not hear its server?"],
    ["doctor --join join.json", "before anything is installed"],
  ],
};

/** `flottille-agent completion SHELL`. */
export const COMPLETION: AgentCommand = {
  name: "completion",
  summary: "Print a completion script for a shell",
  about: [
    "Prints a script for bash, zsh, fish or pwsh that completes commands and " +
    "options at the TAB key. Its first lines say where it belongs.",
  ],
  operands: [{ name: "SHELL", needed: true }],
  options: [],
  examples: [["completion bash", ""]],
};
