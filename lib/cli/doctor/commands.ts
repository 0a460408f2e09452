/**
 * Programs of the system that `doctor` asks, and what they print.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { sentenceOf } from "../../host/log.ts";
import { fromUtf8 } from "../../trust/bytes.ts";

/** What a program said. */
export interface Said {
  /** Null: it could not be run, or a signal ended it. */
  readonly code: number | null;
  readonly text: string;
  /** It is not there. */
  readonly isAbsent: boolean;
}

const DEADLINE_MS = 5_000;
const OUTPUT_BYTES_MAX = 4_194_304;

/** Asks; never throws. */
export async function said(
  { processes }: Pick<Host, "processes">,
  command: readonly [string, ...string[]],
): Promise<Said> {
  try {
    const { code, stdout, stderr, fault } = await processes.run({
      command,
      environment: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LC_ALL: "C",
      },
      deadlineMs: DEADLINE_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    const text = (fromUtf8(stdout) ?? "") + (fromUtf8(stderr) ?? "");
    return { code, text, isAbsent: fault === "not found" };
  } catch (error) {
    // The runtime does not let this executable run it.
    return { code: null, text: sentenceOf(error), isAbsent: true };
  }
}
