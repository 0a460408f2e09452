/**
 * The seam between Flottille and the world. Everything outside `lib/host/`,
 * the two entry files and `scripts/` reaches the world through these
 * interfaces only, so the simulator can stand in for each of them.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { Datagrams } from "./datagrams.ts";
import type { Disk } from "./disk.ts";
import type { Http } from "./http.ts";
import type { Kernel } from "./kernel.ts";
import type { Machine } from "./machine.ts";
import type { Names } from "./names.ts";
import type { Children, Processes } from "./processes.ts";
import type { Randomness } from "./randomness.ts";
import type { SecureStreams } from "./streams.ts";
import type { Terminal } from "./terminal.ts";
import type { Vitals } from "./vitals.ts";
import type { Workers } from "./workers.ts";

export interface Host {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly datagrams: Datagrams;
  readonly streams: SecureStreams;
  readonly disk: Disk;
  readonly processes: Processes & Children;
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly vitals: Vitals;
  readonly names: Names;
  readonly http: Http;
  readonly terminal: Terminal;
  readonly workers: Workers;
}
