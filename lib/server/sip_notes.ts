/**
 * SiP's notes as lines of the log: what matters of each kind of ending.
 *
 * @module
 */

import { showAddress } from "../host/datagrams.ts";
import type { Log, LogLevel } from "../host/log.ts";
import type { SipNote } from "../sip/doors.ts";

/** Each kind's level, and a constant sentence. */
const LINES: Readonly<
  Record<SipNote["kind"], { readonly level: LogLevel; readonly text: string }>
> = {
  // Anybody may knock, as often as he likes.
  stranger: { level: "debug", text: "A stranger was at SiP's door" },
  refused: { level: "warning", text: "A machine got no transfer" },
  cut: { level: "warning", text: "A transfer was cut" },
  done: { level: "debug", text: "A transfer is through" },
  fault: { level: "error", text: "A transfer failed on our side" },
};

/** Writes the note. */
export function logSipNote(log: Log, note: SipNote): void {
  const { level, text } = LINES[note.kind];
  const { machine, word, bytes, reason, detail } = note;
  const peer = showAddress(note.peer);
  log(level, text, { peer, machine, word, bytes, reason, detail });
}
