/**
 * Are the kernel's settings large enough for this fleet (F-12)? Pure: settings
 * and the fleet's size in, warnings with the line that mends each out.
 *
 * @module
 */

import type { KernelSettings } from "../../host/kernel.ts";

/** What the settings are measured by. */
export interface FleetSize {
  /** Machines that may answer a ping. */
  readonly machines: number;
  /** Those of them that no router stands before. */
  readonly neighbours: number;
  /** Files and connections that may be open at one time. */
  readonly openFiles: number;
}

export interface KernelWarning {
  readonly setting: keyof KernelSettings;
  /** A constant sentence, for the log. */
  readonly message: string;
  readonly fields: {
    readonly is: number;
    readonly needed: number;
    /** What to type now, and where to write it down. */
    readonly now: string;
    readonly always: string;
  };
}

/** Echoes that come in a second at the most: W is chosen so. */
const ECHOES_PER_S = 2_000;

/** The shortest W. */
const WINDOW_S_MIN = 0.5;

/** How long nobody reads when the machine has something else to do. */
const STALL_S = 0.1;

/**
 * What a kernel counts for one `[echo]`: 226 bytes, in a buffer that most
 * network cards fill by the 2,048 bytes, and its own 256 beside them. Loopback
 * counts 1,280.
 */
const ECHO_BYTES = 2_304;

/** Neighbours that are none of our machines: routers, printers, telephones. */
const OTHER_NEIGHBOURS = 128;

const FILE = "/etc/sysctl.d/90-flottille.conf";

interface Need {
  readonly message: string;
  needed(size: FleetSize): number;
  /** What makes it so now, and what after every start of the machine. */
  mend(enough: number): readonly [now: string, always: string];
}

const NEEDS: Readonly<Record<keyof KernelSettings, Need>> = {
  receiveBufferBytes: {
    message: "The kernel's receive buffer is too small for this fleet: when " +
      "the server is busy, answers to a ping are lost",
    needed: ({ machines }) => {
      const perSecond = Math.min(machines / WINDOW_S_MIN, ECHOES_PER_S);
      return Math.ceil(perSecond * STALL_S * ECHO_BYTES);
    },
    mend: (enough) => {
      const setting = `net.core.rmem_default=${enough}`;
      const now = `sysctl -w ${setting}, then start the server again`;
      return [now, `${setting} in ${FILE}`];
    },
  },
  neighboursMax: {
    message: "The kernel's neighbour table is too small for this fleet: " +
      "machines that do not fit are not reached",
    needed: ({ neighbours }) =>
      neighbours === 0 ? 0 : neighbours + OTHER_NEIGHBOURS,
    mend: (enough) => {
      // The table is tidied from the first on, and in haste from the second.
      const settings = [enough / 4, enough / 2, enough].map((size, index) =>
        `net.ipv4.neigh.default.gc_thresh${index + 1}=${size}`
      );
      const now = `sysctl -w ${settings.join(" ")}`;
      return [now, `the same three, a line for each, in ${FILE}`];
    },
  },
  openFilesMax: {
    message: "The server may open too few files: when many machines connect " +
      "at once, some are not served",
    needed: ({ openFiles }) => openFiles,
    mend: (enough) => [
      `ulimit -n ${enough}, then start the server again`,
      `LimitNOFILE=${enough} in the [Service] section of its unit`,
    ],
  },
};

/** What is too small; a setting that the system does not tell is not. */
export function kernelWarnings(
  settings: KernelSettings,
  size: FleetSize,
): KernelWarning[] {
  const names = Object.keys(NEEDS) as (keyof KernelSettings)[];
  return names.flatMap((setting): KernelWarning[] => {
    const is = settings[setting];
    const { message, needed: neededBy, mend } = NEEDS[setting];
    const needed = neededBy(size);
    if (is === null || is >= needed) return [];
    // Room to grow, so that the same line does not come back next week.
    const [now, always] = mend(powerOfTwoFrom(2 * needed));
    return [{ setting, message, fields: { is, needed, now, always } }];
  });
}

function powerOfTwoFrom(number: number): number {
  return 2 ** Math.ceil(Math.log2(number));
}
