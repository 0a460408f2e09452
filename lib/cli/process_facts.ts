/**
 * What only an entry file can know of its process.
 *
 * @module
 */

import type { Supervisor } from "../host/supervisor.ts";

/** Handed in by `server.ts` and `agent.ts`; tests leave it out. */
export interface ProcessFacts {
  readonly pid?: number;
  /** Read when it is looked at, so that few permissions are enough. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The executable that runs; absent when it is only the runtime's. */
  readonly executable?: string;
  /** Whoever watches over this process; absent: nobody does. */
  readonly supervisor?: Supervisor;
  /** Resolves when stdin has ended; what comes on it is dropped. */
  readonly inputEnds?: () => Promise<void>;
}
