/**
 * The note of one connection of the server's: who it was, what was asked, how
 * it ended. It is written while the connection goes on, and read once.
 *
 * @module
 */

import type { MachineId } from "../sep/server_api.ts";
import type { Outcome } from "../trust/outcome.ts";
import type { SipNote } from "./doors.ts";
import type { Heard } from "./exchange.ts";
import type { SipFault } from "./fault.ts";
import type { Line } from "./line.ts";

/** How a transfer ended: the bytes that moved, or why not. */
export type Ended = Outcome<number, SipFault>;

/** The note of one connection, while it is written. */
export class Note {
  readonly #line: Line;
  #machine: MachineId | null = null;
  #word = "";
  #bytes = 0;
  #end: Pick<SipNote, "kind" | "reason" | "detail"> = {
    kind: "fault",
    reason: null,
    detail: "The connection ended without a word",
  };

  constructor(line: Line) {
    this.#line = line;
  }

  know({ machine, request }: Heard): void {
    this.#machine = machine;
    this.#word = request?.word ?? "";
    const detail = "What it asked for is none of the requests";
    if (request === null) this.#end = { kind: "refused", reason: null, detail };
  }

  moved(bytes: number): void {
    this.#bytes += bytes;
  }

  stranger(detail: string): void {
    this.#end = { kind: "stranger", reason: null, detail };
  }

  end(ended: Ended): void {
    if (ended.ok) {
      this.#end = { kind: "done", reason: null, detail: "Done" };
      return;
    }
    const { reason, detail } = ended.fault;
    this.#end = reason === "network"
      ? { kind: "cut", reason, detail }
      : { kind: "refused", reason, detail };
  }

  fault(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#end = { kind: "fault", reason: null, detail };
  }

  written(): SipNote {
    return {
      ...this.#end,
      peer: this.#line.peer,
      machine: this.#machine,
      word: this.#word,
      bytes: this.#bytes,
    };
  }
}
